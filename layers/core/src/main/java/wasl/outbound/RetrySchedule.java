package wasl.outbound;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// When a failed delivery is tried again.
///
/// @param waits before the second attempt, the third, and so on; after the last wait's attempt
///   there is no other
public record RetrySchedule(List<Duration> waits) {
  private static final double JITTER = 0.2;

  /// A receiver does not put off its deliveries for longer by `Retry-After`.
  static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(1);

  public RetrySchedule {
    waits = List.copyOf(waits);
  }

  /// How long to wait after the attempt of this number failed, ±20 %: receivers that fell together
  /// are not to be asked together. Empty after the last.
  public Optional<Duration> after(int attempt, RandomGenerator random) {
    if (attempt > waits.size()) {
      return Optional.empty();
    }
    double factor = 1 - JITTER + 2 * JITTER * random.nextDouble();
    return Optional.of(Duration.ofMillis(Math.round(waits.get(attempt - 1).toMillis() * factor)));
  }
}
