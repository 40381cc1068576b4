package wasl.connection;

import java.util.Optional;
import wasl.access.ChangeMark;
import wasl.access.Tenant;
import wasl.page.Page;
import wasl.page.PageRequest;

/// Keeps integrations.
public interface IntegrationStore {
  /// What became of a write.
  enum Written {
    DONE,
    /// Somebody else wrote it, or deleted it, since it was read.
    CHANGED_MEANWHILE,
    /// Connections are made through it.
    HAS_CONNECTIONS,
    /// Inbound webhooks belong to it.
    HAS_INBOUND_WEBHOOKS
  }

  Optional<Integration> find(Tenant tenant, IntegrationId id);

  /// Newest first.
  Page<Integration> list(Tenant tenant, PageRequest page);

  /// Writes a new one; false if there is one of that name.
  boolean create(Integration integration, ChangeMark change);

  /// Replaces the one of the version before; of another provider only while no connection is made
  /// through it.
  Written save(Integration integration, boolean otherProvider, ChangeMark change);

  /// Deletes this version of it, while nothing belongs to it.
  Written delete(Integration integration, ChangeMark change);
}
