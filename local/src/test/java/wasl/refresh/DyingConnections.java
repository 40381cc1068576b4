package wasl.refresh;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import wasl.access.ChangeMark;
import wasl.access.Tenant;
import wasl.aws.ItemKeys;
import wasl.connection.Connection;
import wasl.connection.ConnectionId;
import wasl.connection.ConnectionStore;
import wasl.connection.IntegrationId;
import wasl.page.Page;
import wasl.page.PageRequest;

/// One tenant's connections as they are, but for the step at which the process is to die. The due
/// index has every tenant's, and a test is to see its own only.
final class DyingConnections implements ConnectionStore {
  private final ConnectionStore store;
  private final Tenant tenant;
  private final Set<String> shards = ConcurrentHashMap.newKeySet();
  private final AtomicInteger finds = new AtomicInteger();
  private final AtomicInteger moves = new AtomicInteger();
  private int savesThatDie;
  private int savesThatFail;

  DyingConnections(ConnectionStore store, Tenant tenant) {
    this.store = store;
    this.tenant = tenant;
  }

  /// The process ends: nothing catches it.
  static final class Died extends Error {
    private static final long serialVersionUID = 1;
  }

  /// The next so many die before new credentials are saved.
  synchronized void dieBeforeSaving(int times) {
    savesThatDie = times;
  }

  /// The next so many saves of new credentials fail.
  synchronized void failToSave(int times) {
    savesThatFail = times;
  }

  /// How often one was looked for.
  int finds() {
    return finds.get();
  }

  /// How often one was to be due at another time.
  int moves() {
    return moves.get();
  }

  @Override
  public Written save(Connection was, Connection now, ChangeMark change) {
    boolean credentials = now.credentialsVersion() != was.credentialsVersion();
    synchronized (this) {
      if (credentials && savesThatDie > 0) {
        savesThatDie--;
        throw new Died();
      }
      if (credentials && savesThatFail > 0) {
        savesThatFail--;
        throw new IllegalStateException("DynamoDB is away");
      }
    }
    return store.save(was, now, change);
  }

  @Override
  public Written saveQuietly(Connection was, Connection now) {
    return store.saveQuietly(was, now);
  }

  @Override
  public Optional<Connection> find(Tenant tenant, ConnectionId id) {
    finds.incrementAndGet();
    return store.find(tenant, id);
  }

  @Override
  public Optional<Connection> findByAlias(Tenant tenant, IntegrationId integration, String alias) {
    return store.findByAlias(tenant, integration, alias);
  }

  @Override
  public Optional<Connection> findByAccount(
      Tenant tenant, IntegrationId integration, String externalAccountId) {
    return store.findByAccount(tenant, integration, externalAccountId);
  }

  @Override
  public Page<Connection> list(Tenant tenant, Filter filter, PageRequest page) {
    return store.list(tenant, filter, page);
  }

  @Override
  public Written create(Connection connection, Grounds grounds, ChangeMark change) {
    shards.add(ItemKeys.due("refresh", connection.id().value()));
    return store.create(connection, grounds, change);
  }

  @Override
  public Written reconnect(Connection was, Connection now, Grounds grounds, ChangeMark change) {
    return store.reconnect(was, now, grounds, change);
  }

  @Override
  public Written delete(Connection connection, ChangeMark change) {
    return store.delete(connection, change);
  }

  @Override
  public void used(Connection connection, Instant at, Optional<Instant> dueAt) {
    store.used(connection, at, dueAt);
  }

  @Override
  public List<Connection> due(int shard, Instant by, int limit) {
    // A test passes many minutes, and none of them is to cost a query of every shard.
    if (!shards.contains(ItemKeys.due("refresh", shard))) {
      return List.of();
    }
    return store.due(shard, by, Integer.MAX_VALUE).stream()
        .filter(connection -> connection.tenant().equals(tenant))
        .limit(limit)
        .toList();
  }

  @Override
  public int dueShards() {
    return store.dueShards();
  }

  @Override
  public boolean moveDue(Connection seen, Instant dueAt) {
    moves.incrementAndGet();
    return store.moveDue(seen, dueAt);
  }
}
