package wasl.function.managementapi;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import wasl.aws.AwsClients;
import wasl.aws.HttpEvent;
import wasl.aws.Log;
import wasl.web.ApiCall;
import wasl.web.Response;
import wasl.web.Route;
import wasl.web.RouteTable;

/// The management API put together: the table of its routes, and the one command that is none.
public final class ManagementApi {
  private final RouteTable routes;
  private final BootstrapCommand bootstrap;
  private final String publicUrl;

  private ManagementApi(RouteTable routes, BootstrapCommand bootstrap, String publicUrl) {
    this.routes = routes;
    this.bootstrap = bootstrap;
    this.publicUrl = publicUrl;
  }

  /// @param environment the function's environment variables; all that is wrong with them is thrown
  ///   at once
  public static ManagementApi on(
      AwsClients clients,
      Map<String, String> environment,
      InstantSource clock,
      RandomGenerator random) {
    return on(clients, environment, clock, random, Log.ofFunction("management-api"));
  }

  /// As the first.
  ///
  /// @param log for what goes wrong and is none of the caller's business
  public static ManagementApi on(
      AwsClients clients,
      Map<String, String> environment,
      InstantSource clock,
      RandomGenerator random,
      Log log) {
    var wiring = new Wiring(clients, environment, clock, random, log);
    return new ManagementApi(
        new RouteTable(
            wiring.routes(), wiring.keys()::caller, wiring.writes(), wiring.mostBodyBytes()),
        new BootstrapCommand(wiring.projects()),
        wiring.publicUrl());
  }

  /// Every route, for those who check that the OpenAPI document has it.
  public List<Route> routes() {
    return routes.routes();
  }

  Response answer(HttpEvent event) {
    return routes.answer(
        new ApiCall(
            event.requestId(),
            publicUrl.isEmpty() ? "https://" + event.domainName() : publicUrl,
            event.method(),
            event.rawPath(),
            event.rawQuery(),
            event.headers(),
            event.body()));
  }

  /// Answers an event that did not come through HTTP.
  byte[] invoke(byte[] event, String requestId) {
    return bootstrap.run(event, requestId);
  }
}
