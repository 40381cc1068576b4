package wasl.function.duescan;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import wasl.aws.AwsClients;
import wasl.aws.DynamoConnectionStore;
import wasl.aws.DynamoDeliveries;
import wasl.aws.DynamoTable;
import wasl.aws.EventStorage;
import wasl.aws.Log;
import wasl.aws.Metric;
import wasl.aws.ProjectUpkeep;
import wasl.aws.Settings;
import wasl.aws.SqsDeliveryQueue;
import wasl.aws.SqsRefreshQueue;
import wasl.outbound.DueDeliveries;
import wasl.queue.Batch;
import wasl.queue.DueScan;
import wasl.refresh.DueRefreshes;
import wasl.vault.ProjectJobs;

/// The scans put together: of deliveries, and of tokens.
public final class Scanning {
  private final List<DueScan<?>> scans;
  private final Supplier<ProjectJobs> jobs;
  private final InstantSource clock;

  private Scanning(List<DueScan<?>> scans, Supplier<ProjectJobs> jobs, InstantSource clock) {
    this.scans = scans;
    this.jobs = jobs;
    this.clock = clock;
  }

  /// @param environment the function's environment variables; all that is wrong with them is thrown
  ///   at once
  public static Scanning on(
      AwsClients clients, Map<String, String> environment, InstantSource clock, Log log) {
    var settings = new Settings(environment);
    var names = EventStorage.Names.read(settings);
    var connections = settings.text("WASL_CONNECTIONS_TABLE", "wasl-dev-Connections-1ABC");
    var deliveryQueue = SqsDeliveryQueue.url(settings);
    var refreshQueue = SqsRefreshQueue.url(settings);
    settings.done();

    var items = new DynamoTable(clients.dynamoDb(), connections);
    var deliveries =
        new DueDeliveries(
            new DynamoDeliveries(new DynamoTable(clients.dynamoDb(), names.eventsTable()), clock),
            new SqsDeliveryQueue(clients.sqs(), deliveryQueue));
    var refreshes =
        new DueRefreshes(
            new DynamoConnectionStore(items, (pk, why) -> unreadable(pk, why, log)),
            new SqsRefreshQueue(clients.sqs(), refreshQueue));
    var random = new SecureRandom();
    return new Scanning(
        List.of(new DueScan<>(deliveries, clock), new DueScan<>(refreshes, clock)),
        // Anew for each scan: it is to know no data key that was replaced since the last.
        () -> ProjectUpkeep.jobs(clients, names, items, clock, random, log),
        clock);
  }

  // By a fault of ours, and for as long as it is not mended.
  private static void unreadable(String pk, RuntimeException why, Log log) {
    log.warn("connection unreadable")
        .count(Metric.MESSAGE_FAILED)
        .with("record", pk)
        .with("why", why.getClass().getSimpleName())
        .write();
  }

  /// Answers how many were enqueued, and works on projects in what time is left. One scan that
  /// fails does not keep the others from their end; then it is thrown.
  int run(Duration time) {
    var until = clock.instant().plus(time);
    var scanned = Batch.each(scans, scan -> scan.run(until));
    jobs.get().run(until);
    return scanned.stream()
        .mapToInt(result ->
            result.orElse(why -> {
              throw why;
            }))
        .sum();
  }
}
