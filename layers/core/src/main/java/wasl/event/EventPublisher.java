package wasl.event;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import wasl.access.Tenant;
import wasl.event.EventStore.Claimed;
import wasl.queue.Batch;
import wasl.vault.DataKeys;
import wasl.web.Headers;

/// Publishes events, whoever raises them: claims the record, archives the body, puts the envelope
/// on the bus, marks the record routed.
///
/// In this order, so that a crash anywhere leaves a claim that ends by itself, and a message that
/// comes again: an event may be on the bus twice, under one id and run, but never not at all.
public final class EventPublisher {
  /// Longer than a worker may run (15 s), clocks that differ included; shorter than a queue hides a
  /// message (90 s), so that a claim whose owner died has ended when the message is seen again.
  public static final Duration CLAIM = Duration.ofSeconds(30);

  private final EventStore events;
  private final BodyArchive archive;
  private final EventBus bus;
  private final InstantSource clock;
  private final Predicate<RuntimeException> passing;

  /// @param passing whether what the ports threw is an outage, after which the same may succeed
  public EventPublisher(
      EventStore events,
      BodyArchive archive,
      EventBus bus,
      InstantSource clock,
      Predicate<RuntimeException> passing) {
    this.events = events;
    this.archive = archive;
    this.bus = bus;
    this.clock = clock;
    this.passing = passing;
  }

  /// Whether what was thrown is an outage, after which the same may succeed.
  public boolean passes(RuntimeException thrown) {
    return passing.test(thrown);
  }

  /// An event to be published.
  ///
  /// @param event the record as it is to be, if it is the first of its key
  /// @param owner what names the attempt over all its tries: the queue's message id
  /// @param dedup how long a copy is the same event
  /// @param body what is archived, unless the record says that it is already
  /// @param data what the envelope carries: one JSON value
  /// @param isLast whether nobody tries again if this fails
  public record Publication(
      EventRecord event,
      String owner,
      Duration dedup,
      ArchivedBody body,
      byte[] data,
      int run,
      boolean isLast) {
    /// One whose owner tries again if it fails.
    public Publication(
        EventRecord event, String owner, Duration dedup, ArchivedBody body, byte[] data, int run) {
      this(event, owner, dedup, body, data, run, false);
    }

    /// An event of Wasl's own.
    ///
    /// @param type `delivery:dead`
    /// @param about the subject, and when or why, so that the same happening gives the same event
    /// @param connection the connection's id, where it is about one
    public static Publication ofWasl(
        Tenant tenant,
        String type,
        String about,
        Optional<String> connection,
        byte[] data,
        Instant at,
        String owner) {
      var key = EventKey.ofWasl(tenant, type + "#" + about);
      return new Publication(
          new EventRecord(
              tenant,
              key,
              EventId.of(at, key),
              EventSource.WASL,
              type,
              at,
              at,
              connection,
              EventStatus.ACCEPTED,
              Optional.empty(),
              0),
          owner,
          // As long as its record lives: what happened once is told once.
          Duration.ofDays(30),
          new ArchivedBody("POST", "", Headers.NONE, data, at),
          data,
          0);
    }
  }

  /// What became of a publication.
  public sealed interface Result {
    /// It is on the bus: by this call, or found there.
    record Routed(EventId id, boolean byThisCall) implements Result {}

    /// Another attempt is at it.
    record HeldByAnother(Instant until) implements Result {}

    /// Its project was erased: there is nobody whose event it could be.
    record Erased() implements Result {}

    /// It did not come to its end; the claim, if there is one, stays the owner's.
    ///
    /// @param passes whether the same may succeed in a while
    /// @param claimed the record, where the claim succeeded
    /// @param body where the body lies, if it came so far
    record Failed(String why, boolean passes, Optional<EventRecord> claimed, Optional<BodyRef> body)
        implements Result {}
  }

  /// The results stand in the order of the publications; no two of them may have one key.
  public List<Result> publish(List<Publication> publications) {
    var results = new HashMap<Integer, Result>();
    var mine = new ArrayList<Held>();
    var claims = Batch.each(publications, this::claim);
    for (int at = 0; at < claims.size(); at++) {
      switch (claims.get(at)) {
        case Batch.Result.Threw<Claimed>(var why) ->
            results.put(
                at,
                new Result.Failed(
                    reason("claim", why), passes(why), Optional.empty(), Optional.empty()));
        case Batch.Result.Got<Claimed>(Claimed.AlreadyRouted(EventId id)) ->
            results.put(at, new Result.Routed(id, false));
        case Batch.Result.Got<Claimed>(Claimed.HeldByAnother(Instant until)) ->
            results.put(at, new Result.HeldByAnother(until));
        case Batch.Result.Got<Claimed>(Claimed.Mine(EventRecord event)) ->
            mine.add(new Held(at, publications.get(at), event));
      }
    }
    results.putAll(routed(mine));
    return inOrder(results);
  }

  /// Puts events on the bus again that are routed already. The result of each stands in its place.
  public List<Result> again(List<Again> events) {
    var put =
        put(
            events.stream()
                .map(again -> entry(again.event, again.body, again.data, again.run))
                .toList());
    var results = new ArrayList<Result>();
    for (int at = 0; at < events.size(); at++) {
      var again = events.get(at);
      results.add(
          put.get(at)
              .<Result>map(refused ->
                  new Result.Failed(
                      refused.why(), refused.passes(), Optional.empty(), Optional.of(again.body)))
              .orElseGet(() -> new Result.Routed(again.event.id(), true)));
    }
    return results;
  }

  /// A routed event, as another run.
  public record Again(EventRecord event, BodyRef body, byte[] data, int run) {}

