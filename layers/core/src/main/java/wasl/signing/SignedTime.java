package wasl.signing;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import wasl.signing.Verdict.Reason;
import wasl.signing.Verdict.Refused;

/// The time that a signature covers, and how far it may lie from ours, in both directions.
///
/// @param place empty: the time stands in the signature's own text, as Stripe's `t=`
public record SignedTime(Optional<Place> place, TimeFormat format, Duration tolerance) {
  public SignedTime {
    if (tolerance.isNegative() || tolerance.isZero()) {
      throw new IllegalArgumentException("a tolerance is positive");
    }
  }

  /// The time's text exactly as sent, since that is what was signed.
  Optional<String> text(RequestValues values, Optional<String> inSignature) {
    return place.isPresent() ? values.one(place.get()) : inSignature;
  }

  /// Says why a time lies outside the window; empty if it lies within.
  Optional<Refused> outside(Instant signedAt, Instant now) {
    if (signedAt.isBefore(now.minus(tolerance))) {
      return Optional.of(new Refused(Reason.STALE, apart("older", signedAt, now)));
    }
    if (signedAt.isAfter(now.plus(tolerance))) {
      return Optional.of(new Refused(Reason.FUTURE, apart("further ahead", signedAt, now)));
    }
    return Optional.empty();
  }

  private String apart(String direction, Instant signedAt, Instant now) {
    return "signed at %s, %d s %s than the %d s allowed"
        .formatted(
            signedAt,
            Duration.between(signedAt, now).abs().minus(tolerance).toSeconds(),
            direction,
            tolerance.toSeconds());
  }
}
