package wasl.outbound;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.IntStream;
import wasl.queue.Batch;

/// Enqueues what is due soon: what waits longer than a queue may, and what a crash left without a
/// message. It asks for what is due and so costs by that; a scan that ends early is continued by
/// the next, since what it enqueued is no longer due.
public final class DueScan {
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  private static final int PAGE = 100;

  private final DeliveryStore deliveries;
  private final DeliveryQueue queue;
  private final InstantSource clock;

  public DueScan(DeliveryStore deliveries, DeliveryQueue queue, InstantSource clock) {
    this.deliveries = deliveries;
    this.queue = queue;
    this.clock = clock;
  }

  /// Scans until nothing is due, or this time has come. Answers how many were enqueued.
  ///
  /// @param until by the clock that this was made with
  public int run(Instant until) {
    var shards = IntStream.range(0, deliveries.dueShards()).boxed().toList();
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
      var due = deliveries.due(shard, now.plus(Delivery.SCAN_AHEAD), PAGE);
      var results = Batch.each(due, delivery -> moved(delivery, now));
      // One that could not be moved is due still; those that were moved have to go out all the
      // same.
      var moved =
          results.stream()
              .flatMap(result -> result.orElse(why -> Optional.empty()).stream())
              .toList();
      if (!moved.isEmpty()) {
        queue.send(moved.stream().map(delivery -> Fanout.message(delivery, now)).toList());
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
  private Optional<Delivery> moved(Delivery delivery, Instant now) {
    return deliveries.moveDue(delivery, nextLook(delivery, now))
        ? Optional.of(delivery)
        : Optional.empty();
  }

  // The later it is already, the longer until the next look: a queue that is behind is not filled
  // with a message a minute for everything in it. But no longer than an hour: a message that was
  // lost is not to cost more.
  private static Instant nextLook(Delivery delivery, Instant now) {
    var late = Duration.between(delivery.notBefore(), now);
    if (late.isNegative()) {
      return Delivery.dueAtBesideMessage(delivery.notBefore());
    }
    return Delivery.dueAtBesideMessage(now)
        .plus(late.compareTo(LONGEST_WAIT) < 0 ? late : LONGEST_WAIT);
  }
}
