package wasl.function.duescan;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import wasl.aws.AwsClients;
import wasl.aws.DynamoDeliveries;
import wasl.aws.DynamoTable;
import wasl.aws.Settings;
import wasl.aws.SqsDeliveryQueue;
import wasl.outbound.DueScan;

/// The scan put together.
public final class Scanning {
  private final DueScan scan;
  private final InstantSource clock;

  private Scanning(DueScan scan, InstantSource clock) {
    this.scan = scan;
    this.clock = clock;
  }

  /// @param environment the function's environment variables; all that is wrong with them is thrown
  ///   at once
  public static Scanning on(
      AwsClients clients, Map<String, String> environment, InstantSource clock) {
    var settings = new Settings(environment);
    var events = settings.text("WASL_EVENTS_TABLE", "wasl-dev-Events-1ABC");
    var queueUrl = SqsDeliveryQueue.url(settings);
    settings.done();

    var deliveries = new DynamoDeliveries(new DynamoTable(clients.dynamoDb(), events), clock);
    var queue = new SqsDeliveryQueue(clients.sqs(), queueUrl);
    return new Scanning(new DueScan(deliveries, queue, clock), clock);
  }

  /// Answers how many were enqueued.
  int run(Duration time) {
    return scan.run(clock.instant().plus(time));
  }
}
