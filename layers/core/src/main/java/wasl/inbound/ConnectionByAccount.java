package wasl.inbound;

import java.util.Optional;
import wasl.access.Tenant;
import wasl.connection.ConnectionId;
import wasl.connection.IntegrationId;

/// Finds the connection that a provider's account belongs to, for webhooks of a whole integration.
public interface ConnectionByAccount {
  Optional<ConnectionId> find(Tenant tenant, IntegrationId integration, String externalAccountId);
}
