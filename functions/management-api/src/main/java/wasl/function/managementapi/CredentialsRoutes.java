package wasl.function.managementapi;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import wasl.access.Scope;
import wasl.audit.AuditRecord;
import wasl.audit.AuditTrail;
import wasl.connection.Connection;
import wasl.connection.ConnectionId;
import wasl.connection.Connections;
import wasl.id.Ids;
import wasl.web.ApiRequest;
import wasl.web.Response;
import wasl.web.Result;
import wasl.web.Route;

/// Shows a connection's credentials in clear, to those who may see them.
final class CredentialsRoutes {
  private final Connections connections;
  private final AuditTrail audit;
  private final InstantSource clock;
  private final RandomGenerator random;

  CredentialsRoutes(
      Connections connections, AuditTrail audit, InstantSource clock, RandomGenerator random) {
    this.connections = connections;
    this.audit = audit;
    this.clock = clock;
    this.random = random;
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
    audit.record(
        new AuditRecord(
            request.tenant(),
            Ids.next(AuditRecord.PREFIX, clock.instant(), random),
            clock.instant(),
            request.caller().key().value(),
            "credentials.read",
            connection.id().value(),
            Optional.empty(),
            request.requestId()));
    return credentials.shown().response(200).withHeader("cache-control", "no-store");
  }
}
