package wasl.function.managementapi;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import wasl.access.ApiKeys;
import wasl.access.Projects;
import wasl.aws.AwsClients;
import wasl.aws.DynamoAccessStore;
import wasl.aws.DynamoTable;
import wasl.aws.HttpEvent;
import wasl.aws.Settings;
import wasl.web.ApiCall;
import wasl.web.Response;
import wasl.web.Route;
import wasl.web.RouteTable;

/// The management API put together: every route with what it works on.
public final class ManagementApi {
  // A published event's `data` is the largest body there is.
  private static final long MOST_BODY_BYTES = 4 * 1024 * 1024;

  private final RouteTable routes;
  private final BootstrapCommand bootstrap;

  private ManagementApi(RouteTable routes, BootstrapCommand bootstrap) {
    this.routes = routes;
    this.bootstrap = bootstrap;
  }

  /// @param environment the function's environment variables; all that is wrong with them is thrown
  ///   at once
  public static ManagementApi on(
      AwsClients clients,
      Map<String, String> environment,
      InstantSource clock,
      RandomGenerator random) {
    var settings = new Settings(environment);
    var connectionsName = settings.text("WASL_CONNECTIONS_TABLE", "wasl-dev-Connections-1ABC");
    settings.done();

    var connections = new DynamoTable(clients.dynamoDb(), connectionsName);
    var access = new DynamoAccessStore(connections);
    var keys = new ApiKeys(access, clock, random);
    var projects = new Projects(access, keys, clock, random);

    var routes = new ArrayList<Route>();
    routes.addAll(new HealthRoutes().routes());
    routes.addAll(new ProjectRoutes(projects).routes());
    routes.addAll(new ApiKeyRoutes(keys, clock).routes());
    return new ManagementApi(
        new RouteTable(List.copyOf(routes), keys::caller, MOST_BODY_BYTES),
        new BootstrapCommand(projects));
  }

  /// Every route, for those who check that the OpenAPI document has it.
  public List<Route> routes() {
    return routes.routes();
  }

  Response answer(HttpEvent event) {
    return routes.answer(
        new ApiCall(
            event.requestId(),
            event.method(),
            event.rawPath(),
            event.rawQuery(),
            event.headers(),
            event.body()));
  }

  /// Answers an event that did not come through HTTP.
  byte[] invoke(byte[] event) {
    return bootstrap.run(event);
  }
}
