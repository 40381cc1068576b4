package wasl.web;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import wasl.access.Caller;
import wasl.page.PageRequest;

/// All routes of the management API, and the order in which a call is checked: key, route, method,
/// scope, size, syntax, and only then what the route itself says.
///
/// Without a key everything but the open routes is 401, paths that do not exist included: who has
/// no key learns nothing of what there is.
public final class RouteTable {
  /// Finds out who a call comes from.
  public interface Authorization {
    /// @param header the `Authorization` header
    Optional<Caller> caller(Optional<String> header);
  }

  /// Does a write, or knows already what became of it.
  public interface Writes {
    Response answer(Caller caller, ApiCall call, Route route, Supplier<Response> write);
  }

  private final List<Route> routes;
  private final Authorization authorization;
  private final Writes writes;
  private final long mostBodyBytes;

  public RouteTable(
      List<Route> routes, Authorization authorization, Writes writes, long mostBodyBytes) {
    this.routes = List.copyOf(routes);
    this.authorization = authorization;
    this.writes = writes;
    this.mostBodyBytes = mostBodyBytes;
    demandDistinct(routes);
  }

  public List<Route> routes() {
    return routes;
  }

  /// Answers a call; of a problem, `instance` is the request id.
  public Response answer(ApiCall call) {
    return response(result(call), call);
  }

  private static Response response(Result<Response> result, ApiCall call) {
    return switch (result) {
      case Result.Ok<Response>(Response response) -> response;
      case Result.Failed<Response>(Problem problem) -> problem.response(call.requestId());
    };
  }

  private Result<Response> result(ApiCall call) {
    var path = segments(call.rawPath());
    var fitting =
        routes.stream()
            .filter(route -> path.flatMap(given -> parameters(route, given)).isPresent())
            .toList();
    var route = fitting.stream().filter(r -> r.method().equals(call.method())).findFirst();
    if (route.isPresent() && route.get().scope().isEmpty()) {
      return parsed(call, route.get(), path.orElseThrow(), Optional.empty());
    }
    var caller = authorization.caller(call.headers().get("authorization"));
    if (caller.isEmpty()) {
      return Result.ok(
          Problem.unauthorized()
              .response(call.requestId())
              .withHeader("www-authenticate", "Bearer"));
    }
    if (fitting.isEmpty()) {
      return Result.notFound();
    }
    if (route.isEmpty()) {
      return Result.ok(methodNotAllowed(fitting, call.requestId()));
    }
    var missing = route.get().scope().filter(scope -> !caller.get().may(scope));
    if (missing.isPresent()) {
      return Result.failed(Problem.scopeMissing(missing.get().wireName()));
    }
    return parsed(call, route.get(), path.orElseThrow(), caller);
  }

  private Result<Response> parsed(
      ApiCall call, Route route, List<String> path, Optional<Caller> caller) {
    if (call.body().length > mostBodyBytes) {
      return Result.failed(
          new Problem(
              413, "too-large", "Too large", "a body has at most " + mostBodyBytes + " bytes"));
    }
    var faults = new Faults();
    return Query.read(call.rawQuery(), route.query(), faults)
        .then(query ->
            body(call, route, faults)
                .then(json -> {
                  // Nobody else looks at the query of a route that takes neither it nor a body.
                  if (route.body() == Route.Body.NONE && route.query().isEmpty() && faults.any()) {
                    return Result.failed(faults.problem());
                  }
                  var parameters = parameters(route, path).orElseThrow();
                  var request = new ApiRequest(call, parameters, caller, query, json);
                  try {
                    return done(route, request, call);
                  } catch (PageRequest.NoPosition anotherLists) {
                    query.faultyCursor();
                    return query.refused();
                  }
                }));
  }

  private Result<Response> done(Route route, ApiRequest request, ApiCall call) {
    if (!route.writes()) {
      return route.action().answer(request);
    }
    return Result.ok(
        writes.answer(
            request.caller(), call, route, () -> response(route.action().answer(request), call)));
  }

  private static Result<JsonInput> body(ApiCall call, Route route, Faults faults) {
    return switch (route.body()) {
      case NONE -> Result.ok(JsonInput.empty(faults));
      case JSON -> JsonInput.read(call.body(), faults);
      case OPTIONAL_JSON ->
          call.body().length == 0
              ? Result.ok(JsonInput.empty(faults))
              : JsonInput.read(call.body(), faults);
    };
  }

  private static Response methodNotAllowed(List<Route> fitting, String requestId) {
    var allowed = new TreeSet<String>();
    fitting.forEach(route -> allowed.add(route.method()));
    var methods = String.join(", ", allowed);
    return new Problem(405, "method-not-allowed", "Method not allowed", "this takes " + methods)
        .response(requestId)
        .withHeader("allow", methods);
  }

  // Split before decoding: an encoded slash belongs to its segment.
  private static Optional<List<String>> segments(String rawPath) {
    try {
      var out = new ArrayList<String>();
      for (var segment : rawPath.split("/", -1)) {
        out.add(URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8));
      }
      return Optional.of(out);
    } catch (IllegalArgumentException notEncoded) {
      return Optional.empty();
    }
  }

  private static Optional<Map<String, String>> parameters(Route route, List<String> path) {
    var template = route.path().split("/", -1);
    if (template.length != path.size()) {
      return Optional.empty();
    }
    var parameters = new HashMap<String, String>();
    for (int at = 0; at < template.length; at++) {
      var part = template[at];
      var given = path.get(at);
      if (part.startsWith("{") && !given.isEmpty()) {
        parameters.put(part.substring(1, part.length() - 1), given);
      } else if (!part.equals(given)) {
        return Optional.empty();
      }
    }
    return Optional.of(parameters);
  }

  private static void demandDistinct(List<Route> routes) {
    var seen = new HashSet<String>();
    for (var route : routes) {
      if (!seen.add(route.method() + " " + route.path().replaceAll("\\{[^}]*}", "{}"))
          || !seen.add(route.operation())) {
        throw new IllegalArgumentException("two routes are the same: " + route.operation());
      }
    }
  }
}
