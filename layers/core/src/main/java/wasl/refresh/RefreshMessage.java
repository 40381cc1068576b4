package wasl.refresh;

import wasl.access.Tenant;
import wasl.connection.Connection;
import wasl.connection.ConnectionId;

/// What travels on the refresh queue: refresh this connection's token.
///
/// @param credentialsVersion of the credentials that are due: where the connection has others by
///   now, the message is stale
public record RefreshMessage(Tenant tenant, ConnectionId connection, long credentialsVersion) {
  static final int VERSION = 1;

  static RefreshMessage of(Connection connection) {
    return new RefreshMessage(
        connection.tenant(), connection.id(), connection.credentialsVersion());
  }
}
