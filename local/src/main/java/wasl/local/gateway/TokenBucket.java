package wasl.local.gateway;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import wasl.local.template.Throttling;

/// Lets through what a route's throttling allows: API Gateway's token bucket, full at first.
final class TokenBucket {
  private final Throttling throttling;
  private final InstantSource clock;
  private double tokens;
  private Instant filledAt;

  TokenBucket(Throttling throttling, InstantSource clock) {
    this.throttling = throttling;
    this.clock = clock;
    this.tokens = throttling.burst();
    this.filledAt = clock.instant();
  }

  /// Whether one more request may pass; if so, it counts.
  synchronized boolean take() {
    Instant now = clock.instant();
    double seconds = Math.max(0, Duration.between(filledAt, now).toNanos() / 1e9);
    tokens = Math.min(throttling.burst(), tokens + seconds * throttling.rate());
    filledAt = now;
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }
}
