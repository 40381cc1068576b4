package wasl.function.managementapi;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import wasl.access.Scope;
import wasl.audit.Auditor;
import wasl.connection.Connection;
import wasl.connection.ConnectionId;
import wasl.connection.ConnectionStore;
import wasl.connection.Connections;
import wasl.oauth.GrantedScopes;
import wasl.refresh.HealthChecks;
import wasl.refresh.Need;
import wasl.refresh.Refreshed;
import wasl.refresh.Refresher;
import wasl.web.ApiRequest;
import wasl.web.Problem;
import wasl.web.Response;
import wasl.web.Result;
import wasl.web.Route;

/// What may be done with a connection beside changing it.
final class ConnectionActionRoutes {
  private static final String ONE = "/v1/connections/{connection}";

  private final Connections connections;
  private final Refresher refresher;
  private final HealthChecks checks;
  private final GrantedScopes scopes;
  private final Auditor auditor;
  private final InstantSource clock;

  ConnectionActionRoutes(
      Connections connections,
      Refresher refresher,
      HealthChecks checks,
      GrantedScopes scopes,
      Auditor auditor,
      InstantSource clock) {
    this.connections = connections;
    this.refresher = refresher;
    this.checks = checks;
    this.scopes = scopes;
    this.auditor = auditor;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        act("refresh", "refreshConnection", this::refresh),
        act("check", "checkConnection", this::check),
        act("suspend", "suspendConnection", this::suspend),
        act("resume", "resumeConnection", this::resume));
  }

  private static Route act(String verb, String operation, Route.Action action) {
    return Route.act(ONE + "/" + verb, Scope.CONNECTIONS_WRITE, operation, action);
  }

  private Result<Response> refresh(ApiRequest request) {
    return withConnection(
        request,
        connection -> {
          recorded(request, connection, "connection.refresh-demanded");
          return answer(refresher.refresh(connection, Need.DEMAND, request.cause()));
        });
  }

  // What comes of it is told of only if it changes the connection.
  private void recorded(ApiRequest request, Connection connection, String action) {
    auditor.record(request.tenant(), request.cause(), action, connection.id().value());
  }

  private Result<Response> answer(Refreshed refreshed) {
    return switch (refreshed) {
      case Refreshed.Renewed(Connection connection) -> shown(connection, 200);
      case Refreshed.NotDue(Connection connection, var _) -> shown(connection, 200);
      case Refreshed.Held(Connection connection, var _) -> shown(connection, 202);
      case Refreshed.Failed(var _, String why, Instant notBefore) ->
          Result.failed(ConnectionProblems.refreshFailed(why, Optional.of(until(notBefore))));
      case Refreshed.PutOff(var _, Instant notBefore) ->
          Result.failed(
              ConnectionProblems.refreshFailed(
                  "it is left alone for a while", Optional.of(until(notBefore))));
      case Refreshed.Ended(var _, String why) ->
          Result.failed(ConnectionProblems.refreshFailed(why, Optional.empty()));
      case Refreshed.Nothing _ ->
          Result.failed(
              Problem.conflict(
                  "nothing-to-refresh",
                  "the connection has nothing that its token is renewed with"));
      case Refreshed.NotActive(Connection connection) ->
          Result.failed(ConnectionProblems.notActive(connection));
      case Refreshed.Gone() -> Result.notFound();
    };
  }

  private Result<Response> check(ApiRequest request) {
    return withConnection(
        request,
        connection -> {
          recorded(request, connection, "connection.check-demanded");
          return switch (checks.check(connection, request.cause())) {
            case HealthChecks.Checked.Done(Connection checked) -> shown(checked, 200);
            case HealthChecks.Checked.NotActive(Connection other) ->
                Result.failed(ConnectionProblems.notActive(other));
            case HealthChecks.Checked.Gone() -> Result.notFound();
          };
        });
  }

  private Duration until(Instant time) {
    return Duration.between(clock.instant(), time);
  }

  private Result<Response> suspend(ApiRequest request) {
    return withConnection(
        request,
        connection -> answer(connections.suspend(connection, request.cause()), connection));
  }

  private Result<Response> resume(ApiRequest request) {
    return withConnection(
        request,
        connection ->
            answer(connections.resume(connection, scopes::lack, request.cause()), connection));
  }

  private static Result<Response> answer(Optional<Connections.Kept> changed, Connection seen) {
    if (changed.isEmpty()) {
      return Result.failed(
          Problem.conflict(
              "status-conflict",
              "its status does not allow that: the connection is "
                  + ConnectionProblems.status(seen)));
    }
    return changed.get().written() == ConnectionStore.Written.DONE
        ? shown(changed.get().connection(), 200)
        : Result.failed(ConnectionRoutes.changedMeanwhile());
  }

  private static Result<Response> shown(Connection connection, int status) {
    return ConnectionRoutes.shown(connection).ok(status);
  }

  private Result<Response> withConnection(
      ApiRequest request, Function<Connection, Result<Response>> then) {
    if (request.json().isFaulty()) {
      return request.json().refused();
    }
    return request.withId(
        "connection",
        ConnectionId::new,
        id -> connections.find(request.tenant(), id).map(then).orElseGet(Result::notFound));
  }
}
