package wasl.aws;

import java.time.Duration;
import java.time.Instant;
import wasl.outbound.Receiver;

/// The items of a receiver: how it fares, and its slots. The one class that knows their attributes.
final class ReceiverItem {
  static final int FORM = 1;

  /// A receiver that nobody sends to is forgotten; one that fails is disabled long before.
  static final Duration KEPT = Duration.ofDays(60);

  private ReceiverItem() {}

  static Receiver read(Item item) {
    Forms.demand(item, FORM);
    return new Receiver(
        item.optionalNumber("failures").map(Math::toIntExact).orElse(0),
        item.optionalTime("failingSince"),
        item.optionalTime("holdUntil"),
        item.has("told"));
  }

  /// The attribute that says until when a slot is taken.
  static String slotUntil(int number) {
    return "until" + number;
  }

  /// The attribute that says by whom.
  static String slotOwner(int number) {
    return "owner" + number;
  }

  static boolean isFree(Item slots, int number, Instant now) {
    return slots.optionalTime(slotUntil(number)).map(until -> !until.isAfter(now)).orElse(true);
  }
}
