package wasl.aws;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import wasl.access.Tenant;
import wasl.event.BodyRef;
import wasl.event.EventId;
import wasl.event.EventKey;
import wasl.event.EventRecord;
import wasl.event.EventSource;
import wasl.event.EventStatus;
import wasl.event.EventStore.Claim;
import wasl.id.Base62;

/// The item of an event. The one class that knows its attributes.
final class EventItem {
  static final long FORM = 1;
  static final String KIND = "event";

  /// Wasl's own events have a list of their own: whoever lists events does not read past them.
  static final String OWN_KIND = "wasl-event";

  static final String STATUS = "status";
  static final String OWNER = "owner";
  static final String CLAIM_UNTIL = "claimUntil";
  static final String DEDUP_UNTIL = "dedupUntil";

  private static final Duration KEPT = Duration.ofDays(30);

  private EventItem() {}

  /// The claim's whole item, where no record stands.
  static Item of(Claim claim) {
    var event = claim.event();
    var item =
        Item.with(ItemKeys.event(event.tenant(), event.key()))
            .number(ItemKeys.FORM, FORM)
            .text("eventKey", event.key().toString())
            .text("id", event.id().value())
            .text("source", event.source().value())
            .text("type", event.type())
            .time("timestamp", event.timestamp())
            .time("receivedAt", event.receivedAt())
            .text("connection", event.connection())
            .text(STATUS, claim.status().wireName())
            .text("body", event.body().map(BodyRef::toString))
            .number("runs", event.runs())
            .text(OWNER, claim.owner())
            .time(CLAIM_UNTIL, claim.claimUntil())
            .time(DEDUP_UNTIL, claim.dedupUntil())
            .number(ItemKeys.EXPIRES_AT, expiresAt(claim))
            .text(ItemKeys.LIST_KEY, listKey(event))
            .text(ItemKeys.LIST_SORT, listSort(event));
    TenantAttributes.write(item, event.tenant());
    return item.build();
  }

  /// The same record under its id, where it makes room for a later event of its key.
  static Item past(Item standing) {
    var values = new HashMap<>(standing.values());
    var event = read(standing);
    values.put(ItemKeys.PK, ItemKeys.pastEvent(event.tenant(), event.id()));
    return new Item(values);
  }

  /// Takes a record over that stands already: it keeps its id, its times and its runs.
  static String claimUpdate() {
    return "SET #status = :claimed, #owner = :owner, #claimUntil = :claimUntil,"
        + " #dedupUntil = :dedupUntil, #expiresAt = :expiresAt";
  }

  static Map<String, Object> claimValues(Claim claim) {
    return Map.of(
        "claimed", claim.status().wireName(),
        "routed", EventStatus.ROUTED.wireName(),
        "dead", EventStatus.DEAD.wireName(),
        "owner", claim.owner(),
        "now", claim.now().toEpochMilli(),
        "claimUntil", claim.claimUntil().toEpochMilli(),
        "dedupUntil", claim.dedupUntil().toEpochMilli(),
        "expiresAt", expiresAt(claim));
  }

  static EventRecord read(Item item) {
    Forms.demand(item, (int) FORM);
    return new EventRecord(
        TenantAttributes.read(item),
        new EventKey(Base62.decode(item.text("eventKey"), 16)),
        new EventId(item.text("id")),
        new EventSource(item.text("source")),
        item.text("type"),
        item.time("timestamp"),
        item.time("receivedAt"),
        item.optionalText("connection"),
        EventStatus.valueOf(item.text(STATUS).toUpperCase(Locale.ROOT)),
        item.optionalText("body").map(BodyRef::parse),
        (int) item.number("runs"));
  }

  static boolean isRouted(Item item) {
    return item.text(STATUS).equals(EventStatus.ROUTED.wireName());
  }

  static String kind(Optional<EventSource> source) {
    return source.filter(EventSource.WASL::equals).isPresent() ? OWN_KIND : KIND;
  }

  static String listSort(EventRecord event) {
    return ItemKeys.listSort(event.receivedAt(), event.id().value());
  }

  private static String listKey(EventRecord event) {
    return listKey(
        event.tenant(),
        kind(Optional.of(event.source())),
        event.receivedAt(),
        ItemKeys.listShard(event.id().value()));
  }

  static String listKey(Tenant tenant, String kind, Instant time, int shard) {
    return ItemKeys.list(tenant, kind, ItemKeys.day(time), shard);
  }

  // Never before the copies stop counting as copies: the record is what knows them.
  private static long expiresAt(Claim claim) {
    var kept = claim.now().plus(KEPT);
    return (claim.dedupUntil().isAfter(kept) ? claim.dedupUntil() : kept).getEpochSecond() + 1;
  }
}
