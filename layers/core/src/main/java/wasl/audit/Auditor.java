package wasl.audit;

import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;
import wasl.access.Cause;
import wasl.access.Tenant;
import wasl.id.Ids;

/// Records what changes no record that would tell of itself: a look at what is secret, an event
/// published, a delivery sent once more.
///
/// Call it before the deed: what cannot be recorded is not done. A crash between the two leaves a
/// record of what was about to be done.
public final class Auditor {
  private final AuditTrail trail;
  private final InstantSource clock;
  private final RandomGenerator random;

  public Auditor(AuditTrail trail, InstantSource clock, RandomGenerator random) {
    this.trail = trail;
    this.clock = clock;
    this.random = random;
  }

  /// @param action `event.replayed`
  /// @param subject the id of the record that it is about
  public void record(Tenant tenant, Cause cause, String action, String subject) {
    record(tenant, cause, action, subject, Optional.empty());
  }

  /// @param reason in the actor's own words
  public void record(
      Tenant tenant, Cause cause, String action, String subject, Optional<String> reason) {
    var now = clock.instant();
    trail.record(
        new AuditRecord(
            tenant,
            Ids.next(AuditRecord.PREFIX, now, random),
            now,
            cause.actor(),
            action,
            subject,
            reason,
            cause.request()));
  }
}
