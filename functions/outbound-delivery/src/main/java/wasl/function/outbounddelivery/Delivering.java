package wasl.function.outbounddelivery;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import wasl.aws.AwsClients;
import wasl.aws.DynamoDeliveries;
import wasl.aws.DynamoOutboundWebhooks;
import wasl.aws.DynamoReceivers;
import wasl.aws.DynamoTable;
import wasl.aws.EventStorage;
import wasl.aws.Log;
import wasl.aws.QueueEdge;
import wasl.aws.Settings;
import wasl.aws.SqsDeliveryQueue;
import wasl.egress.AddressRules;
import wasl.egress.Egress;
import wasl.egress.HttpEgress;
import wasl.outbound.DeliveryContent;
import wasl.outbound.DeliveryRoad;
import wasl.outbound.DeliverySettings;
import wasl.outbound.DeliveryWorker;
import wasl.outbound.PublishedOwnEvents;
import wasl.outbound.RetrySchedule;
import wasl.outbound.Sweeps;
import wasl.queue.Outcome;
import wasl.queue.QueueMessage;

/// The deliveries' worker put together, with the edge of its queue.
public final class Delivering {
  private final QueueEdge edge;
  private final Log log;
  private final Function<DeliveryLog, DeliveryWorker> worker;

  private Delivering(QueueEdge edge, Log log, Function<DeliveryLog, DeliveryWorker> worker) {
    this.edge = edge;
    this.log = log;
    this.worker = worker;
  }

  QueueEdge edge() {
    return edge;
  }

  /// Works through the messages of one invocation, whose lines in the log name it.
  List<Outcome> work(String requestId, List<QueueMessage> messages) {
    var written = new DeliveryLog(log.forRequest(requestId));
    try {
      return worker.apply(written).handle(messages);
    } finally {
      written.write();
    }
  }

  /// @param environment the function's environment variables; all that is wrong with them is thrown
  ///   at once
  public static Delivering on(
      AwsClients clients,
      Map<String, String> environment,
      InstantSource clock,
      RandomGenerator random,
      Log log) {
    return on(
        clients,
        environment,
        clock,
        random,
        log,
        new HttpEgress(AddressRules.parse(environment.getOrDefault("WASL_EGRESS_ALLOW", ""))));
  }

  /// @param egress in place of the one that the environment asks for
  public static Delivering on(
      AwsClients clients,
      Map<String, String> environment,
      InstantSource clock,
      RandomGenerator random,
      Log log,
      Egress egress) {
    var settings = new Settings(environment);
    var connections = settings.text("WASL_CONNECTIONS_TABLE", "wasl-dev-Connections-1ABC");
    var names = EventStorage.Names.read(settings);
    var bus = settings.text("WASL_BUS", "wasl-dev");
    var queueUrl = SqsDeliveryQueue.url(settings);
    var behavior =
        new DeliverySettings(
            new RetrySchedule(settings.seconds("WASL_OUTBOUND_RETRY_SCHEDULE", "5,300,1800,7200")),
            (int) settings.number("WASL_OUTBOUND_BREAKER_FAILURES", 10, 1, 1_000_000),
            Duration.ofSeconds(settings.number("WASL_OUTBOUND_BREAKER_SECONDS", 60, 1, 86_400)),
            Duration.ofHours(settings.number("WASL_OUTBOUND_DISABLE_AFTER_HOURS", 120, 1, 8760)));
    settings.done();

    var storage = names.on(clients, clock, random);
    var ownEvents = new PublishedOwnEvents(storage.publisher(bus));
    var webhooks = new DynamoOutboundWebhooks(new DynamoTable(clients.dynamoDb(), connections));
    var deliveries = new DynamoDeliveries(storage.table(), clock);
    var queue = new SqsDeliveryQueue(clients.sqs(), queueUrl);
    var sweeps = new Sweeps(webhooks, deliveries, storage.records(), queue, clock);
    return new Delivering(
        new QueueEdge(clients.sqs(), queueUrl, log),
        log,
        listener ->
            new DeliveryWorker(
                new DeliveryRoad(
                    webhooks,
                    deliveries,
                    new DynamoReceivers(storage.table(), random),
                    queue,
                    new DeliveryContent(storage.records(), storage.archive()),
                    storage.vault(),
                    egress,
                    ownEvents,
                    behavior,
                    listener,
                    clock,
                    random),
                sweeps));
  }
}
