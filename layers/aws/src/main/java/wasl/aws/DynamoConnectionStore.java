package wasl.aws;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import wasl.access.ChangeMark;
import wasl.access.Tenant;
import wasl.aws.DynamoTable.Write;
import wasl.connection.Connection;
import wasl.connection.ConnectionId;
import wasl.connection.ConnectionStatus;
import wasl.connection.ConnectionStore;
import wasl.connection.IntegrationId;
import wasl.page.Page;
import wasl.page.PageRequest;

/// Keeps connections in the table `Connections`: a record, and an item for each of its names.
public final class DynamoConnectionStore implements ConnectionStore {
  private static final String SAME_VERSION = "#" + ConnectionItem.VERSION + " = :was";

  // No condition on the version: a save that comes between wins, and a use is not worth another
  // try. But neither a deleted record, nor one that was authorized anew, refreshed or suspended
  // meanwhile; and of many readers at once one.
  private static final String USED_SINCE =
      "attribute_exists(#pk) AND attribute_not_exists(#gone) AND #status = :active"
          + " AND (attribute_not_exists(#credentialsVersion)"
          + " OR #credentialsVersion = :credentialsVersion)"
          + " AND (attribute_not_exists(#lastActivityAt) OR #lastActivityAt <= :noted)";

  private final DynamoTable table;
  private final BiConsumer<String, RuntimeException> unreadable;

  public DynamoConnectionStore(DynamoTable connections) {
    this(
        connections,
        (pk, why) -> {
          throw why;
        });
  }

  /// One of which a scan leaves out what it cannot read, so that it stops no other's refresh.
  ///
  /// @param unreadable is told of it: the record's key, and why
  public DynamoConnectionStore(
      DynamoTable connections, BiConsumer<String, RuntimeException> unreadable) {
    this.table = connections;
    this.unreadable = unreadable;
  }

  @Override
  public Optional<Connection> find(Tenant tenant, ConnectionId id) {
    return table.get(ConnectionItem.key(tenant, id)).map(ConnectionItem::read);
  }

  @Override
  public Optional<Connection> findByAlias(Tenant tenant, IntegrationId integration, String alias) {
    return reserved(tenant, ItemKeys.connectionAlias(tenant, integration, alias));
  }

  @Override
  public Optional<Connection> findByAccount(
      Tenant tenant, IntegrationId integration, String externalAccountId) {
    return reserved(tenant, ItemKeys.connectionAccount(tenant, integration, externalAccountId));
  }

  private Optional<Connection> reserved(Tenant tenant, String pk) {
    return table.get(pk).flatMap(item -> find(tenant, ConnectionItem.reservedBy(item)));
  }

  @Override
  public Page<Connection> list(Tenant tenant, Filter filter, PageRequest page) {
    if (filter.alias().isPresent() && filter.integration().isPresent() && page.after().isEmpty()) {
      var alias = filter.alias().get();
      return new Page<>(
          filter
              .integration()
              .filter(IntegrationId::isOne)
              .flatMap(slug -> findByAlias(tenant, new IntegrationId(slug), alias))
              .filter(filter::holds)
              .stream()
              .toList(),
          Optional.empty());
    }
    var conditions = new ArrayList<String>();
    var values = new HashMap<String, Object>();
    equal("provider", filter.provider(), conditions, values);
    equal("integration", filter.integration(), conditions, values);
    equal("status", filter.status().map(ConnectionStatus::wireName), conditions, values);
    equal("alias", filter.alias(), conditions, values);
    filter
        .tag()
        .ifPresent(tag -> {
          conditions.add("contains(#tags, :tag)");
          values.put("tag", tag);
        });
    return table
        .page(
            ItemKeys.list(tenant, ConnectionItem.KIND),
            page,
            String.join(" AND ", conditions),
            values)
        .map(ConnectionItem::read);
  }

