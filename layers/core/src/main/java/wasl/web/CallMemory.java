package wasl.web;

import java.time.Instant;
import java.util.Optional;
import wasl.access.Tenant;
import wasl.vault.Sealed;

/// Keeps the calls that may be repeated, each for a day.
public interface CallMemory {
  /// A call that carries an `Idempotency-Key`.
  ///
  /// @param id of all that are the same call
  /// @param beginning what its ids derive from, and the hash of what was asked for, sealed
  /// @param firstTry when it came first
  /// @param owner the request that does it now, or did it last
  /// @param until when nobody does it any more, if it was not concluded
  /// @param answer what was answered, sealed; empty while that is not known
  record Known(
      Tenant tenant,
      String id,
      Sealed beginning,
      Instant firstTry,
      String owner,
      Instant until,
      Optional<Sealed> answer) {
    Known heldBy(String newOwner, Instant newUntil) {
      return new Known(tenant, id, beginning, firstTry, newOwner, newUntil, Optional.empty());
    }
  }

  /// Claims a call that nobody knows; else answers what is known of it. What is older than a day is
  /// not known.
  Optional<Known> claim(Known fresh, Instant now);

  /// Takes over what was seen; false where another did, or the call was concluded since.
  boolean takeOver(Known seen, Known mine);

  /// Remembers the answer, if the call is still the owner's.
  void conclude(Known mine, Sealed answer);

  /// Leaves it to whoever comes next, who repeats it.
  void release(Known mine);

  /// Forgets it, so that whatever comes next under its name is a call of its own.
  void forget(Known mine);
}
