package wasl.aws;

import wasl.access.Tenant;
import wasl.connection.Connection;
import wasl.connection.ConnectionId;
import wasl.connection.ConnectionStatus;
import wasl.connection.Health;
import wasl.connection.IntegrationId;
import wasl.connection.Mode;
import wasl.connection.Upkeep;
import wasl.vault.Sealed;

/// The items of a connection, its record and what reserves its names: the one class that knows
/// their attributes.
public final class ConnectionItem {
  static final int FORM = 2;
  public static final String KIND = "connection";
  public static final String VERSION = "version";
  static final String DUE_KIND = "refresh";

  private ConnectionItem() {}

  public static String key(Tenant tenant, ConnectionId id) {
    return ItemKeys.connection(tenant, id);
  }

  /// Whether an item of whatever kind is a connection's record.
  static boolean isOne(Item item) {
    return item.has(TenantAttributes.PROJECT)
        && item.pk().startsWith(ItemKeys.connections(TenantAttributes.read(item)));
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
            .text("auth", connection.auth())
            .text("alias", connection.alias())
            .text("externalAccountId", connection.externalAccountId())
            .text("status", connection.status().wireName())
            .text("statusReason", connection.statusReason())
            .texts("scopes", connection.scopes())
            .texts("tags", connection.tags())
            .bytes("credentials", connection.credentials().bytes())
            .number("credentialsVersion", connection.credentialsVersion())
            .text("health", connection.health().wireName())
            .time("connectedAt", connection.connectedAt())
            // The attribute that DynamoDB deletes by has the name that this one has in the API.
            .time("credentialsExpireAt", connection.expiresAt())
            .time("lastActivityAt", connection.lastActivityAt())
            .time("lastRefreshedAt", connection.lastRefreshedAt())
            .map("upkeep", upkeep(connection.upkeep()))
            .time("createdAt", connection.createdAt())
            .time("updatedAt", connection.updatedAt())
            .number(VERSION, connection.version());
    connection
        .upkeep()
        .dueAt()
        .ifPresent(dueAt ->
            item.text(ItemKeys.DUE_KEY, ItemKeys.due(DUE_KIND, connection.id().value()))
                .time(ItemKeys.DUE_AT, dueAt));
    TenantAttributes.write(item, tenant);
    return item.build();
  }

  private static Item upkeep(Upkeep upkeep) {
    return Item.builder()
        .map("hold", upkeep.hold().map(ConnectionItem::hold))
        .flag("inDoubt", upkeep.inDoubt())
        .number("failures", upkeep.failures())
        .time("failingSince", upkeep.failingSince())
        .time("notBefore", upkeep.notBefore())
        .build();
  }

  private static Item hold(Upkeep.Hold hold) {
    return Item.builder()
        .text("owner", hold.owner())
        .time("since", hold.since())
        .time("until", hold.until())
        .number("credentialsVersion", hold.credentialsVersion())
        .build();
  }

  private static Upkeep upkeep(Item item) {
    var dueAt = item.optionalTime(ItemKeys.DUE_AT);
    return item.optionalMap("upkeep")
        .map(upkeep ->
            new Upkeep(
                dueAt,
                upkeep.optionalMap("hold").map(ConnectionItem::readHold),
                upkeep.flag("inDoubt"),
                (int) upkeep.number("failures"),
                upkeep.optionalTime("failingSince"),
                upkeep.optionalTime("notBefore")))
        .orElse(Upkeep.NONE);
  }

  private static Upkeep.Hold readHold(Item item) {
    return new Upkeep.Hold(
        item.text("owner"),
        item.time("since"),
        item.time("until"),
        item.number("credentialsVersion"));
  }

  public static Connection read(Item item) {
    Forms.demand(item, FORM);
    return new Connection(
        TenantAttributes.read(item),
        new ConnectionId(item.text("id")),
        new IntegrationId(item.text("integration")),
        item.text("provider"),
        Mode.of(item.text("mode")).orElseThrow(() -> Forms.wrong(item, "mode")),
        // The first form kept only what is stored as it is given, whose mode is told by its type.
        item.optionalText("auth").orElse(""),
        item.optionalText("alias"),
        item.optionalText("externalAccountId"),
        ConnectionStatus.of(item.text("status")).orElseThrow(() -> Forms.wrong(item, "status")),
        item.optionalText("statusReason"),
        item.texts("scopes"),
        item.texts("tags"),
        new Sealed(item.bytes("credentials")),
        item.optionalNumber("credentialsVersion").orElse(1L),
        Health.of(item.text("health")).orElseThrow(() -> Forms.wrong(item, "health")),
        item.time("connectedAt"),
        item.optionalTime("credentialsExpireAt"),
        item.optionalTime("lastActivityAt"),
        item.optionalTime("lastRefreshedAt"),
        upkeep(item),
        item.time("createdAt"),
        item.time("updatedAt"),
        item.number(VERSION));
  }

  /// What is sealed in it, and where that belongs.
  static SealedFields sealedIn(Item item) {
    return new SealedFields(item)
        .field(
            "credentials",
            Connection.credentialsPlace(
                TenantAttributes.read(item), new ConnectionId(item.text("id"))));
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