  @Override
  public Written create(Connection connection, Grounds grounds, ChangeMark change) {
    var integration = ItemKeys.integration(connection.tenant(), connection.integration());
    var plan = new Plan();
    stand(plan, grounds);
    plan.add(Holders.count(integration, Holders.CONNECTIONS, 1), Written.INTEGRATION_CHANGED);
    plan.add(
        Write.Put.ofDrawnId(ChangeMarks.marked(ConnectionItem.write(connection), change)),
        Written.CHANGED_MEANWHILE);
    reserve(plan, connection);
    return plan.on(table);
  }

  @Override
  public Written reconnect(Connection was, Connection now, Grounds grounds, ChangeMark change) {
    var plan = new Plan();
    stand(plan, grounds);
    plan.add(
        put(was, ChangeMarks.marked(ConnectionItem.write(now), change)), Written.CHANGED_MEANWHILE);
    renames(plan, was, now);
    return plan.on(table);
  }

  // Settles a grant that comes in while its integration is turned to other hosts, and which of
  // several callbacks of a session makes the connection. The session speaks first: whoever comes
  // second finds the names taken too, by the first.
  private static void stand(Plan plan, Grounds grounds) {
    grounds
        .session()
        .ifPresent(ending -> plan.add(ConnectFlowItems.end(ending), Written.SESSION_OVER));
    plan.add(IntegrationItem.unturned(grounds.integration()), Written.INTEGRATION_CHANGED);
  }

  @Override
  public Written save(Connection was, Connection now, ChangeMark change) {
    return saved(was, now, ChangeMarks.marked(ConnectionItem.write(now), change));
  }

  @Override
  public Written saveQuietly(Connection was, Connection now) {
    return saved(was, now, ConnectionItem.write(now));
  }

  private Written saved(Connection was, Connection now, Item item) {
    if (was.alias().equals(now.alias())
        && was.externalAccountId().equals(now.externalAccountId())) {
      // Alone it costs half of what it does in a transaction.
      return table.put(put(was, item)) instanceof DynamoTable.Written.Done
          ? Written.DONE
          : Written.CHANGED_MEANWHILE;
    }
    var plan = new Plan();
    plan.add(put(was, item), Written.CHANGED_MEANWHILE);
    renames(plan, was, now);
    return plan.on(table);
  }

  private static Write.Put put(Connection was, Item item) {
    return new Write.Put(item, SAME_VERSION, Map.of("was", was.version()));
  }

  private static void renames(Plan plan, Connection was, Connection now) {
    if (!was.alias().equals(now.alias())) {
      freeAlias(plan, was);
      reserveAlias(plan, now);
    }
    if (!was.externalAccountId().equals(now.externalAccountId())) {
      freeAccount(plan, was);
      reserveAccount(plan, now);
    }
  }

  @Override
  public Written delete(Connection connection, ChangeMark change) {
    var pk = ConnectionItem.key(connection.tenant(), connection.id());
    var integration = ItemKeys.integration(connection.tenant(), connection.integration());
    var plan = new Plan();
    plan.add(
        new Write.Put(
            ChangeMarks.tombstone(pk, connection.tenant(), connection.id().value(), change),
            SAME_VERSION,
            Map.of("was", connection.version())),
        Written.CHANGED_MEANWHILE);
    plan.add(Holders.deleteIfNone(pk), Written.HAS_INBOUND_WEBHOOKS);
    plan.add(Holders.count(integration, Holders.CONNECTIONS, -1), Written.CHANGED_MEANWHILE);
    freeAlias(plan, connection);
    freeAccount(plan, connection);
    return plan.on(table);
  }

  @Override
  public void used(Connection connection, Instant at, Optional<Instant> dueAt) {
    var update = new StringBuilder("SET #lastActivityAt = :at");
    var values = new HashMap<String, Object>();
    values.put("at", at.toEpochMilli());
    values.put("noted", at.minus(Connection.USE_NOTED_EVERY).toEpochMilli());
    values.put("active", ConnectionStatus.ACTIVE.wireName());
    values.put("credentialsVersion", connection.credentialsVersion());
    if (dueAt.isPresent()) {
      update.append(
          ", #dueKey = if_not_exists(#dueKey, :dueKey), #dueAt = if_not_exists(#dueAt, :dueAt)");
      values.put("dueKey", ItemKeys.due(ConnectionItem.DUE_KIND, connection.id().value()));
      values.put("dueAt", dueAt.get().toEpochMilli());
    }
    update.append(" REMOVE #").append(ChangeMarks.ATTRIBUTE);
    table.update(
        new Write.Update(
            ConnectionItem.key(connection.tenant(), connection.id()),
            update.toString(),
            USED_SINCE,
            values));
  }

