package wasl.outbound;

import java.time.Duration;

/// How deliveries behave, as the deployment sets it.
///
/// @param breakerFailures failures in a row after which a receiver is given a pause
/// @param breakerPause how long that is
/// @param disableAfter without a success for so long, an outbound webhook is disabled
public record DeliverySettings(
    RetrySchedule schedule, int breakerFailures, Duration breakerPause, Duration disableAfter) {
  /// At most so many deliveries are in flight to one outbound webhook.
  static final int SLOTS = 10;

  /// Longer than a worker lives: its function ends after 25 s.
  static final Duration LEASE = Duration.ofSeconds(30);

  /// For the HTTP exchange as a whole.
  static final Duration REQUEST_DEADLINE = Duration.ofSeconds(15);

  /// A batch answers within this time, whatever its messages came to.
  static final Duration BATCH_DEADLINE = Duration.ofSeconds(20);

  /// Deliveries are listed for so long.
  public static final Duration KEPT = Duration.ofDays(30);
}
