package wasl.function.duescan;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;
import wasl.aws.AwsClients;
import wasl.aws.DynamoDeliveries;
import wasl.aws.DynamoTable;
import wasl.aws.EventStorage;
import wasl.aws.ProjectUpkeep;
import wasl.aws.Settings;
import wasl.aws.SqsDeliveryQueue;
import wasl.outbound.DueScan;
import wasl.vault.ProjectJobs;

/// The scan put together.
public final class Scanning {
  private final DueScan scan;
  private final Supplier<ProjectJobs> jobs;
  private final InstantSource clock;

  private Scanning(DueScan scan, Supplier<ProjectJobs> jobs, InstantSource clock) {
    this.scan = scan;
    this.jobs = jobs;
    this.clock = clock;
  }

  /// @param environment the function's environment variables; all that is wrong with them is thrown
  ///   at once
  public static Scanning on(
      AwsClients clients, Map<String, String> environment, InstantSource clock) {
    var settings = new Settings(environment);
    var names = EventStorage.Names.read(settings);
    var connections = settings.text("WASL_CONNECTIONS_TABLE", "wasl-dev-Connections-1ABC");
    var queueUrl = SqsDeliveryQueue.url(settings);
    settings.done();

    var deliveries = new DynamoDeliveries(new DynamoTable(clients.dynamoDb(), names.eventsTable()), clock);
    var queue = new SqsDeliveryQueue(clients.sqs(), queueUrl);
    var items = new DynamoTable(clients.dynamoDb(), connections);
    var random = new SecureRandom();
    return new Scanning(
        new DueScan(deliveries, queue, clock),
        // Anew for each scan: it is to know no data key that was replaced since the last.
        () -> ProjectUpkeep.jobs(clients, names, items, clock, random),
        clock);
  }

  /// Answers how many were enqueued. Works on projects in what time is left.
  int run(Duration time) {
    var until = clock.instant().plus(time);
    int enqueued = scan.run(until);
    jobs.get().run(until);
    return enqueued;
  }
}
