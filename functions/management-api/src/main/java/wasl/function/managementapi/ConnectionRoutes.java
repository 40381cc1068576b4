package wasl.function.managementapi;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import wasl.access.Scope;
import wasl.connection.Connection;
import wasl.connection.ConnectionId;
import wasl.connection.ConnectionStatus;
import wasl.connection.ConnectionStore;
import wasl.connection.Connections;
import wasl.connection.Integration;
import wasl.connection.IntegrationId;
import wasl.connection.Integrations;
import wasl.inbound.InboundUrls;
import wasl.inbound.InboundWebhooks;
import wasl.web.ApiRequest;
import wasl.web.JsonInput;
import wasl.web.JsonObject;
import wasl.web.Problem;
import wasl.web.Response;
import wasl.web.Result;
import wasl.web.Route;
import wasl.web.Text;

/// The accounts that a project is authorized for.
final class ConnectionRoutes {
  static final Text ALIAS = Text.line(100);
  private static final Text ACCOUNT = Text.line(200);
  static final Text TAG = Text.line(100);
  static final int MOST_TAGS = 50;
  private static final int MOST_DELETE_ROUNDS = 3;

  private final Connections connections;
  private final Integrations integrations;
  private final InboundUrls inbound;
  private final Connecting connecting;
  private final Revoking revoking;

  ConnectionRoutes(
      Connections connections,
      Integrations integrations,
      InboundUrls inbound,
      Connecting connecting,
      Revoking revoking) {
    this.connections = connections;
    this.integrations = integrations;
    this.inbound = inbound;
    this.connecting = connecting;
    this.revoking = revoking;
  }

  List<Route> routes() {
    return List.of(
        Route.post("/v1/connections", Scope.CONNECTIONS_WRITE, "createConnection", this::create),
        Route.list("/v1/connections", Scope.CONNECTIONS_READ, "listConnections", this::list)
            .taking("provider", "integration", "status", "alias", "tag"),
        Route.get(
            "/v1/connections/{connection}",
            Scope.CONNECTIONS_READ,
            "getConnection",
            request -> withConnection(request, connection -> shown(connection).ok(200))),
        Route.patch(
            "/v1/connections/{connection}",
            Scope.CONNECTIONS_WRITE,
            "updateConnection",
            this::update),
        Route.delete(
            "/v1/connections/{connection}",
            Scope.CONNECTIONS_WRITE,
            "deleteConnection",
            this::delete));
  }

  private Result<Response> create(ApiRequest request) {
    var input = request.json();
    var integration = integration(request, input);
    var alias = input.optionalText("alias", ALIAS);
    var externalAccountId = input.optionalText("externalAccountId", ACCOUNT);
    var tags = input.texts("tags", MOST_TAGS, TAG);
    var given = connecting.given(input, integration);
    if (input.isFaulty()) {
      return input.refused();
    }
    return connecting
        .connect(
            request,
            new Connecting.Wish(
                integration.orElseThrow(), alias, externalAccountId, tags, given.orElseThrow()))
        .then(kept -> answer(kept, 201));
  }

  private Result<Response> list(ApiRequest request) {
    var query = request.query();
    var filter =
        new ConnectionStore.Filter(
            query.text("provider"),
            query.text("integration"),
            query.oneOf(
                "status",
                ConnectionStatus::of,
                Stream.of(ConnectionStatus.values()).map(ConnectionStatus::wireName)),
            query.text("alias"),
            query.text("tag"));
    var page = query.page();
    if (query.isFaulty()) {
      return query.refused();
    }
    return JsonObject.page(
            connections.list(request.tenant(), filter, page), ConnectionRoutes::shown)
        .ok(200);
  }

  private Result<Response> update(ApiRequest request) {
    var input = request.json();
    var names =
        new Connections.Names(
            input.changedText("alias", ALIAS),
            input.changedText("externalAccountId", ACCOUNT),
            input.optionalTexts("tags", MOST_TAGS, TAG));
    if (input.isFaulty()) {
      return input.refused();
    }
    return withConnection(
        request, connection -> answer(connections.rename(connection, names, request.cause()), 200));
  }

  // Its token is given back before, while it can be read; its inbound webhooks go with it, and one
  // that is made meanwhile costs another round.
  private Result<Response> delete(ApiRequest request) {
    find(request).ifPresent(connection -> revoking.revoke(connection, request.requestId()));
    for (int round = 0; round < MOST_DELETE_ROUNDS; round++) {
      var found = find(request);
      if (found.isEmpty()) {
        return Result.notFound();
      }
      var written = connections.delete(found.get(), request.cause());
      if (written == ConnectionStore.Written.DONE) {
        return Result.ok(Response.empty(204));
      }
      if (written == ConnectionStore.Written.HAS_INBOUND_WEBHOOKS) {
        inbound.deleteAll(
            request.tenant(),
            new InboundWebhooks.Filter(Optional.empty(), Optional.of(found.get().id())),
            request.cause());
      }
    }
    return Result.failed(changedMeanwhile());
  }

  private Optional<Connection> find(ApiRequest request) {
    return request
        .pathId("connection", ConnectionId::new)
        .flatMap(id -> connections.find(request.tenant(), id));
  }

  private Result<Response> withConnection(
      ApiRequest request, Function<Connection, Result<Response>> then) {
    return find(request).map(then).orElseGet(Result::notFound);
  }

  private Optional<Integration> integration(ApiRequest request, JsonInput input) {
    var slug = input.text("integration", Text.line(64));
    if (slug.isEmpty()) {
      return Optional.empty();
    }
    var integration =
        IntegrationId.isOne(slug)
            ? integrations.find(request.tenant(), new IntegrationId(slug))
            : Optional.<Integration>empty();
    if (integration.isEmpty()) {
      input.fault("integration", "there is no such integration");
    }
    return integration;
  }

  private static Result<Response> answer(Connections.Kept kept, int status) {
    return switch (kept.written()) {
      case DONE -> shown(kept.connection()).ok(status);
      case ALIAS_TAKEN -> Result.failed(ConnectionProblems.aliasTaken());
      case ACCOUNT_TAKEN -> Result.failed(ConnectionProblems.accountTaken());
      case INTEGRATION_CHANGED, SESSION_OVER, CHANGED_MEANWHILE, HAS_INBOUND_WEBHOOKS ->
          Result.failed(changedMeanwhile());
    };
  }

  static Problem changedMeanwhile() {
    return Problem.conflict(
        "changed-meanwhile", "the connection or its integration was changed at the same time");
  }

  static JsonObject shown(Connection connection) {
    return new JsonObject()
        .put("id", connection.id().value())
        .put("integration", connection.integration().value())
        .put("provider", connection.provider())
        .put("environment", connection.tenant().environment().wireName())
        .put("mode", connection.mode().wireName())
        .put("alias", connection.alias())
        .put("externalAccountId", connection.externalAccountId())
        .put("status", connection.status().wireName())
        .maybe("statusReason", connection.statusReason())
        .put("scopes", connection.scopes())
        .maybeTime("expiresAt", connection.expiresAt())
        .put("connectedAt", connection.connectedAt())
        .putTime("lastActivityAt", connection.lastActivityAt())
        .maybeTime("lastRefreshedAt", connection.lastRefreshedAt())
        .put("health", connection.health().wireName())
        .put("tags", connection.tags());
  }
}
