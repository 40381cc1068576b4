package wasl.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import wasl.access.Scope;

/// One operation of the management API: how it is called, who may, what it takes, what it does.
///
/// @param path with `{name}` for a parameter
/// @param scope what the caller's key must have; empty for a route that is open to everyone
/// @param operation the operation's id in the OpenAPI document
/// @param deleted the status of a deletion that is done, whoever did it
/// @param query the names of the query parameters that it takes
public record Route(
    String method,
    String path,
    Optional<Scope> scope,
    String operation,
    int deleted,
    List<String> query,
    Body body,
    Action action) {
  /// What a route does with a request.
  public interface Action {
    Result<Response> answer(ApiRequest request);
  }

  /// Whether a route reads a body; of one that does not, a body is ignored.
  public enum Body {
    NONE,
    JSON,
    /// An absent body is the empty object.
    OPTIONAL_JSON
  }

  public Route {
    query = List.copyOf(query);
  }

  /// A route without a key.
  public static Route open(String path, String operation, Action action) {
    return new Route("GET", path, Optional.empty(), operation, 204, List.of(), Body.NONE, action);
  }

  public static Route get(String path, Scope scope, String operation, Action action) {
    return of("GET", path, scope, operation, Body.NONE, action);
  }

  /// A list: takes `limit` and `cursor`.
  public static Route list(String path, Scope scope, String operation, Action action) {
    return get(path, scope, operation, action).taking("limit", "cursor");
  }

  public static Route post(String path, Scope scope, String operation, Action action) {
    return of("POST", path, scope, operation, Body.JSON, action);
  }

  /// A `POST` whose body has nothing that must be there, and so may be left out.
  public static Route act(String path, Scope scope, String operation, Action action) {
    return of("POST", path, scope, operation, Body.OPTIONAL_JSON, action);
  }

  public static Route put(String path, Scope scope, String operation, Action action) {
    return of("PUT", path, scope, operation, Body.JSON, action);
  }

  public static Route patch(String path, Scope scope, String operation, Action action) {
    return of("PATCH", path, scope, operation, Body.JSON, action);
  }

  public static Route delete(String path, Scope scope, String operation, Action action) {
    return of("DELETE", path, scope, operation, Body.NONE, action);
  }

  /// Whether it changes something, so that it takes an `Idempotency-Key`.
  public boolean writes() {
    return scope.isPresent() && !method.equals("GET");
  }

  /// The same route, taking these query parameters too.
  public Route taking(String... names) {
    var all = new ArrayList<>(query);
    all.addAll(List.of(names));
    return new Route(method, path, scope, operation, deleted, all, body, action);
  }

  /// The same deletion, which goes on behind its answer, 202.
  public Route later() {
    return new Route(method, path, scope, operation, 202, query, body, action);
  }

  private static Route of(
      String method, String path, Scope scope, String operation, Body body, Action action) {
    return new Route(method, path, Optional.of(scope), operation, 204, List.of(), body, action);
  }
}
