package wasl.function.managementapi;

import java.util.List;
import wasl.web.JsonObject;
import wasl.web.Route;

/// Says that the API is there.
final class HealthRoutes {
  List<Route> routes() {
    return List.of(
        Route.open(
            "/v1/health", "health", request -> new JsonObject().put("status", "ok").ok(200)));
  }
}
