package wasl.road;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import wasl.access.Tenant;
import wasl.aws.DynamoConnectionByAccount;
import wasl.aws.DynamoEventStore;
import wasl.aws.DynamoTable;
import wasl.aws.EventBridgeBus;
import wasl.aws.Item;
import wasl.aws.ItemKeys;
import wasl.aws.S3BodyArchive;
import wasl.aws.SqsInboundQueue;
import wasl.connection.ConnectionId;
import wasl.connection.IntegrationId;
import wasl.event.ArchivedBody;
import wasl.event.BodyArchive;
import wasl.event.BodyCodec;
import wasl.event.EventId;
import wasl.event.EventPublisher;
import wasl.event.EventRecord;
import wasl.event.EventStore;
import wasl.id.Ids;
import wasl.inbound.EventRouter;
import wasl.inbound.InboundMessage;
import wasl.inbound.InboundMessages;
import wasl.inbound.InboundQueue;
import wasl.inbound.InboundWebhookId;
import wasl.inbound.Intake;
import wasl.manifest.Catalog;
import wasl.queue.Batch;
import wasl.queue.Outcome;
import wasl.queue.QueueMessage;
import wasl.web.Headers;

/// One project whose Stripe webhooks are accepted, and the event router on the embedded AWS, with
/// faults to be set.
final class RouterScenario {
  static final Duration DEDUP = Duration.ofDays(3);
  static final Duration RETENTION = Duration.ofDays(14);
  private static final IntegrationId INTEGRATION = new IntegrationId("payments");

  final SettableClock clock = SettableClock.atRealTime();
  final Faults faults = new Faults();
  final Told told = new Told();
  final Tenant tenant;
  final EventStore events;
  final BodyArchive archive;
  final InboundQueue queue;
  final EventPublisher publisher;
  final EventRouter router;

  private final SecureRandom random = new SecureRandom();
  private final EmbeddedStack stack;
  private final ConnectionId connection;
  private final DynamoTable connections;

  RouterScenario(EmbeddedStack stack) {
    this.stack = stack;
    tenant = stack.newTenant();
    connection = new ConnectionId(Ids.next(ConnectionId.PREFIX, clock.instant(), random));
    var environment = stack.environment("event-router");
    var clients = stack.clients();
    events = new DynamoEventStore(stack.table("Events"), clock);
    archive =
        new S3BodyArchive(
            clients.s3(),
            value(environment, "WASL_BUCKET"),
            new BodyCodec(stack.vault(clock)),
            RETENTION,
            clock,
            random);
    queue = new SqsInboundQueue(clients.sqs(), value(environment, "WASL_INBOUND_QUEUE_URL"));
    var bus = new EventBridgeBus(clients.eventBridge(), value(environment, "WASL_BUS"));
    connections = stack.table("Connections");
    publisher =
        new EventPublisher(
            faults.over(events),
            faults.over(archive),
            faults.over(bus),
            clock,
            why -> why instanceof Faults.Down);
    router =
        new EventRouter(
            new Intake(
                archive,
                new Catalog()::webhook,
                new DynamoConnectionByAccount(connections),
                DEDUP,
                clock),
            publisher,
            events,
            archive,
            queue,
            clock,
            told);
  }

  /// A first receive of an accepted Stripe event.
  QueueMessage stripe(String id) {
    return message(
        received(
            "{\"id\":\"%s\",\"type\":\"invoice.paid\",\"created\":%d,\"data\":{\"n\":1.00}}"
                .formatted(id, clock.instant().getEpochSecond())));
  }

  /// A Stripe webhook of a connection.
  InboundMessage.Received received(String json) {
    return received("stripe", Optional.of(connection), Optional.empty(), Headers.NONE, json);
  }

  /// A Stripe webhook of the whole integration.
  InboundMessage.Received receivedByIntegration(String json) {
    return received("stripe", Optional.empty(), Optional.empty(), Headers.NONE, json);
  }

