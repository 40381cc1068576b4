package wasl.inbound;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;
import wasl.access.Tenant;
import wasl.event.BodyArchive;
import wasl.event.BodyRef;
import wasl.event.EventId;
import wasl.event.EventKey;
import wasl.event.EventPublisher;
import wasl.event.EventPublisher.Again;
import wasl.event.EventPublisher.Publication;
import wasl.event.EventPublisher.Result;
import wasl.event.EventRecord;
import wasl.event.EventSource;
import wasl.event.EventStatus;
import wasl.event.EventStore;
import wasl.inbound.InboundMessage.Published;
import wasl.inbound.InboundMessage.Received;
import wasl.inbound.InboundMessage.Replay;
import wasl.inbound.InboundMessage.ReplayRange;
import wasl.queue.Batch;
import wasl.queue.Outcome;
import wasl.queue.QueueMessage;
import wasl.vault.DataKeys;

/// Makes one event of all the copies of a webhook, and puts it on the bus.
///
/// At least once, with one id: never lost, and never suppressed by its own record.
public final class EventRouter {
  /// How many events one message of a replay over a range takes on.
  static final int PAGE = 100;

  // An outage may last for days, and no message is to come to its last receive by it. By then no
  // claim is left of this one, should a copy go on under another id.
  private static final Duration AFTER_CLAIM = EventPublisher.CLAIM.plusSeconds(1);

  private final Intake intake;
  private final EventPublisher publisher;
  private final EventStore events;
  private final BodyArchive archive;
  private final InboundQueue queue;
  private final InstantSource clock;
  private final Watcher watcher;

  public EventRouter(
      Intake intake,
      EventPublisher publisher,
      EventStore events,
      BodyArchive archive,
      InboundQueue queue,
      InstantSource clock,
      Watcher watcher) {
    this.intake = intake;
    this.publisher = publisher;
    this.events = events;
    this.archive = archive;
    this.queue = queue;
    this.clock = clock;
    this.watcher = watcher;
  }

  /// Is told what happened to events, for logs and metrics.
  public interface Watcher {
    void routed(EventId id, int run);

    /// Its message goes to the dead-letter queue.
    void dead(EventId id, String why);

    /// A message comes again once an outage may be over: for somebody to see the outage.
    void heldUp(String why);

    /// There was nothing to replay.
    void notReplayed(EventId id, String why);
  }

  /// The outcomes stand in the order of the messages.
  public List<Outcome> route(List<QueueMessage> messages) {
    var steps =
        Batch.each(messages, this::step).stream()
            .map(result -> result.orElse(why -> new Step.Settled(failed("read", why))))
            .toList();
    var published = published(messages, steps);
    var again = again(steps);
    var outcomes = new ArrayList<Outcome>();
    for (int at = 0; at < messages.size(); at++) {
      outcomes.add(
          switch (steps.get(at)) {
            case Step.Settled(Outcome outcome) -> outcome;
            case Step.Publish(Publication publication) ->
                outcome(messages.get(at), publication, present(published.get(same(publication))));
            case Step.PutAgain(Again event) -> outcome(event, present(again.get(at)));
          });
    }
    return outcomes;
  }

  /// What is to be done for a message, once all is read that it takes.
  private sealed interface Step {
    record Publish(Publication publication) implements Step {}

    record PutAgain(Again event) implements Step {}

    record Settled(Outcome outcome) implements Step {}
  }

  /// Whose result it is: the message that led its copies.
  private record Lead(String owner, Result result) {}

  private record Same(Tenant tenant, EventKey key) {}

  private Step step(QueueMessage message) {
    return switch (InboundMessages.read(message.body())) {
      case Received received -> new Step.Publish(intake.of(received, message));
      case Published published -> new Step.Publish(intake.of(published, message));
      case Replay replay -> replay(replay, message);
      case ReplayRange range -> new Step.Settled(page(range));
    };
  }

  // Copies within the batch wait for one of them: the one received most often, since it is the most
  // likely to hold the claim from its last time.
  private Map<Same, Lead> published(List<QueueMessage> messages, List<Step> steps) {
    var leaders = new LinkedHashMap<Same, Integer>();
    for (int at = 0; at < steps.size(); at++) {
      if (steps.get(at) instanceof Step.Publish(Publication publication)) {
        leaders.merge(
            same(publication),
            at,
            BinaryOperator.maxBy(
                Comparator.comparingInt(place -> messages.get(place).receiveCount())));
      }
    }
    var publications = new ArrayList<Publication>();
    for (int at : leaders.values()) {
      if (steps.get(at) instanceof Step.Publish(Publication publication)) {
        publications.add(publication);
      }
    }
    var results = publisher.publish(publications);
    var out = new HashMap<Same, Lead>();
    for (int at = 0; at < publications.size(); at++) {
      var publication = publications.get(at);
      out.put(same(publication), new Lead(publication.owner(), results.get(at)));
      if (results.get(at) instanceof Result.Routed(EventId id, boolean byThisCall) && byThisCall) {
        watcher.routed(id, publication.run());
      }
    }
    return out;
  }

  private Map<Integer, Result> again(List<Step> steps) {
    var places = new ArrayList<Integer>();
    var all = new ArrayList<Again>();
    for (int at = 0; at < steps.size(); at++) {
      if (steps.get(at) instanceof Step.PutAgain(Again event)) {
        places.add(at);
        all.add(event);
      }
    }
    var results = all.isEmpty() ? List.<Result>of() : publisher.again(all);
    var out = new HashMap<Integer, Result>();
    for (int at = 0; at < places.size(); at++) {
      out.put(places.get(at), results.get(at));
    }
    return out;
  }

