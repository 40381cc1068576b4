package wasl.connection;

import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import wasl.access.Cause;
import wasl.access.ChangeMark;
import wasl.access.Tenant;
import wasl.id.Ids;
import wasl.page.Page;
import wasl.page.PageRequest;
import wasl.vault.Vault;
import wasl.web.Change;

/// Keeps the accounts that a project is authorized for, and their credentials sealed.
public final class Connections {
  public static final String CONNECTED = "connection.connected";
  public static final String RECONNECTED = "connection.reconnected";
  public static final String UPDATED = "connection.updated";
  public static final String SUSPENDED = "connection.suspended";
  public static final String RESUMED = "connection.resumed";
  public static final String DISCONNECTED = "connection.disconnected";
  public static final String REFRESHED = "connection.refreshed";

  /// Refreshed after a failure that somebody was told of.
  public static final String RECOVERED = "connection.recovered";

  /// The provider's last word: the user has to authorize it again.
  public static final String EXPIRED = "connection.expired";

  /// It cannot be refreshed, for another reason.
  public static final String FAILED = "connection.failed";

  /// Its token has ended and cannot be refreshed for now.
  public static final String FAILING = "connection.failing";

  /// A check found its credentials good that were not, or the other way round.
  public static final String CHECKED = "connection.checked";

  private static final int MOST_ROUNDS = 20;

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

  /// What an authorization came to.
  ///
  /// @param auth the name of the manifest's auth mode
  /// @param statusReason what being active lacks; usually empty
  public record Authorized(
      String auth,
      Credentials credentials,
      List<String> scopes,
      Health health,
      Optional<String> statusReason,
      Upkeep upkeep) {}

  /// A connection as it is wanted.
  ///
  /// @param grounds what has to be so still when it is written
  public record Wish(
      ConnectionStore.Grounds grounds,
      Optional<String> alias,
      Optional<String> externalAccountId,
      List<String> tags,
      Authorized authorized) {
    Integration integration() {
      return grounds.integration();
    }
  }

  /// Other names for a connection.
  public record Names(
      Change<String> alias, Change<String> externalAccountId, Optional<List<String>> tags) {}

  /// What became of a write.
  ///
  /// @param connection as it is after it
  public record Kept(ConnectionStore.Written written, Connection connection) {}

  /// The id of a connection that is about to be made; in work that is repeated, its first try's.
  public ConnectionId nextId() {
    return new ConnectionId(Ids.next(ConnectionId.PREFIX, clock.instant(), random));
  }

  /// What the first try of this work stored under the id that it drew, if it came so far.
  public Optional<Connection> madeBefore(Tenant tenant, ConnectionId id) {
    return Ids.mayBeTaken(random) ? store.find(tenant, id) : Optional.empty();
  }

  public Kept create(Tenant tenant, Wish wish, Cause cause) {
    return create(tenant, nextId(), wish, cause);
  }

  /// @param id a [#nextId]
  public Kept create(Tenant tenant, ConnectionId id, Wish wish, Cause cause) {
    var now = clock.instant();
    var authorized = wish.authorized();
    var connection =
        new Connection(
            tenant,
            id,
            wish.integration().id(),
            wish.integration().provider(),
            wish.integration().mode(),
            authorized.auth(),
            wish.alias(),
            wish.externalAccountId(),
            ConnectionStatus.ACTIVE,
            authorized.statusReason(),
            authorized.scopes(),
            wish.tags(),
            vault.seal(Connection.credentialsPlace(tenant, id), authorized.credentials().write()),
            1,
            authorized.health(),
            now,
            authorized.credentials().token().flatMap(Token::expiresAt),
            Optional.empty(),
            Optional.empty(),
            authorized.upkeep(),
            now,
            now,
            1);
    // What the first try stored holds the authorization of then.
    return madeBefore(tenant, id)
        .map(made -> new Kept(ConnectionStore.Written.DONE, made))
        .orElseGet(() ->
            new Kept(
                store.create(connection, wish.grounds(), mark(CONNECTED, now, cause)), connection));
  }

  /// Authorizes a standing connection anew: its id, and what belongs to it, stay. So does a
  /// suspension: whoever ordered it ends it.
  public Kept reconnect(Connection was, Wish wish, Cause cause) {
    var now = clock.instant();
    var authorized = wish.authorized();
    boolean suspended = was.status() == ConnectionStatus.SUSPENDED;
    var connection =
        was.next(now)
            .connected(authorized.auth(), wish.integration().mode())
            .names(
                wish.alias().or(was::alias),
                wish.externalAccountId().or(was::externalAccountId),
                wish.tags().isEmpty() ? was.tags() : wish.tags())
            .status(
                suspended ? was.status() : ConnectionStatus.ACTIVE,
                suspended ? was.statusReason() : authorized.statusReason())
            .scopes(authorized.scopes())
            .health(authorized.health())
            .credentials(
                vault.seal(
                    Connection.credentialsPlace(was.tenant(), was.id()),
                    authorized.credentials().write()),
                authorized.credentials().token().flatMap(Token::expiresAt))
            .upkeep(suspended ? Upkeep.NONE : authorized.upkeep())
            .build();
    return new Kept(
        store.reconnect(was, connection, wish.grounds(), mark(RECONNECTED, now, cause)),
        connection);
  }

