package wasl.vault;

import java.util.Optional;
import wasl.access.Tenant;

/// Every lasting record of a tenant, whatever it is about. What ends by itself within a month is
/// none of them: its data keys are kept that long, or are erased with it.
public interface TenantRecords {
  /// In the order in which they are erased: first what lets somebody in.
  enum Kind {
    API_KEYS,
    INBOUND_WEBHOOKS,
    CONNECTIONS,
    INTEGRATIONS,
    OUTBOUND_WEBHOOKS
  }

  /// What was done for a page of a list.
  ///
  /// @param found how many records there was something to do for, whether or not it succeeded
  /// @param next the position to go on from; empty at the end
  record Step(int found, Optional<String> next) {}

  /// Deletes a page of records and all that belongs to them. Nobody is told.
  Step erase(Tenant tenant, Kind kind, Optional<String> after, int limit);

  /// Seals a page of records anew, each only as long as nobody else changes it: a newer value is
  /// never overwritten. Nobody is told, and no version grows, so that nobody else is kept from his
  /// own change.
  Step reseal(Tenant tenant, Kind kind, Optional<String> after, int limit);
}