  private Outcome outcome(QueueMessage message, Publication publication, Lead lead) {
    boolean leads = message.id().equals(lead.owner);
    return switch (lead.result) {
      case Result.Routed routed -> Outcome.DONE;
      case Result.Erased erased -> Outcome.DONE;
      case Result.HeldByAnother(Instant until) ->
          // A copy is retried and never dropped: nobody knows yet whether the other succeeds.
          new Outcome.RetryAfter(
              Duration.between(clock.instant(), until).plusSeconds(1), "another message holds it");
      case Result.Failed(String why, boolean passes, var claimed, var body) -> {
        if (passes) {
          yield heldUp(publication.event().key() + ": " + why);
        }
        if (!leads) {
          yield new Outcome.RetryAfter(AFTER_CLAIM, "a copy of a message that failed");
        }
        if (message.isLastReceive() && claimed.isPresent()) {
          dead(claimed.get(), message.id(), why, body);
        }
        yield new Outcome.GiveUp(publication.event().key() + ": " + why);
      }
    };
  }

  // Before the failure is reported: afterwards nobody comes by any more.
  private void dead(EventRecord event, String owner, String why, Optional<BodyRef> body) {
    try {
      events.markDead(event, owner, body);
      watcher.dead(event.id(), why);
    } catch (RuntimeException unreachable) {
      // The message goes to the dead-letter queue all the same.
      watcher.dead(event.id(), why + ", and could not be marked");
    }
  }

  private Outcome outcome(Again event, Result result) {
    return switch (result) {
      case Result.Routed(EventId id, boolean byThisCall) -> {
        watcher.routed(id, event.run());
        yield Outcome.DONE;
      }
      case Result.Erased erased -> Outcome.DONE;
      case Result.HeldByAnother(Instant until) ->
          throw new AssertionError("no claim is needed for a routed event");
      case Result.Failed(String why, boolean passes, var claimed, var body) ->
          passes
              ? heldUp(event.event().id() + ": " + why)
              : new Outcome.GiveUp(event.event().id() + ": " + why);
    };
  }

  private Step replay(Replay replay, QueueMessage message) {
    var found = events.find(replay.tenant(), replay.id());
    if (found.isEmpty()) {
      return notReplayed(replay, "there is no such event");
    }
    var event = found.get();
    if (event.body().isEmpty()) {
      return notReplayed(replay, "its body was never archived");
    }
    var ref = event.body().get();
    var body = archive.get(replay.tenant(), ref);
    if (body.isEmpty()) {
      return notReplayed(replay, "its body is no longer kept");
    }
    var data = Intake.data(event, body.get());
    return event.status() == EventStatus.ROUTED
        ? new Step.PutAgain(new Again(event, ref, data, replay.run()))
        : new Step.Publish(
            new Publication(
                event,
                message.id(),
                intake.dedup(),
                body.get(),
                data,
                replay.run(),
                message.isLastReceive()));
  }

  private Step notReplayed(Replay replay, String why) {
    watcher.notReplayed(replay.id(), why);
    return new Step.Settled(Outcome.DONE);
  }

  // A crash on the way repeats the page: each event has the run that this job gave it, and the next
  // page is worked through twice likewise.
  private Outcome page(ReplayRange range) {
    var page = events.list(range.tenant(), query(range), PAGE, range.cursor());
    for (var put : Batch.each(page.events(), event -> enqueued(range, event))) {
      if (put instanceof Batch.Result.Threw<EventId>(var why)) {
        return failed("replay", why);
      }
    }
    page.nextCursor()
        .ifPresent(cursor ->
            queue.put(
                new ReplayRange(
                    range.tenant(),
                    range.job(),
                    range.type(),
                    range.status(),
                    range.since(),
                    range.until(),
                    Optional.of(cursor))));
    return Outcome.DONE;
  }

  private EventId enqueued(ReplayRange range, EventRecord event) {
    events
        .runOf(event, range.job())
        .ifPresent(run -> queue.put(new Replay(range.tenant(), event.id(), run)));
    return event.id();
  }

  private static EventStore.Query query(ReplayRange range) {
    return new EventStore.Query(
        range.type(),
        Optional.<EventSource>empty(),
        Optional.empty(),
        range.status().map(status -> EventStatus.valueOf(status.toUpperCase(Locale.ROOT))),
        range.since(),
        range.until());
  }

  private static Same same(Publication publication) {
    return new Same(publication.event().tenant(), publication.event().key());
  }

  private Outcome failed(String step, RuntimeException why) {
    if (why instanceof DataKeys.KeyGone) {
      // What an erased project's body was sealed under is gone: no later receive will open it.
      return Outcome.DONE;
    }
    // The class alone: a message of an exception may quote a body.
    var said = step + ": " + why.getClass().getSimpleName();
    return publisher.passes(why) ? heldUp(said) : new Outcome.GiveUp(said);
  }

  private Outcome heldUp(String why) {
    watcher.heldUp(why);
    return new Outcome.RetryAfter(AFTER_CLAIM, why);
  }

  private static <T> T present(@Nullable T value) {
    return Objects.requireNonNull(value, "each step has its result");
  }
}
