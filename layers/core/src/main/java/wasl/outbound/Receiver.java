package wasl.outbound;

import java.time.Instant;
import java.util.Optional;

/// How an outbound webhook's receiver fares. One that fares well has no record: successes write
/// nothing.
///
/// @param failures in a row
/// @param failingSince the first of them
/// @param holdUntil nothing is sent before: the breaker is open, or the receiver asked to wait
/// @param told whether `webhook:failing` was raised about it
public record Receiver(
    int failures, Optional<Instant> failingSince, Optional<Instant> holdUntil, boolean told) {
  static final Receiver WELL = new Receiver(0, Optional.empty(), Optional.empty(), false);

  public static Receiver well() {
    return WELL;
  }

  boolean isHeld(Instant now) {
    return holdUntil.map(now::isBefore).orElse(false);
  }
}
