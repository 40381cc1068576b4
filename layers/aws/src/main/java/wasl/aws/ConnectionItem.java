package wasl.aws;

import wasl.access.Tenant;
import wasl.connection.Connection;
import wasl.connection.ConnectionId;
import wasl.connection.ConnectionStatus;
import wasl.connection.Health;
import wasl.connection.IntegrationId;
import wasl.connection.Mode;
import wasl.vault.Sealed;

/// The items of a connection, its record and what reserves its names: the one class that knows
/// their attributes.
public final class ConnectionItem {
  static final int FORM = 1;
  public static final String KIND = "connection";
  public static final String VERSION = "version";

  private ConnectionItem() {}

  public static String key(Tenant tenant, ConnectionId id) {
    return ItemKeys.connection(tenant, id);
  }

  public static Item write(Connection connection) {
    var tenant = connection.tenant();
    var item =
        Item.with(key(tenant, connection.id()))
            .number(ItemKeys.FORM, FORM)
            .text(ItemKeys.LIST_KEY, ItemKeys.list(tenant, KIND))
            .text(
                ItemKeys.LIST_SORT,
                ItemKeys.listSort(connection.createdAt(), connection.id().value()))
            .text("id", connection.id().value())
            .text("integration", connection.integration().value())
            .text("provider", connection.provider())
            .text("mode", connection.mode().wireName())
            .text("alias", connection.alias())
            .text("externalAccountId", connection.externalAccountId())
            .text("status", connection.status().wireName())
            .text("statusReason", connection.statusReason())
            .texts("scopes", connection.scopes())
            .texts("tags", connection.tags())
            .bytes("credentials", connection.credentials().bytes())
            .text("health", connection.health().wireName())
            .time("connectedAt", connection.connectedAt())
            // The attribute that DynamoDB deletes by has the name that this one has in the API.
            .time("credentialsExpireAt", connection.expiresAt())
            .time("lastActivityAt", connection.lastActivityAt())
            .time("lastRefreshedAt", connection.lastRefreshedAt())
            .time("createdAt", connection.createdAt())
            .time("updatedAt", connection.updatedAt())
            .number(VERSION, connection.version());
    TenantAttributes.write(item, tenant);
    return item.build();
  }

  public static Connection read(Item item) {
    Forms.demand(item, FORM);
    return new Connection(
        TenantAttributes.read(item),
        new ConnectionId(item.text("id")),
        new IntegrationId(item.text("integration")),
        item.text("provider"),
        Mode.of(item.text("mode")).orElseThrow(() -> Forms.wrong(item, "mode")),
        item.optionalText("alias"),
        item.optionalText("externalAccountId"),
        ConnectionStatus.of(item.text("status")).orElseThrow(() -> Forms.wrong(item, "status")),
        item.optionalText("statusReason"),
        item.texts("scopes"),
        item.texts("tags"),
        new Sealed(item.bytes("credentials")),
        Health.of(item.text("health")).orElseThrow(() -> Forms.wrong(item, "health")),
        item.time("connectedAt"),
        item.optionalTime("credentialsExpireAt"),
        item.optionalTime("lastActivityAt"),
        item.optionalTime("lastRefreshedAt"),
        item.time("createdAt"),
        item.time("updatedAt"),
        item.number(VERSION));
  }

  /// What stands under a reserved alias or account.
  ///
  /// @param pk of [ItemKeys#connectionAlias] or [ItemKeys#connectionAccount]
  static Item reservation(String pk, ConnectionId connection) {
    return Item.with(pk).number(ItemKeys.FORM, FORM).text("connection", connection.value()).build();
  }

  /// The connection that a reservation leads to.
  public static ConnectionId reservedBy(Item reservation) {
    Forms.demand(reservation, FORM);
    return new ConnectionId(reservation.text("connection"));
  }
}
