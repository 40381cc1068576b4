package wasl.aws;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import wasl.access.Tenant;
import wasl.event.BodyRef;
import wasl.event.EventId;
import wasl.event.EventKey;
import wasl.event.EventRecord;
import wasl.event.EventSource;
import wasl.event.EventStatus;
import wasl.event.EventStore;
import wasl.page.PageRequest;

/// Event records in the table `Events`.
public final class DynamoEventStore implements EventStore {
  // Events live for 30 days: no older one is looked for.
  private static final Duration OLDEST = Duration.ofDays(31);

  private static final int MOST_ROUNDS = 10;

  private final DynamoTable events;
  private final DayList list;

  public DynamoEventStore(DynamoTable events, InstantSource clock) {
    this.events = events;
    this.list = new DayList(events, clock, OLDEST);
  }

  @Override
  public Claimed claim(Claim claim) {
    for (int round = 0; round < MOST_ROUNDS; round++) {
      var claimed = tried(claim);
      if (claimed.isPresent()) {
        return claimed.get();
      }
    }
    throw new IllegalStateException("event " + claim.event().id() + " changes all the time");
  }

  /// Empty where the record changed in between.
  private Optional<Claimed> tried(Claim claim) {
    return switch (events.put(DynamoTable.Write.Put.ifAbsent(EventItem.of(claim)))) {
      case DynamoTable.Written.Done(Item now) -> Optional.of(new Claimed.Mine(EventItem.read(now)));
      case DynamoTable.Written.Refused(var standing) ->
          standing.isEmpty() ? Optional.empty() : overtaken(claim, standing.get());
    };
  }

  private Optional<Claimed> overtaken(Claim claim, Item standing) {
    if (!EventItem.isRouted(standing)) {
      return takenOver(claim);
    }
    // A message that comes again after it was routed is no copy, however late.
    if (standing.text(EventItem.OWNER).equals(claim.owner())
        || standing.time(EventItem.DEDUP_UNTIL).isAfter(claim.now())) {
      return Optional.of(new Claimed.AlreadyRouted(new EventId(standing.text("id"))));
    }
    return movedAside(claim, standing);
  }

  // Settles who works on an event that is not on the bus yet: its own message always may, another
  // only when nobody does any more. Its dedup window does not matter: an event that never came out
  // is not past, and whoever takes it up keeps its id.
  private Optional<Claimed> takenOver(Claim claim) {
    var written =
        events.update(
            new DynamoTable.Write.Update(
                ItemKeys.event(claim.event().tenant(), claim.event().key()),
                EventItem.claimUpdate(),
                "attribute_exists(#pk) AND #status <> :routed"
                    + " AND (#owner = :owner OR #status = :dead OR #claimUntil <= :now)",
                EventItem.claimValues(claim)));
    return switch (written) {
      case DynamoTable.Written.Done(Item now) -> Optional.of(new Claimed.Mine(EventItem.read(now)));
      case DynamoTable.Written.Refused(var standing) ->
          standing
              .filter(item -> !EventItem.isRouted(item))
              .map(item -> new Claimed.HeldByAnother(item.time(EventItem.CLAIM_UNTIL)));
    };
  }

  // Settles which of several late copies begins the next event: the first to replace the very
  // record that all of them saw.
  private Optional<Claimed> movedAside(Claim claim, Item standing) {
    var next = EventItem.of(claim);
    try {
      var held =
          events.transact(
              List.of(
                  new DynamoTable.Write.Put(EventItem.past(standing)),
                  new DynamoTable.Write.Put(
                      next,
                      "#id = :id AND #status = :routed AND #dedupUntil = :dedupUntil",
                      Map.of(
                          "id", standing.text("id"),
                          "routed", EventStatus.ROUTED.wireName(),
                          "dedupUntil", standing.number(EventItem.DEDUP_UNTIL)))));
      return held.stream().allMatch(Boolean::booleanValue)
          ? Optional.of(new Claimed.Mine(EventItem.read(next)))
          : Optional.empty();
    } catch (TransactionCanceledException conflict) {
      return Optional.empty();
    }
  }

  @Override
  public void markRouted(EventRecord event, String owner, BodyRef body) {
    marked(event, owner, EventStatus.ROUTED, Optional.of(body));
  }

  @Override
  public void markDead(EventRecord event, String owner, Optional<BodyRef> body) {
    marked(event, owner, EventStatus.DEAD, body);
  }

  // Only whoever holds the claim says what became of the event: a message that was too slow finds
  // another's name there, or the event routed.
  private void marked(EventRecord event, String owner, EventStatus status, Optional<BodyRef> body) {
    var values = new HashMap<String, Object>();
    values.put("status", status.wireName());
    values.put("routed", EventStatus.ROUTED.wireName());
    values.put("owner", owner);
    body.ifPresent(ref -> values.put("body", ref.toString()));
    events.update(
        new DynamoTable.Write.Update(
            ItemKeys.event(event.tenant(), event.key()),
            "SET #status = :status" + (body.isPresent() ? ", #body = :body" : ""),
            "#owner = :owner AND #status <> :routed",
            values));
  }

  @Override
  public Optional<EventRecord> find(Tenant tenant, EventId id) {
    return standing(tenant, id).map(EventItem::read);
  }

  private Optional<Item> standing(Tenant tenant, EventId id) {
    return EventKey.inside(id)
        .flatMap(key -> standing(ItemKeys.event(tenant, key), id))
        .or(() -> standing(ItemKeys.event(tenant, EventKey.published(tenant, id)), id))
        .or(() -> standing(ItemKeys.pastEvent(tenant, id), id));
  }

  // The key may be another event's by now.
  private Optional<Item> standing(String pk, EventId id) {
    return events.get(pk).filter(item -> item.text("id").equals(id.value()));
  }

  @Override
  public Optional<Integer> nextRun(EventRecord event) {
    return run(event, "SET #runs = #runs + :one", "#id = :id", Map.of("one", 1));
  }

  @Override
  public Optional<Integer> runOf(EventRecord event, String job) {
    return run(
            event,
            "SET #runs = #runs + :one, #jobRun = #runs + :one, #job = :job",
            "#id = :id AND (attribute_not_exists(#job) OR #job <> :job)",
            Map.of("one", 1, "job", job))
        .or(() ->
            standing(event.tenant(), event.id())
                .filter(item -> item.optionalText("job").equals(Optional.of(job)))
                .map(item -> (int) item.number("jobRun")));
  }

  private Optional<Integer> run(
      EventRecord event, String update, String condition, Map<String, Object> values) {
    var all = new HashMap<>(values);
    all.put("id", event.id().value());
    for (var pk :
        List.of(
            ItemKeys.event(event.tenant(), event.key()),
            ItemKeys.pastEvent(event.tenant(), event.id()))) {
      var written = events.update(new DynamoTable.Write.Update(pk, update, condition, all));
      if (written instanceof DynamoTable.Written.Done(Item now)) {
        return Optional.of((int) now.number("runs"));
      }
    }
    return Optional.empty();
  }

  @Override
  public Page list(Tenant tenant, Query query, int limit, Optional<String> cursor) {
    var filter =
        new DayList.Filter()
            .equal("type", query.type())
            .equal("source", query.source().map(EventSource::value))
            .equal("connection", query.connection())
            .oneOf("status", query.status().map(EventStatus::wireName).stream().toList());
    var page =
        list.newestFirst(
            new DayList.Wanted(
                tenant, EventItem.kind(query.source()), query.since(), query.until(), filter),
            new PageRequest(limit, cursor));
    return new Page(page.items().stream().map(EventItem::read).toList(), page.next());
  }
}
