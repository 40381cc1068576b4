package wasl.function.duescan;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import wasl.aws.AwsClients;
import wasl.aws.DynamoConnectionStore;
import wasl.aws.DynamoDeliveries;
import wasl.aws.DynamoTable;
import wasl.aws.Settings;
import wasl.aws.SqsDeliveryQueue;
import wasl.aws.SqsRefreshQueue;
import wasl.outbound.DueDeliveries;
import wasl.queue.Batch;
import wasl.queue.DueScan;
import wasl.refresh.DueRefreshes;

/// The scans put together: of deliveries, and of tokens.
public final class Scanning {
  private final List<DueScan<?>> scans;
  private final InstantSource clock;

  private Scanning(List<DueScan<?>> scans, InstantSource clock) {
    this.scans = scans;
    this.clock = clock;
  }

  /// @param environment the function's environment variables; all that is wrong with them is thrown
  ///   at once
  public static Scanning on(
      AwsClients clients, Map<String, String> environment, InstantSource clock) {
    var settings = new Settings(environment);
    var connections = settings.text("WASL_CONNECTIONS_TABLE", "wasl-dev-Connections-1ABC");
    var events = settings.text("WASL_EVENTS_TABLE", "wasl-dev-Events-1ABC");
    var deliveryQueue = SqsDeliveryQueue.url(settings);
    var refreshQueue = SqsRefreshQueue.url(settings);
    settings.done();

    var deliveries =
        new DueDeliveries(
            new DynamoDeliveries(new DynamoTable(clients.dynamoDb(), events), clock),
            new SqsDeliveryQueue(clients.sqs(), deliveryQueue));
    var refreshes =
        new DueRefreshes(
            new DynamoConnectionStore(new DynamoTable(clients.dynamoDb(), connections)),
            new SqsRefreshQueue(clients.sqs(), refreshQueue));
    return new Scanning(
        List.of(new DueScan<>(deliveries, clock), new DueScan<>(refreshes, clock)), clock);
  }

  /// Answers how many were enqueued. One scan that fails does not keep the other from its end;
  /// then it is thrown.
  int run(Duration time) {
    var until = clock.instant().plus(time);
    return Batch.each(scans, scan -> scan.run(until)).stream()
        .mapToInt(result ->
            result.orElse(why -> {
              throw why;
            }))
        .sum();
  }
}
