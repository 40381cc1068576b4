package wasl.outbound;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import wasl.access.Cause;
import wasl.access.Tenant;
import wasl.audit.Auditor;
import wasl.aws.DynamoAuditTrail;
import wasl.aws.DynamoDeliveries;
import wasl.aws.DynamoEventStore;
import wasl.aws.DynamoOutboundWebhooks;
import wasl.aws.DynamoReceivers;
import wasl.aws.S3BodyArchive;
import wasl.egress.AddressRules;
import wasl.egress.HttpEgress;
import wasl.event.ArchivedBody;
import wasl.event.BodyCodec;
import wasl.event.EventBus;
import wasl.event.EventId;
import wasl.event.EventKey;
import wasl.event.EventPublisher;
import wasl.event.EventRecord;
import wasl.event.EventSource;
import wasl.event.EventStatus;
import wasl.page.PageRequest;
import wasl.queue.DueScan;
import wasl.queue.Outcome;
import wasl.queue.QueueMessage;
import wasl.road.EmbeddedStack;
import wasl.road.SettableClock;
import wasl.vault.Secret;
import wasl.web.Headers;

/// A project with outbound webhooks: records and bodies on the embedded AWS, real HTTP to receivers
/// on loopback, a queue and a bus that the test drives by its own clock.
final class OutboundScenario implements AutoCloseable {
  static final int BREAKER = 3;
  static final Duration PAUSE = Duration.ofSeconds(60);

  final SettableClock clock = SettableClock.atRealTime();
  final Cause cause = new Cause("key_test", "request");
  final Tenant tenant;
  final TimedQueue queue = new TimedQueue(clock);
  final DyingDeliveries deliveries;
  final DynamoOutboundWebhooks store;
  final DynamoReceivers receivers;
  final OutboundWebhooks webhooks;
  final Deliveries redeliveries;
  final Fanout fanout;
  final DeliveryWorker worker;
  final DueScan<Delivery> scan;

  /// What was put on the bus, oldest first.
  final List<EventBus.Entry> bus = new ArrayList<>();

  /// Runs when an event is on the bus, before its record says so.
  Runnable onceOnBus = () -> {};

  private final EventPublisher publisher;
  private final HttpEgress egress = new HttpEgress(AddressRules.parse("127.0.0.0/8"));
  private final List<ReceiverServer> servers = new ArrayList<>();
  private int fannedOut;

  OutboundScenario(EmbeddedStack stack) {
    this(stack, stack.newTenant());
  }

  OutboundScenario(EmbeddedStack stack, Tenant tenant) {
    this.tenant = tenant;
    var random = new SecureRandom();
    var environment = stack.environment("outbound-delivery");
    var events = stack.table("Events");
    var vault = stack.vault(clock);
    var eventStore = new DynamoEventStore(events, clock);
    var archive =
        new S3BodyArchive(
            stack.clients().s3(),
            value(environment, "WASL_BUCKET"),
            new BodyCodec(vault),
            Duration.ofDays(14),
            clock,
            random);
    publisher =
        new EventPublisher(
            eventStore,
            archive,
            entries -> {
              synchronized (bus) {
                bus.addAll(entries);
              }
              onceOnBus.run();
              return entries.stream().map(entry -> Optional.<EventBus.Refusal>empty()).toList();
            },
            clock,
            why -> false);
    deliveries = new DyingDeliveries(new DynamoDeliveries(events, clock), tenant);
    store = new DynamoOutboundWebhooks(stack.table("Connections"));
    receivers = new DynamoReceivers(events, random);
    var auditor = new Auditor(new DynamoAuditTrail(events, clock), clock, random);
    webhooks =
        new OutboundWebhooks(
            store, deliveries, receivers, queue, archive, vault, auditor, clock, random);
    var contents = new DeliveryContent(eventStore, archive);
    var sweeps = new Sweeps(store, deliveries, eventStore, queue, clock);
    redeliveries =
        new Deliveries(store, deliveries, contents, sweeps, vault, auditor, clock, random);
    fanout = new Fanout(store, deliveries, queue, clock);
    worker =
        new DeliveryWorker(
            new DeliveryRoad(
                store,
                deliveries,
                receivers,
                queue,
                contents,
                vault,
                egress,
                new PublishedOwnEvents(publisher),
                new DeliverySettings(
                    new RetrySchedule(Stream.of(5, 300, 1800).map(Duration::ofSeconds).toList()),
                    BREAKER,
                    PAUSE,
                    Duration.ofDays(5)),
                (after, attempt) -> {},
                clock,
                random),
            sweeps);
    scan = new DueScan<>(new DueDeliveries(deliveries, queue), clock);
  }

