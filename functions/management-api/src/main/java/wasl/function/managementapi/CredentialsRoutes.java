package wasl.function.managementapi;

import java.util.List;
import wasl.access.Scope;
import wasl.audit.Auditor;
import wasl.connection.Connection;
import wasl.connection.ConnectionId;
import wasl.connection.Connections;
import wasl.web.ApiRequest;
import wasl.web.Response;
import wasl.web.Result;
import wasl.web.Route;

/// Shows a connection's credentials in clear, to those who may see them.
final class CredentialsRoutes {
  private final Connections connections;
  private final Auditor auditor;

  CredentialsRoutes(Connections connections, Auditor auditor) {
    this.connections = connections;
    this.auditor = auditor;
  }

  List<Route> routes() {
    return List.of(
        Route.get(
            "/v1/connections/{connection}/credentials",
            Scope.CREDENTIALS_READ,
            "getCredentials",
            this::get));
  }

  private Result<Response> get(ApiRequest request) {
    return request.withId(
        "connection",
        ConnectionId::new,
        id ->
            connections
                .find(request.tenant(), id)
                .map(connection -> Result.ok(shown(connection, request)))
                .orElseGet(Result::notFound));
  }

  private Response shown(Connection connection, ApiRequest request) {
    var credentials = connections.credentials(connection);
    // Before the answer: a look that cannot be recorded is not given.
    auditor.record(
        request.tenant(), request.cause(), "credentials.read", connection.id().value());
    return credentials.shown().response(200).withHeader("cache-control", "no-store");
  }
}
