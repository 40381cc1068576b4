package wasl.function.managementapi;

import wasl.aws.Log;
import wasl.connection.Connection;
import wasl.connection.Connections;
import wasl.connection.Integrations;
import wasl.oauth.TokenRevocation;
import wasl.oauth.TokenRevocation.Revoked;
import wasl.vault.DataKeys;
import wasl.vault.Vault;

/// Gives the token of a connection back that is about to go. Nothing that comes of it keeps the
/// connection.
final class Revoking {
  private final Connections connections;
  private final Integrations integrations;
  private final TokenRevocation revocation;
  private final Log log;

  Revoking(
      Connections connections, Integrations integrations, TokenRevocation revocation, Log log) {
    this.connections = connections;
    this.integrations = integrations;
    this.revocation = revocation;
    this.log = log;
  }

  void revoke(Connection connection, String requestId) {
    switch (revoked(connection)) {
      case Revoked.Done _, Revoked.NotOffered _ -> {
        // Nothing is left behind.
      }
      case Revoked.Failed(var why) ->
          log.forRequest(requestId)
              .warn("token not revoked")
              .with("connection", connection.id().value())
              .with("why", why)
              .write();
    }
  }

  private Revoked revoked(Connection connection) {
    try {
      return integrations
          .find(connection.tenant(), connection.integration())
          .map(integration ->
              revocation.revoke(
                  integration,
                  connection.mode(),
                  connection.auth(),
                  connections.credentials(connection),
                  connection.externalAccountId()))
          .orElseGet(Revoked.NotOffered::new);
    } catch (Vault.CannotOpen | DataKeys.KeyGone unreadable) {
      return new Revoked.Failed("unreadable");
    }
  }
}
