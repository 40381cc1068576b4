package wasl.function.managementapi;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import wasl.access.Scope;
import wasl.audit.Auditor;
import wasl.connection.Connection;
import wasl.connection.ConnectionId;
import wasl.connection.Credentials;
import wasl.refresh.UsableCredentials;
import wasl.refresh.UsableCredentials.Read;
import wasl.web.ApiRequest;
import wasl.web.Response;
import wasl.web.Result;
import wasl.web.Route;

/// Shows a connection's credentials in clear, to those who may see them.
final class CredentialsRoutes {
  private final UsableCredentials credentials;
  private final Auditor auditor;

  CredentialsRoutes(UsableCredentials credentials, Auditor auditor) {
    this.credentials = credentials;
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
            switch (credentials.read(request.tenant(), id, request.cause())) {
              case Read.Usable(Connection connection, Credentials usable) ->
                  Result.ok(shown(connection, usable, request));
              case Read.InProgress(Duration retryAfter) ->
                  Result.failed(ConnectionProblems.refreshInProgress(retryAfter));
              case Read.Failing(Connection connection, Duration retryAfter) ->
                  Result.failed(
                      ConnectionProblems.refreshFailed(
                          connection.statusReason().orElse("the provider does not answer"),
                          Optional.of(retryAfter)));
              case Read.NotActive(Connection connection) ->
                  Result.failed(ConnectionProblems.notActive(connection));
              case Read.Absent() -> Result.notFound();
            });
  }

  private Response shown(Connection connection, Credentials usable, ApiRequest request) {
    // Before the answer: a look that cannot be recorded is not given.
    auditor.record(request.tenant(), request.cause(), "credentials.read", connection.id().value());
    return usable.shown().response(200).withHeader("cache-control", "no-store");
  }
}
