package wasl.aws;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wasl.access.Tenant;
import wasl.aws.DynamoTable.Write;
import wasl.connection.Connection;
import wasl.connection.ConnectionId;
import wasl.connection.ConnectionStatus;
import wasl.connection.ConnectionStore;
import wasl.page.Page;
import wasl.page.PageRequest;

/// Keeps connections in the table `Connections`: a record, and an item for each of its names.
public final class DynamoConnectionStore implements ConnectionStore {
  private static final String SAME_VERSION = "#" + ConnectionItem.VERSION + " = :was";

  private final DynamoTable table;

  public DynamoConnectionStore(DynamoTable connections) {
    this.table = connections;
  }

  @Override
  public Optional<Connection> find(Tenant tenant, ConnectionId id) {
    return table.get(ConnectionItem.key(tenant, id)).map(ConnectionItem::read);
  }

  @Override
  public Page<Connection> list(Tenant tenant, Filter filter, PageRequest page) {
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
  public Written create(Connection connection) {
    var integration = ItemKeys.integration(connection.tenant(), connection.integration());
    var plan = new Plan();
    plan.add(
        new Write.Check(
            integration, "#provider = :provider", Map.of("provider", connection.provider())),
        Written.INTEGRATION_CHANGED);
    plan.add(Holders.count(integration, Holders.CONNECTIONS, 1), Written.INTEGRATION_CHANGED);
    plan.add(Write.Put.ifAbsent(ConnectionItem.write(connection)), Written.CHANGED_MEANWHILE);
    reserve(plan, connection);
    return plan.on(table);
  }

  @Override
  public Written save(Connection was, Connection now) {
    var plan = new Plan();
    plan.add(
        new Write.Put(ConnectionItem.write(now), SAME_VERSION, Map.of("was", was.version())),
        Written.CHANGED_MEANWHILE);
    if (!was.alias().equals(now.alias())) {
      freeAlias(plan, was);
      reserveAlias(plan, now);
    }
    if (!was.externalAccountId().equals(now.externalAccountId())) {
      freeAccount(plan, was);
      reserveAccount(plan, now);
    }
    return plan.on(table);
  }

  @Override
  public Written delete(Connection connection) {
    var pk = ConnectionItem.key(connection.tenant(), connection.id());
    var integration = ItemKeys.integration(connection.tenant(), connection.integration());
    var plan = new Plan();
    plan.add(
        new Write.Delete(pk, SAME_VERSION, Map.of("was", connection.version())),
        Written.CHANGED_MEANWHILE);
    plan.add(Holders.deleteIfNone(pk), Written.HAS_INBOUND_WEBHOOKS);
    plan.add(Holders.count(integration, Holders.CONNECTIONS, -1), Written.CHANGED_MEANWHILE);
    freeAlias(plan, connection);
    freeAccount(plan, connection);
    return plan.on(table);
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