  public Optional<Connection> find(Tenant tenant, ConnectionId id) {
    return store.find(tenant, id);
  }

  public Page<Connection> list(Tenant tenant, ConnectionStore.Filter filter, PageRequest page) {
    return store.list(tenant, filter, page);
  }

  public Kept rename(Connection connection, Names names, Cause cause) {
    return changed(
        connection,
        UPDATED,
        cause,
        (was, now) ->
            was.next(now)
                .names(
                    names.alias().on(was.alias()),
                    names.externalAccountId().on(was.externalAccountId()),
                    names.tags().orElse(was.tags()))
                .build());
  }

  /// Stops its use until it is resumed: nothing is refreshed, nobody is given its credentials. One
  /// that is suspended stays as it is; empty for one that is not active, since resuming it would
  /// make it so without the authorization that it needs.
  public Optional<Kept> suspend(Connection connection, Cause cause) {
    if (connection.status() == ConnectionStatus.SUSPENDED) {
      return Optional.of(new Kept(ConnectionStore.Written.DONE, connection));
    }
    return changedWhile(
        connection,
        Set.of(ConnectionStatus.ACTIVE),
        SUSPENDED,
        cause,
        (was, now) ->
            was.next(now)
                .status(ConnectionStatus.SUSPENDED, Optional.of("suspended_by_user"))
                .upkeep(was.upkeep().movedTo(Optional.empty()))
                .build());
  }

  /// Ends a suspension; what came due meanwhile is looked at soon. Empty for one that is not
  /// suspended.
  ///
  /// @param lack what its being active lacks, as a status reason
  public Optional<Kept> resume(
      Connection connection, Function<Connection, Optional<String>> lack, Cause cause) {
    if (connection.status() == ConnectionStatus.ACTIVE && Ids.mayBeTaken(random)) {
      // The first try of this work resumed it.
      return Optional.of(new Kept(ConnectionStore.Written.DONE, connection));
    }
    return changedWhile(
        connection,
        Set.of(ConnectionStatus.SUSPENDED),
        RESUMED,
        cause,
        (was, now) ->
            was.next(now)
                .status(ConnectionStatus.ACTIVE, lack.apply(was))
                // Whatever failed did so before the suspension.
                .upkeep(was.upkeep().afresh(credentials(was).token().map(token -> now)))
                .build());
  }

  /// Keeps what a check of its credentials found, unless it has others by now. Who is found as
  /// before is not written.
  ///
  /// @param seen with the credentials that were checked
  /// @return it as it is then; empty where it was deleted
  public Optional<Connection> checked(Connection seen, Health health, Cause cause) {
    var was = seen;
    for (int round = 0; round < MOST_ROUNDS; round++) {
      if (was.health() == health || was.credentialsVersion() != seen.credentialsVersion()) {
        return Optional.of(was);
      }
      var now = clock.instant();
      var next = was.next(now).health(health).build();
      if (store.save(was, next, mark(CHECKED, now, cause)) == ConnectionStore.Written.DONE) {
        return Optional.of(next);
      }
      var found = store.find(was.tenant(), was.id());
      if (found.isEmpty()) {
        return Optional.empty();
      }
      was = found.get();
    }
    return Optional.of(was);
  }

  /// Whether a connection of the integration has this alias.
  public boolean isAliasTaken(Integration integration, String alias) {
    return store.findByAlias(integration.tenant(), integration.id(), alias).isPresent();
  }

  /// Whether a connection of the integration stands for this account.
  public boolean isAccountTaken(Integration integration, String externalAccountId) {
    return store
        .findByAccount(integration.tenant(), integration.id(), externalAccountId)
        .isPresent();
  }

  /// Deletes it; what belongs to it must have gone before.
  public ConnectionStore.Written delete(Connection connection, Cause cause) {
    return store.delete(connection, mark(DISCONNECTED, clock.instant(), cause));
  }

  /// The credentials in clear. Whoever shows them has recorded the look before.
  public Credentials credentials(Connection connection) {
    return Credentials.open(vault, connection);
  }

  // Leases and looks change the version too: who renames is not to be told of them.
  private Kept changed(
      Connection connection,
      String kind,
      Cause cause,
      BiFunction<Connection, Instant, Connection> change) {
    return changedWhile(connection, EnumSet.allOf(ConnectionStatus.class), kind, cause, change)
        .orElseThrow(() -> new AssertionError("every status is one of all"));
  }

  private Optional<Kept> changedWhile(
      Connection connection,
      Set<ConnectionStatus> statuses,
      String kind,
      Cause cause,
      BiFunction<Connection, Instant, Connection> change) {
    var was = connection;
    for (int round = 1; ; round++) {
      if (!statuses.contains(was.status())) {
        return Optional.empty();
      }
      var now = clock.instant();
      var next = change.apply(was, now);
      var written = store.save(was, next, mark(kind, now, cause));
      if (written != ConnectionStore.Written.CHANGED_MEANWHILE || round == MOST_ROUNDS) {
        return Optional.of(new Kept(written, next));
      }
      var found = store.find(was.tenant(), was.id());
      if (found.isEmpty()) {
        return Optional.of(new Kept(written, next));
      }
      was = found.get();
    }
  }

  private ChangeMark mark(String kind, Instant now, Cause cause) {
    return ChangeMark.next(kind, now, cause, random);
  }
}
