package wasl.aws;

import java.util.Optional;
import wasl.access.Tenant;
import wasl.connection.ConnectionId;
import wasl.connection.IntegrationId;
import wasl.inbound.ConnectionByAccount;

/// Finds connections by what reserves their account in the table `Connections`.
public final class DynamoConnectionByAccount implements ConnectionByAccount {
  private final DynamoTable connections;

  public DynamoConnectionByAccount(DynamoTable connections) {
    this.connections = connections;
  }

  @Override
  public Optional<ConnectionId> find(
      Tenant tenant, IntegrationId integration, String externalAccountId) {
    return connections
        .get(ItemKeys.connectionAccount(tenant, integration, externalAccountId))
        .map(ConnectionItem::reservedBy);
  }
}
