package wasl.connection;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import wasl.access.Tenant;
import wasl.id.Ids;
import wasl.page.Page;
import wasl.page.PageRequest;
import wasl.vault.Secret;
import wasl.vault.Vault;
import wasl.web.Change;

/// Keeps the accounts that a project is authorized for, and their credentials sealed.
public final class Connections {
  private final ConnectionStore store;
  private final Vault vault;
  private final InstantSource clock;
  private final RandomGenerator random;

  public Connections(
      ConnectionStore store, Vault vault, InstantSource clock, RandomGenerator random) {
    this.store = store;
    this.vault = vault;
    this.clock = clock;
    this.random = random;
  }

  /// A connection as it is wanted.
  ///
  /// @param credentials one JSON object, as the caller with `credentials:read` is shown it
  public record Wish(
      Integration integration,
      Optional<String> alias,
      Optional<String> externalAccountId,
      List<String> tags,
      Secret credentials) {}

  /// Other names for a connection.
  public record Names(
      Change<String> alias, Change<String> externalAccountId, Optional<List<String>> tags) {}

  /// What became of a write.
  ///
  /// @param connection as it is after it
  public record Kept(ConnectionStore.Written written, Connection connection) {}

  /// Stores credentials as they were given, without asking the provider.
  public Kept create(Tenant tenant, Wish wish) {
    var now = clock.instant();
    var id = new ConnectionId(Ids.next(ConnectionId.PREFIX, now, random));
    var connection =
        new Connection(
            tenant,
            id,
            wish.integration().id(),
            wish.integration().provider(),
            wish.integration().mode(),
            wish.alias(),
            wish.externalAccountId(),
            ConnectionStatus.ACTIVE,
            Optional.empty(),
            List.of(),
            wish.tags(),
            vault.seal(Connection.credentialsPlace(tenant, id), wish.credentials()),
            Health.UNCHECKED,
            now,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            now,
            now,
            1);
    return new Kept(store.create(connection), connection);
  }

  public Optional<Connection> find(Tenant tenant, ConnectionId id) {
    return store.find(tenant, id);
  }

  public Page<Connection> list(Tenant tenant, ConnectionStore.Filter filter, PageRequest page) {
    return store.list(tenant, filter, page);
  }

  public Kept rename(Connection connection, Names names) {
    var renamed =
        connection.named(
            names.alias().on(connection.alias()),
            names.externalAccountId().on(connection.externalAccountId()),
            names.tags().orElse(connection.tags()),
            clock.instant());
    return new Kept(store.save(connection, renamed), renamed);
  }

  /// Deletes it; what belongs to it must have gone before.
  public ConnectionStore.Written delete(Connection connection) {
    return store.delete(connection);
  }

  /// The credentials in clear, as they were given. Whoever calls has recorded the look before.
  public Secret credentials(Connection connection) {
    return vault.open(
        Connection.credentialsPlace(connection.tenant(), connection.id()),
        connection.credentials());
  }
}
