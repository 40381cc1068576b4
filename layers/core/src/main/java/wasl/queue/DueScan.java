package wasl.queue;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Enqueues what is due soon: what waits longer than a queue may, and what a crash left without a
/// message. It asks for what is due and so costs by that; a scan that ends early is continued by
/// the next, since what it enqueued is no longer due.
public final class DueScan<T> {
  /// What is due within this time is taken: the next scan comes in a minute.
  public static final Duration AHEAD = Duration.ofMinutes(2);

  /// For so long a message may be late before the scan sends another.
  public static final Duration MESSAGE_GRACE = Duration.ofSeconds(60);

  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  private static final int PAGE = 100;

  /// Records that are due some time, and their queue.
  public interface Waiting<T> {
    int shards();

    /// Those of a shard that are due by then, the earliest first; fewer than there are where the
    /// index is behind.
    List<T> due(int shard, Instant by, int limit);

    /// When it was to be done by what is known of it, however often it was moved on since.
    Instant time(T due);

    /// Moves it on in the index; only if it stands where it was seen, so that of two scans one
    /// enqueues it.
    boolean move(T due, Instant dueAt);

    /// Sends a message for each, to be seen when it is time. Durable when it returns.
    void enqueue(List<T> due, Instant now);
  }

  private final Waiting<T> waiting;
  private final InstantSource clock;

  public DueScan(Waiting<T> waiting, InstantSource clock) {
    this.waiting = waiting;
    this.clock = clock;
  }

  /// When the scan looks, if a message goes out for this time, or a lease ends then.
  public static Instant besideMessage(Instant time) {
    return time.plus(MESSAGE_GRACE).plus(AHEAD);
  }

  /// Scans until nothing is due, or this time has come. Answers how many were enqueued.
  ///
  /// @param until by the clock that this was made with
  public int run(Instant until) {
    var shards = IntStream.range(0, waiting.shards()).boxed().toList();
    return Batch.each(shards, shard -> scanned(shard, until)).stream()
        .mapToInt(result ->
            result.orElse(why -> {
              throw why;
            }))
        .sum();
  }

  private int scanned(int shard, Instant until) {
    int enqueued = 0;
    while (clock.instant().isBefore(until)) {
      var now = clock.instant();
      var due = waiting.due(shard, now.plus(AHEAD), PAGE);
      var results = Batch.each(due, each -> moved(each, now));
      // One that could not be moved is due still; those that were moved have to go out all the
      // same.
      var moved =
          results.stream()
              .flatMap(result -> result.orElse(why -> Optional.empty()).stream())
              .toList();
      if (!moved.isEmpty()) {
        waiting.enqueue(moved, now);
      }
      results.forEach(result ->
          result.orElse(why -> {
            throw why;
          }));
      enqueued += moved.size();
      // The index follows the table a moment later: a page may be short though more is due, since
      // what was just moved shows up again and is left out. A page of nothing else ends the scan.
      if (moved.isEmpty()) {
        return enqueued;
      }
    }
    return enqueued;
  }

  // Moved before it is enqueued: a crash between leaves it due again a few minutes later.
  private Optional<T> moved(T due, Instant now) {
    return waiting.move(due, nextLook(due, now)) ? Optional.of(due) : Optional.empty();
  }

  // The later it is already, the longer until the next look: a queue that is behind is not filled
  // with a message a minute for everything in it. But no longer than an hour: a message that was
  // lost is not to cost more.
  private Instant nextLook(T due, Instant now) {
    var time = waiting.time(due);
    var late = Duration.between(time, now);
    if (late.isNegative()) {
      return besideMessage(time);
    }
    return besideMessage(now).plus(late.compareTo(LONGEST_WAIT) < 0 ? late : LONGEST_WAIT);
  }
}
