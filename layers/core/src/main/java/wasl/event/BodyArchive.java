package wasl.event;

import java.util.List;
import java.util.Optional;
import wasl.access.Tenant;

/// Keeps the raw requests, sealed and compressed, for `BodyRetentionDays`.
public interface BodyArchive {
  /// @param tenant under whose data key it is sealed
  record Entry(Tenant tenant, ArchivedBody body) {}

  /// Writes all entries as one object; durable when it returns. The refs stand in the order of the
  /// entries.
  List<BodyRef> put(List<Entry> entries);

  /// Reads one body; empty where its retention has passed. Throws [wasl.vault.DataKeys.KeyGone]
  /// where its project was erased.
  Optional<ArchivedBody> get(Tenant tenant, BodyRef ref);
}
