package wasl.outbound;

import java.time.Duration;

/// How many deliveries may be in flight to a webhook, and how long each keeps its slot.
///
/// A rate limit needs no counter: with as many slots as deliveries a second, each kept for at least
/// a second (ten slots, each kept for 10/r seconds, where the limit r is above ten), no more than
/// the limit begin in any second.
///
/// @param slotTime from the beginning of a delivery; a slot is not free before, even if the
///   delivery is over
record Pace(int slots, Duration slotTime) {
  static Pace of(OutboundWebhook webhook, Receiver receiver, DeliverySettings settings) {
    // The pause is over, the receiver has not answered yet: one delivery goes first.
    int most = receiver.failures() >= settings.breakerFailures() ? 1 : DeliverySettings.SLOTS;
    if (webhook.rateLimit().isEmpty()) {
      return new Pace(most, Duration.ZERO);
    }
    int perSecond = webhook.rateLimit().get();
    int slots = Math.min(most, perSecond);
    return new Pace(slots, Duration.ofMillis(1000L * slots / perSecond));
  }

  /// Whether nothing but the number in flight limits it: then a slot may serve one delivery after
  /// the other. A limited rate counts each slot once in its time, and a receiver that is tried
  /// again after a pause gets one delivery and not one after the other.
  boolean isUnlimited() {
    return slotTime.isZero() && slots == DeliverySettings.SLOTS;
  }
}
