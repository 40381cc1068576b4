package wasl.connection;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import wasl.access.ChangeMark;
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
    /// The integration was deleted, or has another provider or configuration by now.
    INTEGRATION_CHANGED,
    /// The connect session made a connection before.
    SESSION_OVER,
    /// Somebody else wrote it, or deleted it, since it was read.
    CHANGED_MEANWHILE,
    /// Inbound webhooks belong to it.
    HAS_INBOUND_WEBHOOKS
  }

  /// What an authorization stands on, and has to stand on still when it is kept.
  ///
  /// @param integration as it was when its provider gave the credentials: those that came of
  ///   another provider or configuration are of no use under the one of now
  /// @param session the connect session that is ended with it
  record Grounds(Integration integration, Optional<Ending> session) {}

  /// The end of a connect session, which comes but once.
  ///
  /// @param session its id
  /// @param by the hash of the state whose callback ends it
  record Ending(String session, String by) {}

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

    public boolean holds(Connection connection) {
      return is(provider, connection.provider())
          && is(integration, connection.integration().value())
          && is(status, connection.status())
          && (alias.isEmpty() || alias.equals(connection.alias()))
          && (tag.isEmpty() || connection.tags().contains(tag.get()));
    }

    private static <T> boolean is(Optional<T> wanted, T value) {
      return wanted.isEmpty() || wanted.get().equals(value);
    }
  }

  /// Strongly consistent.
  Optional<Connection> find(Tenant tenant, ConnectionId id);

  /// The connection that has this alias within the integration; strongly consistent.
  Optional<Connection> findByAlias(Tenant tenant, IntegrationId integration, String alias);

  /// The connection that stands for this account within the integration; strongly consistent.
  Optional<Connection> findByAccount(
      Tenant tenant, IntegrationId integration, String externalAccountId);

  /// Newest first.
  Page<Connection> list(Tenant tenant, Filter filter, PageRequest page);

  /// Writes a new one together with what reserves its alias and its account and with the end of its
  /// session, all or nothing.
  Written create(Connection connection, Grounds grounds, ChangeMark change);

  /// Replaces `was`, with what reserves its names, by one that was authorized anew, together with
  /// the end of the session, all or nothing.
  Written reconnect(Connection was, Connection now, Grounds grounds, ChangeMark change);

  /// Replaces `was`, with what reserves its names.
  Written save(Connection was, Connection now, ChangeMark change);

  /// As [#save], of what nobody is told of: a lease, a next look.
  Written saveQuietly(Connection was, Connection now);

  /// Deletes this version of it and frees its names, while nothing belongs to it.
  Written delete(Connection connection, ChangeMark change);

  /// Notes that it was used, unless that was noted within the last [Connection#USE_NOTED_EVERY].
  /// Changes no version, and is lost where a save comes between.
  ///
  /// @param connection as it was read: one that was refreshed or suspended meanwhile is left alone
  /// @param dueAt becomes its next look if it has none
  void used(Connection connection, Instant at, Optional<Instant> dueAt);

  /// Those of a shard that are due by then, the earliest first; at most `limit`. The index follows
  /// the table a moment later, so some may not be due any more.
  List<Connection> due(int shard, Instant by, int limit);

  int dueShards();

  /// Moves a connection's next look on, if it is still the one that was seen: of several scans one
  /// gets true.
  boolean moveDue(Connection seen, Instant dueAt);
}
