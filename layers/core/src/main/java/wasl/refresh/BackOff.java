package wasl.refresh;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Says how long a provider that fails is left alone: 30 s, twice as long after each failure, at
/// most an hour, ±20 %; never shorter than it asks for itself.
final class BackOff {
  private static final Duration FIRST = Duration.ofSeconds(30);
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final Duration LONGEST_ASKED = Duration.ofHours(24);
  // More doublings than these are longer than the longest.
  private static final int MOST_DOUBLINGS = 7;

  private final RandomGenerator random;

  BackOff(RandomGenerator random) {
    this.random = random;
  }

  /// @param failures before this one
  /// @param asked what the provider asked for (`Retry-After`)
  Instant next(int failures, Optional<Duration> asked, Instant now) {
    var doubled = FIRST.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
    var bounded = shorter(doubled, LONGEST);
    var own = Duration.ofMillis((long) (bounded.toMillis() * random.nextDouble(0.8, 1.2)));
    var least = asked.map(wait -> shorter(wait, LONGEST_ASKED)).orElse(Duration.ZERO);
    return now.plus(own.compareTo(least) < 0 ? least : own);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
