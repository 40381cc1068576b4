package wasl.aws;

import static wasl.aws.DeliveryItem.millis;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import wasl.access.Tenant;
import wasl.aws.DynamoTable.Write;
import wasl.aws.DynamoTable.Written;
import wasl.outbound.Delivery;
import wasl.outbound.DeliveryId;
import wasl.outbound.DeliverySettings;
import wasl.outbound.DeliveryStore;
import wasl.outbound.OutboundWebhookId;
import wasl.page.Page;
import wasl.page.PageRequest;
import wasl.queue.Batch;

/// Deliveries in the table `Events`.
public final class DynamoDeliveries implements DeliveryStore {
  private static final String PENDING = Delivery.Status.PENDING.wireName();

  private static final String PENDING_AND_FREE =
      "#status = :pending AND #attempt = :attempt"
          + " AND (attribute_not_exists(#leaseOwner) OR #leaseUntil <= :now)";

  private static final Comparator<Item> NEWEST_FIRST =
      Comparator.<Item, String>comparing(item -> item.text(ItemKeys.LIST_SORT)).reversed();

  private final DynamoTable events;
  private final InstantSource clock;

  public DynamoDeliveries(DynamoTable events, InstantSource clock) {
    this.events = events;
    this.clock = clock;
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
    var written =
        events.update(
            new Write.Update(
                DeliveryItem.key(seen.tenant(), seen.id()),
                "SET #leaseOwner = :owner, #leaseUntil = :until, #dueKey = :dueKey, #dueAt ="
                    + " :dueAt",
                PENDING_AND_FREE + " AND #notBefore <= :now",
                Map.of(
                    "owner", lease.owner(),
                    "until", millis(lease.until()),
                    "dueKey", DeliveryItem.dueKey(seen.id().value()),
                    "dueAt", millis(Delivery.dueAtBesideMessage(lease.until())),
                    "pending", PENDING,
                    "attempt", seen.attempt(),
                    "now", millis(now))));
    return switch (written) {
      case Written.Done(Item item) -> Optional.of(DeliveryItem.read(item));
      // The SDK tries again what got no answer, and then finds its own first try there.
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

  // Settles which of several scans enqueues it.
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

  @Override
  public List<Delivery> due(int shard, Instant by, int limit) {
    return events
        .query(
            new DynamoTable.Query(
                ItemKeys.DUE_INDEX,
                "#dueKey = :key AND #dueAt <= :by",
                "",
                Map.of("key", DeliveryItem.dueKey(shard), "by", millis(by)),
                false,
                limit))
        .stream()
        .map(DeliveryItem::read)
        .toList();
  }

  @Override
  public int dueShards() {
    return ItemKeys.DUE_SHARDS;
  }

  @Override
  public Page<Delivery> list(Tenant tenant, Query query, PageRequest page) {
    var now = clock.instant();
    // No older one is kept, no later one can be there, whatever the query says.
    var since = later(query.since(), now.minus(DeliverySettings.KEPT.plusDays(1)));
    var until = earlier(query.until(), now.plus(Duration.ofDays(1)));
    var below = page.after().orElseGet(() -> ItemKeys.listSort(until, ""));
    // A position is the caller's word, and each day is read: none beyond the list's own end.
    var from =
        page.after().map(DynamoDeliveries::timeOf).map(at -> earlier(at, until)).orElse(until);
    var found = new ArrayList<Item>();
    for (var day = ItemKeys.day(from);
        found.size() <= page.limit() && !day.isBefore(ItemKeys.day(since));
        day = day.minusDays(1)) {
      var key = day;
      var shards = IntStream.range(0, ItemKeys.LIST_SHARDS).boxed().toList();
      var ofDay =
          Batch.each(
              shards,
              shard ->
                  shard(
                      ItemKeys.list(tenant, DeliveryItem.KIND, key, shard),
                      query,
                      ItemKeys.listSort(since, ""),
                      below,
                      page.limit() + 1));
      ofDay.stream()
          .flatMap(result ->
              result
                  .orElse(why -> {
                    throw why;
                  })
                  .stream())
          .sorted(NEWEST_FIRST)
          .forEach(found::add);
    }
    return Page.of(
            found.stream().limit(page.limit() + 1L).toList(),
            page.limit(),
            item -> item.text(ItemKeys.LIST_SORT))
        .map(DeliveryItem::read);
  }

  private List<Item> shard(String listKey, Query query, String since, String below, int limit) {
    if (since.compareTo(below) >= 0) {
      return List.of();
    }
    var values = new HashMap<String, Object>();
    values.put("key", listKey);
    values.put("since", since);
    values.put("below", below);
    var filters = new ArrayList<String>();
    query
        .webhook()
        .map(OutboundWebhookId::value)
        .ifPresent(id -> equal(filters, values, "webhook", id));
    query.event().ifPresent(id -> equal(filters, values, "event", id.value()));
    if (!query.statuses().isEmpty()) {
      filters.add(oneOf(values, query));
    }
    // `BETWEEN` includes its ends, and the upper one is the last of the page before.
    return events
        .query(
            new DynamoTable.Query(
                ItemKeys.LIST_INDEX,
                "#listKey = :key AND #listSort BETWEEN :since AND :below",
                String.join(" AND ", filters),
                values,
                true,
                limit + 1))
        .stream()
        .filter(item -> !item.text(ItemKeys.LIST_SORT).equals(below))
        .limit(limit)
        .toList();
  }

  private static void equal(
      List<String> filters, Map<String, Object> values, String name, String value) {
    filters.add("#" + name + " = :" + name);
    values.put(name, value);
  }

  private static String oneOf(Map<String, Object> values, Query query) {
    var names = new ArrayList<String>();
    for (var status : query.statuses()) {
      var name = status.wireName();
      names.add(":" + name);
      values.put(name, name);
    }
    return "#status IN (" + String.join(", ", names) + ")";
  }

  private static Instant timeOf(String listSort) {
    try {
      return Instant.parse(listSort.substring(0, Math.max(listSort.indexOf('#'), 0)));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("not a position of this list", e);
    }
  }

  private static Instant earlier(Instant one, Instant two) {
    return one.isBefore(two) ? one : two;
  }

  private static Instant later(Instant one, Instant two) {
    return one.isAfter(two) ? one : two;
  }
}
