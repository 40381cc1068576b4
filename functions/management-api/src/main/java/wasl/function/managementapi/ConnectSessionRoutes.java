package wasl.function.managementapi;

import java.util.List;
import java.util.Optional;
import wasl.access.Scope;
import wasl.connection.Connection;
import wasl.connection.ConnectionId;
import wasl.connection.Connections;
import wasl.connection.Integration;
import wasl.connection.IntegrationId;
import wasl.connection.Integrations;
import wasl.connection.RedirectUrl;
import wasl.id.Ids;
import wasl.oauth.CodeModes;
import wasl.oauth.ConnectSessions;
import wasl.web.ApiRequest;
import wasl.web.JsonInput;
import wasl.web.JsonObject;
import wasl.web.Response;
import wasl.web.Result;
import wasl.web.Route;
import wasl.web.Text;

/// Leave for a browser to connect an account.
final class ConnectSessionRoutes {
  private final ConnectSessions sessions;
  private final Integrations integrations;
  private final Connections connections;
  private final CodeModes modes;

  ConnectSessionRoutes(
      ConnectSessions sessions,
      Integrations integrations,
      Connections connections,
      CodeModes modes) {
    this.sessions = sessions;
    this.integrations = integrations;
    this.connections = connections;
    this.modes = modes;
  }

  List<Route> routes() {
    return List.of(
        Route.post(
            "/v1/connect-sessions", Scope.CONNECTIONS_WRITE, "createConnectSession", this::create));
  }

  private Result<Response> create(ApiRequest request) {
    var input = request.json();
    var connection = connection(request, input);
    var integration = integration(request, input, connection);
    integration
        .map(modes::of)
        .filter(CodeModes.Lacking.class::isInstance)
        .map(CodeModes.Lacking.class::cast)
        .ifPresent(lacking -> input.fault("integration", lacking.what()));
    var alias = input.optionalText("alias", ConnectionRoutes.ALIAS);
    var redirectUrl = input.optionalText("redirectUrl", Text.of(2048));
    var tags = input.texts("tags", ConnectionRoutes.MOST_TAGS, ConnectionRoutes.TAG);
    checkRedirect(input, integration, redirectUrl);
    if (input.isFaulty()) {
      return input.refused();
    }
    var session =
        sessions.create(
            new ConnectSessions.Wish(
                integration.orElseThrow(),
                connection.map(Connection::id),
                alias,
                redirectUrl,
                tags),
            request.cause());
    return new JsonObject()
        .put("id", session.id().value())
        .put("connectUrl", ConnectSessions.connectUrl(request.baseUrl(), session))
        .put("expiresAt", session.expiresAt())
        .ok(201);
  }

  private Optional<Connection> connection(ApiRequest request, JsonInput input) {
    var given = input.optionalText("connection", Text.line(64));
    var found =
        given
            .filter(id -> Ids.isOne(ConnectionId.PREFIX, id))
            .flatMap(id -> connections.find(request.tenant(), new ConnectionId(id)));
    if (given.isPresent() && found.isEmpty()) {
      input.fault("connection", "there is no such connection");
    }
    return found;
  }

  /// The one that is named, or the one that the connection was made through.
  private Optional<Integration> integration(
      ApiRequest request, JsonInput input, Optional<Connection> connection) {
    var given = input.optionalText("integration", Text.line(64));
    if (connection.isPresent() && !input.has("integration")) {
      given = connection.map(known -> known.integration().value());
    } else {
      input.required("integration", given);
    }
    var found =
        given
            .filter(IntegrationId::isOne)
            .flatMap(slug -> integrations.find(request.tenant(), new IntegrationId(slug)));
    if (given.isPresent() && found.isEmpty()) {
      input.fault("integration", "there is no such integration");
    }
    if (found.isPresent()
        && connection.isPresent()
        && !connection.get().integration().equals(found.get().id())) {
      input.fault("integration", "the connection was made through another one");
    }
    return found;
  }

  private static void checkRedirect(
      JsonInput input, Optional<Integration> integration, Optional<String> redirectUrl) {
    if (integration.isPresent()
        && redirectUrl.isPresent()
        && !RedirectUrl.isAmong(integration.get().redirectUrls(), redirectUrl.get())) {
      input.fault("redirectUrl", "must be one of the integration's redirectUrls");
    }
  }
}