  @Override
  public List<Connection> due(int shard, Instant by, int limit) {
    return table.query(
        new DynamoTable.Query(
            ItemKeys.DUE_INDEX,
            "#dueKey = :key AND #dueAt <= :by",
            "",
            Map.of("key", ItemKeys.due(ConnectionItem.DUE_KIND, shard), "by", by.toEpochMilli()),
            false,
            limit),
        this::readable);
  }

  private Optional<Connection> readable(String pk, Supplier<Item> item) {
    try {
      return Optional.of(ConnectionItem.read(item.get()));
    } catch (RuntimeException why) {
      unreadable.accept(pk, why);
      return Optional.empty();
    }
  }

  @Override
  public int dueShards() {
    return ItemKeys.DUE_SHARDS;
  }

  // Settles which of several scans enqueues it, and leaves a save that came between alone.
  @Override
  public boolean moveDue(Connection seen, Instant dueAt) {
    if (seen.upkeep().dueAt().isEmpty()) {
      return false;
    }
    var update =
        new Write.Update(
            ConnectionItem.key(seen.tenant(), seen.id()),
            "SET #dueAt = :next REMOVE #" + ChangeMarks.ATTRIBUTE,
            "#dueAt = :seen",
            Map.of(
                "next", dueAt.toEpochMilli(), "seen", seen.upkeep().dueAt().get().toEpochMilli()));
    return table.update(update) instanceof DynamoTable.Written.Done;
  }

  private static void reserve(Plan plan, Connection connection) {
    reserveAlias(plan, connection);
    reserveAccount(plan, connection);
  }

  // Settles two connections that take one name at the same time.
  private static void reserveAlias(Plan plan, Connection connection) {
    aliasKey(connection)
        .ifPresent(pk ->
            plan.add(
                Write.Put.ifAbsent(ConnectionItem.reservation(pk, connection.id())),
                Written.ALIAS_TAKEN));
  }

  private static void reserveAccount(Plan plan, Connection connection) {
    accountKey(connection)
        .ifPresent(pk ->
            plan.add(
                Write.Put.ifAbsent(ConnectionItem.reservation(pk, connection.id())),
                Written.ACCOUNT_TAKEN));
  }

  private static void freeAlias(Plan plan, Connection connection) {
    aliasKey(connection).ifPresent(pk -> plan.add(new Write.Delete(pk), Written.CHANGED_MEANWHILE));
  }

  private static void freeAccount(Plan plan, Connection connection) {
    accountKey(connection)
        .ifPresent(pk -> plan.add(new Write.Delete(pk), Written.CHANGED_MEANWHILE));
  }

  private static Optional<String> aliasKey(Connection connection) {
    return connection
        .alias()
        .map(alias ->
            ItemKeys.connectionAlias(connection.tenant(), connection.integration(), alias));
  }

  private static Optional<String> accountKey(Connection connection) {
    return connection
        .externalAccountId()
        .map(account ->
            ItemKeys.connectionAccount(connection.tenant(), connection.integration(), account));
  }

  private static void equal(
      String attribute,
      Optional<String> wanted,
      List<String> conditions,
      Map<String, Object> values) {
    wanted.ifPresent(value -> {
      conditions.add("#" + attribute + " = :" + attribute);
      values.put(attribute, value);
    });
  }

  /// The writes of one transaction, each with what it means if its condition does not hold.
  private static final class Plan {
    private final List<Write> writes = new ArrayList<>();
    private final List<Written> refusals = new ArrayList<>();

    void add(Write write, Written refusal) {
      writes.add(write);
      refusals.add(refusal);
    }

    Written on(DynamoTable table) {
      int refused = table.settle(writes).indexOf(false);
      return refused < 0 ? Written.DONE : refusals.get(refused);
    }
  }
}