  /// A webhook of a provider that the integration's `config` describes.
  ///
  /// @param spec the `webhook` section
  InboundMessage.Received received(String spec, Headers headers, String json) {
    return received("webhook", Optional.of(connection), Optional.of(spec), headers, json);
  }

  private InboundMessage.Received received(
      String provider,
      Optional<ConnectionId> of,
      Optional<String> spec,
      Headers headers,
      String json) {
    var now = clock.instant();
    var all = new HashMap<>(headers.values());
    all.put("content-type", "application/json");
    return new InboundMessage.Received(
        tenant,
        new InboundWebhookId(Ids.next(InboundWebhookId.PREFIX, now, random)),
        of.map(ConnectionId::value).orElse(INTEGRATION.value()),
        provider,
        INTEGRATION,
        of,
        spec,
        UUID.randomUUID().toString(),
        new InboundMessage.Body.Inline(
            new ArchivedBody(
                "POST", "", new Headers(all), json.getBytes(StandardCharsets.UTF_8), now)));
  }

  /// Says that an account of the provider's belongs to the connection.
  ConnectionId connect(String account) {
    connections.put(
        new DynamoTable.Write.Put(
            Item.with(ItemKeys.connectionAccount(tenant, INTEGRATION, account))
                .number(ItemKeys.FORM, 1)
                .text("connection", connection.value())
                .build()));
    return connection;
  }

  /// A message under an id of its own, at its first receive.
  QueueMessage message(InboundMessage message) {
    return new QueueMessage(UUID.randomUUID().toString(), InboundMessages.write(message), 1);
  }

  /// Another message with the same content: a copy by the provider, or a redrive.
  static QueueMessage copy(QueueMessage message) {
    return new QueueMessage(UUID.randomUUID().toString(), message.body(), 1);
  }

  /// The same message, received once more.
  static QueueMessage again(QueueMessage message) {
    return new QueueMessage(message.id(), message.body(), message.receiveCount() + 1);
  }

  Outcome route(QueueMessage message) {
    return router.route(List.of(message)).getFirst();
  }

  /// Routes them as one batch.
  List<Outcome> routeTogether(List<QueueMessage> messages) {
    return router.route(messages);
  }

  /// Routes all at once, each as a batch of its own, as by so many functions.
  List<Outcome> routeAtOnce(List<QueueMessage> messages) {
    return Batch.each(messages, this::route).stream()
        .map(result -> result.orElse(why -> new Outcome.GiveUp(why.toString())))
        .toList();
  }

  /// Routes like the queue does: whatever is not done comes again, when its time has come.
  ///
  /// @return how many rounds it took
  int routeUntilDone(List<QueueMessage> messages) {
    var left = messages;
    for (int round = 1; round < 10; round++) {
      var outcomes = routeAtOnce(left);
      var next = new ArrayList<QueueMessage>();
      for (int at = 0; at < left.size(); at++) {
        if (!outcomes.get(at).equals(Outcome.DONE)) {
          next.add(again(left.get(at)));
        }
      }
      if (next.isEmpty()) {
        return round;
      }
      left = next;
      clock.move(Duration.ofSeconds(90));
    }
    throw new AssertionError("never done: " + left.size());
  }

  List<JsonNode> onBus() {
    return stack.onBus(tenant);
  }

  List<EventRecord> listed() {
    return events.list(tenant, ALL, 100, Optional.empty()).events();
  }

  static final EventStore.Query ALL =
      new EventStore.Query(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Instant.EPOCH,
          Instant.parse("9999-01-01T00:00:00Z"));

  private static String value(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).orElseThrow();
  }

  /// What the router told.
  static final class Told implements EventRouter.Watcher {
    final List<String> notReplayed = Collections.synchronizedList(new ArrayList<>());
    final List<String> heldUp = Collections.synchronizedList(new ArrayList<>());
    final List<EventId> dead = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void routed(EventId id, int run) {}

    @Override
    public void dead(EventId id, String why) {
      dead.add(id);
    }

    @Override
    public void heldUp(String why) {
      heldUp.add(why);
    }

    @Override
    public void notReplayed(EventId id, String why) {
      notReplayed.add(why);
    }
  }
}
