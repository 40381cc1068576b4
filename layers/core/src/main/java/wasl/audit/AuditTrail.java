package wasl.audit;

import java.time.Instant;
import java.util.Optional;
import wasl.access.Tenant;
import wasl.page.Page;
import wasl.page.PageRequest;

/// Keeps who did or saw what, for 90 days.
public interface AuditTrail {
  /// Which records to list; an absent condition lets all pass.
  ///
  /// @param since inclusive
  /// @param until exclusive
  record Query(Optional<String> actor, Optional<String> action, Instant since, Instant until) {}

  /// Durable when it returns; whoever records a look answers only afterwards. A record that stands
  /// already is left as it is.
  void record(AuditRecord what);

  /// Newest first. Throws `IllegalArgumentException` for a position that is none of such a list.
  Page<AuditRecord> newestFirst(Tenant tenant, Query query, PageRequest page);

  /// Oldest first. Throws `IllegalArgumentException` for a position that is none of such a list.
  Page<AuditRecord> oldestFirst(Tenant tenant, Query query, PageRequest page);
}
