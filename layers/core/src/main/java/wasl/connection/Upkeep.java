package wasl.connection;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// How a connection's token is kept alive.
///
/// @param dueAt when the scan looks at it next; empty where nobody has to
/// @param hold the token call that is under way, or was when its process died
/// @param inDoubt whether a call may have rotated the refresh token though its answer never came to
///   be saved
/// @param failures tries that failed since the last that did not
/// @param failingSince when the first of them failed
/// @param notBefore no try of ours before; a caller who insists passes it
public record Upkeep(
    Optional<Instant> dueAt,
    Optional<Hold> hold,
    boolean inDoubt,
    int failures,
    Optional<Instant> failingSince,
    Optional<Instant> notBefore) {
  /// Nothing to keep alive.
  public static final Upkeep NONE = due(Optional.empty());

  /// Longer than a token call may take (27 s) and the function that makes it may run (45 s):
  /// whoever finds a lease ended knows that its holder makes no call any more.
  public static final Duration LEASE = Duration.ofSeconds(60);

  /// After a lease's end the scan waits so long before it looks what became of it.
  public static final Duration AFTER_LEASE = Duration.ofSeconds(60);

  /// A lease on the connection's token, and the intent to call with it: written before the call,
  /// and taken away by the save. A hold whose time has passed tells of a call that nobody
  /// concluded.
  ///
  /// @param owner names the one attempt
  /// @param until when the lease ends
  /// @param credentialsVersion of the credentials that the call is made with
  public record Hold(String owner, Instant since, Instant until, long credentialsVersion) {
    public boolean isLive(Instant now) {
      return now.isBefore(until);
    }
  }

  /// Due then, with nothing behind it.
  public static Upkeep due(Optional<Instant> dueAt) {
    return new Upkeep(dueAt, Optional.empty(), false, 0, Optional.empty(), Optional.empty());
  }

  /// While a call is under way: the scan looks at it again once the call's lease has ended.
  ///
  /// @param doubt whether a call before this one may have rotated the refresh token
  public Upkeep held(Hold newHold, boolean doubt) {
    return new Upkeep(
        Optional.of(newHold.until().plus(AFTER_LEASE)),
        Optional.of(newHold),
        doubt,
        failures,
        failingSince,
        notBefore);
  }

  /// With nobody calling any more, due then.
  public Upkeep released(Optional<Instant> newDueAt, boolean doubt) {
    return new Upkeep(newDueAt, Optional.empty(), doubt, failures, failingSince, notBefore);
  }

  /// After one more call that failed; the next one comes no sooner than `next`.
  ///
  /// @param look when the scan looks at it: then, or before
  public Upkeep failed(Instant now, Instant next, Instant look, boolean doubt) {
    return new Upkeep(
        Optional.of(look),
        Optional.empty(),
        doubt,
        failures + 1,
        failingSince.or(() -> Optional.of(now)),
        Optional.of(next));
  }

  /// Due then, with what failed before forgotten: a call that is under way stays one, and so does a
  /// doubt.
  public Upkeep afresh(Optional<Instant> newDueAt) {
    return new Upkeep(newDueAt, hold, inDoubt, 0, Optional.empty(), Optional.empty());
  }

  /// The same, due at another time.
  public Upkeep movedTo(Optional<Instant> newDueAt) {
    return new Upkeep(newDueAt, hold, inDoubt, failures, failingSince, notBefore);
  }
}
