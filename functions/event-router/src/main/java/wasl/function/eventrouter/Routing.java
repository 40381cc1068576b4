package wasl.function.eventrouter;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import wasl.aws.AwsClients;
import wasl.aws.DynamoConnectionByAccount;
import wasl.aws.DynamoEventStore;
import wasl.aws.DynamoTable;
import wasl.aws.EventBridgeBus;
import wasl.aws.KmsDataKeys;
import wasl.aws.Log;
import wasl.aws.QueueEdge;
import wasl.aws.S3BodyArchive;
import wasl.aws.Settings;
import wasl.aws.SqsInboundQueue;
import wasl.event.BodyCodec;
import wasl.event.EventPublisher;
import wasl.inbound.EventRouter;
import wasl.inbound.Intake;
import wasl.manifest.Catalog;
import wasl.queue.Outcome;
import wasl.queue.QueueMessage;
import wasl.vault.CachedDataKeys;
import wasl.vault.Vault;

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
    var events = settings.text("WASL_EVENTS_TABLE", "wasl-dev-Events-1ABC");
    var keys = settings.text("WASL_KEYS_TABLE", "wasl-dev-Keys-1ABC");
    var bucket = settings.text("WASL_BUCKET", "wasl-dev-bodies-1abc");
    var kmsKey = settings.text("WASL_KMS_KEY", "arn:aws:kms:me-south-1:111122223333:key/1234");
    var bus = settings.text("WASL_BUS", "wasl-dev");
    var queueUrl =
        settings.text(
            "WASL_INBOUND_QUEUE_URL",
            "https://sqs.me-south-1.amazonaws.com/111122223333/wasl-dev-Inbound");
    var dedup = Duration.ofHours(settings.number("WASL_INBOUND_DEDUP_HOURS", 72, 24, 720));
    var retention = Duration.ofDays(settings.number("WASL_BODY_RETENTION_DAYS", 14, 1, 365));
    settings.done();

    var dynamoDb = clients.dynamoDb();
    var dataKeys =
        new CachedDataKeys(
            new KmsDataKeys(clients.kms(), kmsKey, new DynamoTable(dynamoDb, keys), clock, random),
            clock);
    var store = new DynamoEventStore(new DynamoTable(dynamoDb, events), clock);
    var archive =
        new S3BodyArchive(
            clients.s3(),
            bucket,
            new BodyCodec(new Vault(dataKeys, random)),
            retention,
            clock,
            random);
    var publisher =
        new EventPublisher(store, archive, new EventBridgeBus(clients.eventBridge(), bus), clock);
    var intake =
        new Intake(
            archive,
            new Catalog()::webhook,
            new DynamoConnectionByAccount(new DynamoTable(dynamoDb, connections)),
            dedup,
            clock);
    var queue = new SqsInboundQueue(clients.sqs(), queueUrl);
    return new Routing(
        new QueueEdge(clients.sqs(), queueUrl, log),
        log,
        watcher -> new EventRouter(intake, publisher, store, archive, queue, clock, watcher));
  }
}