  /// A claim that this call holds.
  ///
  /// @param at the publication's place among all
  private record Held(int at, Publication publication, EventRecord event) {}

  private Claimed claim(Publication publication) {
    var now = clock.instant();
    return events.claim(
        new EventStore.Claim(
            publication.event,
            publication.owner,
            now,
            now.plus(CLAIM),
            now.plus(publication.dedup),
            publication.isLast));
  }

  private Map<Integer, Result> routed(List<Held> mine) {
    if (mine.isEmpty()) {
      return Map.of();
    }
    var results = new HashMap<Integer, Result>();
    List<BodyRef> bodies;
    try {
      bodies = archived(mine);
    } catch (DataKeys.KeyGone erased) {
      return routedWithout(erased.tenant(), mine);
    } catch (RuntimeException why) {
      return passes(why) ? notArchived(mine, why) : routedApart(mine, why);
    }
    var put = put(entries(mine, bodies));
    var places = new ArrayList<Integer>();
    for (int at = 0; at < mine.size(); at++) {
      places.add(at);
    }
    var marked = Batch.each(places, at -> marked(mine.get(at), bodies.get(at), put.get(at)));
    for (int at : places) {
      var body = Optional.of(bodies.get(at));
      results.put(
          mine.get(at).at,
          marked
              .get(at)
              .orElse(why -> failed(mine.get(at), reason("mark", why), passes(why), body)));
    }
    return results;
  }

  private static boolean isOfOne(List<Held> mine) {
    return mine.stream().map(held -> held.event.tenant()).distinct().count() == 1;
  }

  private Map<Integer, Result> notArchived(List<Held> mine, RuntimeException why) {
    var results = new HashMap<Integer, Result>();
    mine.forEach(held ->
        results.put(held.at, failed(held, reason("archive", why), passes(why), Optional.empty())));
    return results;
  }

  // One object holds the bodies of all: where one project's cannot be sealed, the others' can.
  private Map<Integer, Result> routedApart(List<Held> mine, RuntimeException why) {
    if (isOfOne(mine)) {
      return notArchived(mine, why);
    }
    var results = new HashMap<Integer, Result>();
    mine.stream()
        .collect(Collectors.groupingBy(held -> held.event.tenant()))
        .values()
        .forEach(ofOne -> results.putAll(routed(ofOne)));
    return results;
  }

  // One object holds the bodies of all: an erased project's is not to take the others' with it.
  private Map<Integer, Result> routedWithout(Tenant erased, List<Held> mine) {
    var results = new HashMap<Integer, Result>();
    var left = new ArrayList<Held>();
    for (var held : mine) {
      if (held.event.tenant().equals(erased)) {
        results.put(held.at, new Result.Erased());
      } else {
        left.add(held);
      }
    }
    results.putAll(routed(left));
    return results;
  }

  // One object for all that are not archived yet.
  private List<BodyRef> archived(List<Held> mine) {
    var fresh = mine.stream().filter(held -> held.publication.event.body().isEmpty()).toList();
    var refs =
        fresh.isEmpty()
            ? List.<BodyRef>of()
            : archive.put(
                fresh.stream()
                    .map(held -> new BodyArchive.Entry(held.event.tenant(), held.publication.body))
                    .toList());
    var next = refs.iterator();
    return mine.stream().map(held -> held.publication.event.body().orElseGet(next::next)).toList();
  }

  private static List<EventBus.Entry> entries(List<Held> mine, List<BodyRef> bodies) {
    var entries = new ArrayList<EventBus.Entry>();
    for (int at = 0; at < mine.size(); at++) {
      var held = mine.get(at);
      entries.add(entry(held.event, bodies.get(at), held.publication.data, held.publication.run));
    }
    return entries;
  }

  private Result marked(Held held, BodyRef body, Optional<EventBus.Refusal> notPut) {
    if (notPut.isPresent()) {
      return failed(held, notPut.get().why(), notPut.get().passes(), Optional.of(body));
    }
    events.markRouted(held.event, held.publication.owner, body);
    return new Result.Routed(held.event.id(), true);
  }

  private static EventBus.Entry entry(EventRecord event, BodyRef body, byte[] data, int run) {
    return new EventBus.Entry(
        event.source(),
        new Envelope(
            event.id(),
            event.type(),
            event.timestamp(),
            event.tenant(),
            event.source().provider(),
            event.connection(),
            Envelope.Payload.of(data, body),
            run));
  }

  // A bus that throws fails its entries, and they their messages; nothing else.
  private List<Optional<EventBus.Refusal>> put(List<EventBus.Entry> entries) {
    try {
      return bus.put(entries).stream()
          .map(refused ->
              refused.map(why -> new EventBus.Refusal("bus: " + why.why(), why.passes())))
          .toList();
    } catch (RuntimeException why) {
      var refusal = new EventBus.Refusal(reason("bus", why), passes(why));
      return entries.stream().map(entry -> Optional.of(refusal)).toList();
    }
  }

  private static Result failed(Held held, String why, boolean passes, Optional<BodyRef> body) {
    return new Result.Failed(why, passes, Optional.of(held.event), body);
  }

  // The class alone: a message of an exception may quote what was being handled.
  private static String reason(String step, RuntimeException why) {
    return step + ": " + why.getClass().getSimpleName();
  }

  private static List<Result> inOrder(Map<Integer, Result> results) {
    var out = new ArrayList<Result>();
    for (int at = 0; at < results.size(); at++) {
      out.add(
          Optional.ofNullable(results.get(at))
              .orElseThrow(() -> new AssertionError("each publication has one result")));
    }
    return out;
  }
}
