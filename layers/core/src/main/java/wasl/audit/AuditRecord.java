package wasl.audit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import wasl.access.Cause;
import wasl.access.Tenant;
import wasl.id.Ids;
import wasl.signing.Digests;

/// One thing that somebody did or saw. Names records by their ids, and holds nothing of what is in
/// them.
///
/// @param id `aud_…`
/// @param actor the API key's id, or who else a [Cause] names
/// @param action what was done, as `event.raw.read`; of a changed record the kind of its change
/// @param subject the id of the record that it was about
/// @param reason in the actor's own words
/// @param requestId of the request that did it
public record AuditRecord(
    Tenant tenant,
    String id,
    Instant at,
    String actor,
    String action,
    String subject,
    Optional<String> reason,
    String requestId) {
  public static final String PREFIX = "aud_";

  public AuditRecord {
    Ids.check(PREFIX, id);
  }

  /// What tells of a record's change: the same record for the same change.
  static AuditRecord of(Told.Change change) {
    var mark = change.mark();
    var id = Digests.sha256(change.identity().getBytes(StandardCharsets.UTF_8));
    return new AuditRecord(
        change.tenant(),
        Ids.of(PREFIX, mark.at(), Arrays.copyOf(id, 16)),
        mark.at(),
        mark.cause().actor(),
        mark.kind(),
        change.subject(),
        Optional.empty(),
        mark.cause().request());
  }
}
