package wasl.audit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wasl.event.EventPublisher;
import wasl.event.EventPublisher.Publication;
import wasl.event.EventPublisher.Result;
import wasl.queue.Batch;
import wasl.queue.Outcome;

/// Tells of changed records: an audit record for each change, and on the bus what happened to
/// connections.
///
/// The ids of all that is told derive from the change's, so whatever is told again is the same. The
/// changes of one record are told in their order, and none before the one that precedes it; those
/// of different records at the same time.
public final class ChangeRoad {
  private static final Duration SOON = Duration.ofSeconds(1);

  private final EventPublisher publisher;
  private final AuditTrail trail;
  private final boolean refreshes;
  private final InstantSource clock;

  /// @param refreshes whether each refreshed token is an event
  public ChangeRoad(
      EventPublisher publisher, AuditTrail trail, boolean refreshes, InstantSource clock) {
    this.publisher = publisher;
    this.trail = trail;
    this.refreshes = refreshes;
    this.clock = clock;
  }

  /// The outcomes stand in the order of what is told, which is that of the writes. Only what cannot
  /// be read is given up.
  ///
  /// @param until nothing is begun afterwards
  public List<Outcome> tell(List<Told> told, Instant until) {
    var outcomes = new HashMap<Integer, Outcome>();
    var records = byRecord(told);
    while (!records.isEmpty()) {
      var places = records.values().stream().map(Deque::getFirst).toList();
      var heads = places.stream().map(told::get).toList();
      var came = clock.instant().isBefore(until) ? told(heads) : outOfTime(heads);
      for (int at = 0; at < places.size(); at++) {
        settle(records, heads.get(at).key(), came.get(at), outcomes);
      }
    }
    return inOrder(told, outcomes);
  }

  private static Map<String, Deque<Integer>> byRecord(List<Told> told) {
    var records = new LinkedHashMap<String, Deque<Integer>>();
    for (int at = 0; at < told.size(); at++) {
      records.computeIfAbsent(told.get(at).key(), first -> new ArrayDeque<>()).add(at);
    }
    return records;
  }

  // A change that is not told holds up those that follow it, and nothing else.
  private static void settle(
      Map<String, Deque<Integer>> records,
      String key,
      Outcome came,
      Map<Integer, Outcome> outcomes) {
    var places = records.getOrDefault(key, new ArrayDeque<>());
    if (came instanceof Outcome.Done) {
      outcomes.put(places.removeFirst(), came);
      if (places.isEmpty()) {
        records.remove(key);
      }
      return;
    }
    places.forEach(at -> outcomes.put(at, came));
    records.remove(key);
  }

  private static List<Outcome> outOfTime(List<Told> heads) {
    return heads.stream()
        .<Outcome>map(each -> new Outcome.RetryAfter(Duration.ZERO, "out of time"))
        .toList();
  }

  /// One change of each record.
  private List<Outcome> told(List<Told> heads) {
    var came =
        new ArrayList<Outcome>(
            Batch.each(heads, this::recorded).stream()
                .map(each -> each.orElse(ChangeRoad::failed))
                .toList());
    var publications = heads.stream().map(this::publications).toList();
    int most = publications.stream().mapToInt(List::size).max().orElse(0);
    for (int step = 0; step < most; step++) {
      publish(step, publications, came);
    }
    return came;
  }

  private Outcome recorded(Told told) {
    return switch (told) {
      case Told.Change change -> {
        trail.record(AuditRecord.of(change));
        yield Outcome.DONE;
      }
      case Told.Unreadable(var key, var why) -> new Outcome.GiveUp("unreadable: " + why);
    };
  }

  private List<Publication> publications(Told told) {
    return told instanceof Told.Change change ? LifecycleEvents.of(change, refreshes) : List.of();
  }

  // The so-many-th event of each change, of those that came so far.
  private void publish(int step, List<List<Publication>> publications, List<Outcome> came) {
    var places = new ArrayList<Integer>();
    for (int at = 0; at < came.size(); at++) {
      if (came.get(at) instanceof Outcome.Done && step < publications.get(at).size()) {
        places.add(at);
      }
    }
    var results =
        publisher.publish(places.stream().map(at -> publications.get(at).get(step)).toList());
    for (int at = 0; at < places.size(); at++) {
      came.set(places.get(at), outcome(results.get(at)));
    }
  }

  private Outcome outcome(Result result) {
    return switch (result) {
      // Of an erased project nobody is told; its audit record stands.
      case Result.Routed _, Result.Erased _ -> Outcome.DONE;
      case Result.HeldByAnother(Instant until) ->
          new Outcome.RetryAfter(Duration.between(clock.instant(), until), "held by another");
      case Result.Failed failed -> new Outcome.RetryAfter(SOON, failed.why());
    };
  }

  // The class alone: a message of an exception may quote what was being handled.
  private static Outcome failed(RuntimeException why) {
    return new Outcome.RetryAfter(SOON, "audit: " + why.getClass().getSimpleName());
  }

  private static List<Outcome> inOrder(List<Told> told, Map<Integer, Outcome> outcomes) {
    var out = new ArrayList<Outcome>();
    for (int at = 0; at < told.size(); at++) {
      out.add(
          Optional.ofNullable(outcomes.get(at))
              .orElseThrow(() -> new AssertionError("each change has one outcome")));
    }
    return out;
  }
}
