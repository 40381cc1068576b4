package wasl.function.managementapi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import wasl.web.Response;
import wasl.web.Result;
import wasl.web.Route;

/// Serves the OpenAPI document, which says of every route what the table of routes does not.
final class OpenApiRoutes {
  List<Route> routes() {
    return List.of(
        Route.open(
            "/v1/openapi.json",
            "getOpenApi",
            request -> Result.ok(Response.json(200, document()))));
  }

  static byte[] document() {
    try (var in = OpenApiRoutes.class.getResourceAsStream("openapi.json")) {
      if (in == null) {
        throw new IllegalStateException("openapi.json is not on the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
