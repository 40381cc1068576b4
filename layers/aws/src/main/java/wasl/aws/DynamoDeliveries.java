package wasl.aws;

import static wasl.aws.DeliveryItem.millis;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wasl.access.Tenant;
import wasl.aws.DynamoTable.Write;
import wasl.aws.DynamoTable.Written;
import wasl.event.EventId;
import wasl.outbound.Delivery;
import wasl.outbound.DeliveryId;
import wasl.outbound.DeliverySettings;
import wasl.outbound.DeliveryStore;
import wasl.outbound.OutboundWebhookId;
import wasl.page.Page;
import wasl.page.PageRequest;

/// Deliveries in the table `Events`.
public final class DynamoDeliveries implements DeliveryStore {
  private static final String PENDING = Delivery.Status.PENDING.wireName();

  private static final String PENDING_AND_FREE =
      "#status = :pending AND #attempt = :attempt"
          + " AND (attribute_not_exists(#leaseOwner) OR #leaseUntil <= :now)";

  private final DynamoTable events;
  private final DayList list;

  public DynamoDeliveries(DynamoTable events, InstantSource clock) {
    this.events = events;
    this.list = new DayList(events, clock, DeliverySettings.KEPT.plusDays(1));
  }

  @Override
  public Delivery putIfAbsent(Delivery delivery) {
    return switch (events.put(Write.Put.ifAbsent(DeliveryItem.write(delivery)))) {
      case Written.Done(Item now) -> delivery;
      case Written.Refused(var standing) -> standing.map(DeliveryItem::read).orElse(delivery);
    };
  }

  @Override
  public Optional<Delivery> find(Tenant tenant, DeliveryId id) {
    return events.get(DeliveryItem.key(tenant, id)).map(DeliveryItem::read);
  }

  // Settles which of several messages for one attempt makes it, and that none makes it before its
  // time.
  @Override
  public Optional<Delivery> claim(Delivery seen, Delivery.Lease lease, Instant now) {
    var update = new StringBuilder("SET #leaseOwner = :owner, #leaseUntil = :until");
    var values = new HashMap<String, Object>();
    values.put("owner", lease.owner());
    values.put("until", millis(lease.until()));
    values.put("pending", PENDING);
    values.put("attempt", seen.attempt());
    values.put("now", millis(now));
    // Its place in the due index usually serves for the lease as well, and each move is two writes.
    // A scan that moves it meanwhile moves it further.
    if (!seen.isDueAfter(lease)) {
      update.append(", #dueKey = :dueKey, #dueAt = :dueAt");
      values.put("dueKey", DeliveryItem.dueKey(seen.id().value()));
      values.put("dueAt", millis(Delivery.dueAtBesideMessage(lease.until())));
    }
    var written =
        events.update(
            new Write.Update(
                DeliveryItem.key(seen.tenant(), seen.id()),
                update.toString(),
                PENDING_AND_FREE + " AND #notBefore <= :now",
                values));
    return switch (written) {
      case Written.Done(Item item) -> Optional.of(DeliveryItem.read(item));
      // Our own first try, whose answer was lost.
      case Written.Refused(var standing) ->
          standing
              .filter(item -> item.optionalText("leaseOwner").equals(Optional.of(lease.owner())))
              .map(DeliveryItem::read);
    };
  }

  // Settles what counts of a worker that was too slow: nothing, once another holds the lease.
  @Override
  public boolean record(Delivery after, String leaseOwner) {
    var put =
        new Write.Put(
            DeliveryItem.write(after), "#leaseOwner = :owner", Map.of("owner", leaseOwner));
    return events.put(put) instanceof Written.Done;
  }

  @Override
  public boolean change(Delivery after, Delivery seen, Instant now) {
    var put =
        new Write.Put(
            DeliveryItem.write(after),
            PENDING_AND_FREE,
            Map.of("pending", PENDING, "attempt", seen.attempt(), "now", millis(now)));
    return events.put(put) instanceof Written.Done;
  }

  // Settles which of several scans enqueues it. One whose answer was lost enqueues nothing: it is
  // due again where it was moved to, a few minutes later.
  @Override
  public boolean moveDue(Delivery seen, Instant dueAt) {
    if (seen.dueAt().isEmpty()) {
      return false;
    }
    var update =
        new Write.Update(
            DeliveryItem.key(seen.tenant(), seen.id()),
            "SET #dueAt = :next",
            "#dueAt = :seen",
            Map.of("next", millis(dueAt), "seen", millis(seen.dueAt().get())));
    return events.update(update) instanceof Written.Done;
  }

  @Override
  public void told(Delivery dead) {
    events.update(
        new Write.Update(
            DeliveryItem.key(dead.tenant(), dead.id()),
            "REMOVE #dueKey, #dueAt",
            "#status = :dead",
            Map.of("dead", Delivery.Status.DEAD.wireName())));
  }

  // Settles which run a job recovers it in, should its message come twice at the same time.
  @Override
  public Delivery.Recovery recovering(Delivery old, Delivery.Recovery recovery) {
    var written =
        events.update(
            new Write.Update(
                DeliveryItem.key(old.tenant(), old.id()),
                "SET #recoveryJob = :job, #recoveryRun = :run",
                "attribute_exists(#pk)"
                    + " AND (attribute_not_exists(#recoveryJob) OR #recoveryJob <> :job)",
                Map.of("job", recovery.job(), "run", recovery.run())));
    return switch (written) {
      case Written.Done(Item now) -> recovery;
      case Written.Refused(var standing) ->
          standing
              .map(DeliveryItem::read)
              .flatMap(Delivery::recovery)
              .orElseThrow(() -> new IllegalStateException(old.id() + " is gone"));
    };
  }

  // The index holds keys only, so that what changes of a delivery is not written there again; it
  // follows the table a moment later, so what was moved meanwhile is not due any more.
  @Override
  public List<Delivery> due(int shard, Instant by, int limit) {
    var entries =
        events.query(
            new DynamoTable.Query(
                ItemKeys.DUE_INDEX,
                "#dueKey = :key AND #dueAt <= :by",
                "",
                Map.of("key", DeliveryItem.dueKey(shard), "by", millis(by)),
                false,
                limit));
    return events.getAll(entries.stream().map(Item::pk).toList()).stream()
        .map(DeliveryItem::read)
        .filter(delivery -> delivery.dueAt().filter(due -> !due.isAfter(by)).isPresent())
        .sorted(Comparator.comparing(delivery -> delivery.dueAt().orElse(by)))
        .toList();
  }

  @Override
  public int dueShards() {
    return ItemKeys.DUE_SHARDS;
  }

  @Override
  public Page<Delivery> list(Tenant tenant, Query query, PageRequest page) {
    var filter =
        new DayList.Filter()
            .equal("webhook", query.webhook().map(OutboundWebhookId::value))
            .equal("event", query.event().map(EventId::value))
            .oneOf("status", query.statuses().stream().map(Delivery.Status::wireName).toList());
    return list.newestFirst(
            new DayList.Wanted(tenant, DeliveryItem.KIND, query.since(), query.until(), filter),
            page)
        .map(DeliveryItem::read);
  }
}