  ReceiverServer receiver() {
    var server = new ReceiverServer();
    servers.add(server);
    return server;
  }

  OutboundWebhooks.Issued webhook(ReceiverServer receiver) {
    return webhook(receiver, new EventFilter.Everything(), Optional.empty());
  }

  OutboundWebhooks.Issued webhook(
      ReceiverServer receiver, EventFilter filter, Optional<Integer> rateLimit) {
    return webhooks
        .create(
            tenant,
            new OutboundWebhooks.Wish(receiver.url(), filter, Optional.empty(), rateLimit),
            Optional.<Secret>empty(),
            cause)
        .orElseThrow();
  }

  /// Publishes an event, and fans out all that is on the bus.
  EventId publish(String type, String data) {
    var id = event(type, data);
    fanOut();
    return id;
  }

  /// Publishes an event; it is on the bus, nothing more.
  EventId event(String type, String data) {
    var now = clock.instant();
    var id = new EventId("order-" + UUID.randomUUID());
    var bytes = data.getBytes(StandardCharsets.UTF_8);
    publisher.publish(
        List.of(
            new EventPublisher.Publication(
                new EventRecord(
                    tenant,
                    EventKey.published(tenant, id),
                    id,
                    EventSource.APP,
                    type,
                    now,
                    now,
                    Optional.empty(),
                    EventStatus.ACCEPTED,
                    Optional.empty(),
                    0),
                id.value(),
                Duration.ofHours(24),
                new ArchivedBody("POST", "", Headers.NONE, bytes, now),
                bytes,
                0)));
    return id;
  }

  void raise(OwnEvents.OwnEvent event) {
    new PublishedOwnEvents(publisher).raise(event);
  }

  /// Hands what came on the bus since the last time to the fan-out.
  List<Outcome> fanOut() {
    var messages = new ArrayList<QueueMessage>();
    synchronized (bus) {
      while (fannedOut < bus.size()) {
        messages.add(fanoutMessage(bus.get(fannedOut++)));
      }
    }
    return messages.isEmpty() ? List.of() : fanout.handle(messages);
  }

  QueueMessage fanoutMessage(EventBus.Entry entry) {
    return new QueueMessage(
        UUID.randomUUID().toString(),
        "{\"version\":\"0\",\"id\":\"x\",\"source\":\"%s\",\"detail-type\":\"%s\",\"detail\":%s}"
            .formatted(
                entry.source(),
                entry.envelope().detailType(),
                new String(entry.envelope().detail(), StandardCharsets.UTF_8)),
        1);
  }

  /// Works until nothing is visible on the delivery queue.
  void work() {
    for (var batch = queue.take(); !batch.isEmpty(); batch = queue.take()) {
      queue.settle(batch, worker.handle(batch));
    }
  }

  /// Time passes; scan and queue do what they do every minute.
  void pass(Duration time) {
    var end = clock.instant().plus(time);
    while (clock.instant().isBefore(end)) {
      var left = Duration.between(clock.instant(), end);
      clock.move(left.compareTo(Duration.ofMinutes(1)) < 0 ? left : Duration.ofMinutes(1));
      scan();
      work();
    }
  }

  int scan() {
    return scan.run(clock.instant().plusSeconds(1));
  }

  List<Delivery> all() {
    return deliveries
        .list(
            tenant,
            new DeliveryStore.Query(
                Optional.empty(),
                Optional.empty(),
                java.util.Set.of(),
                Instant.EPOCH,
                clock.instant().plusSeconds(1)),
            new PageRequest(100, Optional.empty()))
        .items();
  }

  Delivery only() {
    var all = all();
    if (all.size() != 1) {
      throw new AssertionError(all.size() + " deliveries");
    }
    return deliveries.find(tenant, all.getFirst().id()).orElseThrow();
  }

  /// The types of Wasl's own events on the bus.
  List<String> ownEvents() {
    synchronized (bus) {
      return bus.stream()
          .filter(entry -> entry.source().equals(EventSource.WASL))
          .map(entry -> entry.envelope().type())
          .toList();
    }
  }

  /// A message for a delivery, as if it were received now.
  static QueueMessage message(Delivery delivery, int attempt) {
    return new QueueMessage(
        UUID.randomUUID().toString(),
        DeliveryMessages.write(
            new DeliveryMessage.Deliver(delivery.tenant(), delivery.id(), attempt)),
        1);
  }

  Outcome handle(QueueMessage message) {
    return worker.handle(List.of(message)).getFirst();
  }

  private static String value(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).orElseThrow();
  }

  @Override
  public void close() {
    servers.forEach(ReceiverServer::close);
    egress.close();
  }
}
