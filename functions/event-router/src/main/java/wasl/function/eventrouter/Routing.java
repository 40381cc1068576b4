package wasl.function.eventrouter;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import wasl.aws.AwsClients;
import wasl.aws.DynamoConnectionByAccount;
import wasl.aws.DynamoTable;
import wasl.aws.EventStorage;
import wasl.aws.Log;
import wasl.aws.QueueEdge;
import wasl.aws.Settings;
import wasl.aws.SqsInboundQueue;
import wasl.inbound.EventRouter;
import wasl.inbound.Intake;
import wasl.manifest.Catalog;
import wasl.queue.Outcome;
import wasl.queue.QueueMessage;

/// The event router put together, with the edge of its queue.
public final class Routing {
  private final QueueEdge edge;
  private final Log log;
  private final Function<EventRouter.Watcher, EventRouter> router;

  private Routing(QueueEdge edge, Log log, Function<EventRouter.Watcher, EventRouter> router) {
    this.edge = edge;
    this.log = log;
    this.router = router;
  }

  QueueEdge edge() {
    return edge;
  }

  /// Routes the messages of one invocation, whose lines in the log name it.
  List<Outcome> route(String requestId, List<QueueMessage> messages) {
    var written = new RoutingLog(log.forRequest(requestId));
    try {
      return router.apply(written).route(messages);
    } finally {
      written.write();
    }
  }

  /// @param environment the function's environment variables; all that is wrong with them is thrown
  ///   at once
  public static Routing on(
      AwsClients clients,
      Map<String, String> environment,
      InstantSource clock,
      RandomGenerator random,
      Log log) {
    var settings = new Settings(environment);
    var connections = settings.text("WASL_CONNECTIONS_TABLE", "wasl-dev-Connections-1ABC");
    var names = EventStorage.Names.read(settings);
    var bus = settings.text("WASL_BUS", "wasl-dev");
    var queueUrl = SqsInboundQueue.url(settings);
    var dedup = Duration.ofHours(settings.number("WASL_INBOUND_DEDUP_HOURS", 72, 24, 720));
    settings.done();

    var storage = names.on(clients, clock, random);
    var publisher = storage.publisher(bus);
    var intake =
        new Intake(
            storage.archive(),
            new Catalog()::webhook,
            new DynamoConnectionByAccount(new DynamoTable(clients.dynamoDb(), connections)),
            dedup,
            clock);
    var queue = new SqsInboundQueue(clients.sqs(), queueUrl);
    return new Routing(
        new QueueEdge(clients.sqs(), queueUrl, log),
        log,
        watcher ->
            new EventRouter(
                intake, publisher, storage.records(), storage.archive(), queue, clock, watcher));
  }
}
