package wasl.connection;

import java.util.Optional;
import wasl.access.Tenant;
import wasl.page.Page;
import wasl.page.PageRequest;

/// Keeps connections, each findable by its alias and its account.
public interface ConnectionStore {
  /// What became of a write.
  enum Written {
    DONE,
    ALIAS_TAKEN,
    ACCOUNT_TAKEN,
    /// The integration was deleted, or turned to another provider.
    INTEGRATION_CHANGED,
    /// Somebody else wrote it, or deleted it, since it was read.
    CHANGED_MEANWHILE,
    /// Inbound webhooks belong to it.
    HAS_INBOUND_WEBHOOKS
  }

  /// Which connections to list; an absent condition lets all pass.
  record Filter(
      Optional<String> provider,
      Optional<String> integration,
      Optional<ConnectionStatus> status,
      Optional<String> alias,
      Optional<String> tag) {
    public static Filter through(IntegrationId integration) {
      return new Filter(
          Optional.empty(),
          Optional.of(integration.value()),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
    }
  }

  Optional<Connection> find(Tenant tenant, ConnectionId id);

  /// Newest first.
  Page<Connection> list(Tenant tenant, Filter filter, PageRequest page);

  /// Writes a new one together with what reserves its alias and its account, all or nothing.
  Written create(Connection connection);

  /// Replaces `was`, with what reserves its names.
  Written save(Connection was, Connection now);

  /// Deletes this version of it and frees its names, while nothing belongs to it.
  Written delete(Connection connection);
}
