package wasl.web;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import wasl.access.Caller;
import wasl.access.Cause;
import wasl.access.Tenant;

/// A call that a route was found for, whose caller may make it, and whose body could be parsed.
public final class ApiRequest {
  private final ApiCall call;
  private final Map<String, String> pathParameters;
  private final Optional<Caller> caller;
  private final Query query;
  private final JsonInput json;

  ApiRequest(
      ApiCall call,
      Map<String, String> pathParameters,
      Optional<Caller> caller,
      Query query,
      JsonInput json) {
    this.call = call;
    this.pathParameters = Map.copyOf(pathParameters);
    this.caller = caller;
    this.query = query;
    this.json = json;
  }

  public String requestId() {
    return call.requestId();
  }

  /// Where this API is reached, without a path and without a slash at its end.
  public String baseUrl() {
    return call.baseUrl();
  }

  /// Who asks. Only routes that are open to everyone have nobody here.
  public Caller caller() {
    return caller.orElseThrow(() -> new IllegalStateException("the route is open to everyone"));
  }

  /// What a change by this request is marked with.
  public Cause cause() {
    return Cause.of(caller(), requestId());
  }

  public Tenant tenant() {
    return caller().tenant();
  }

  /// A parameter of the path, decoded.
  public String path(String name) {
    var value = pathParameters.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the route has no {" + name + "}");
    }
    return value;
  }

  /// A parameter of the path that names a record; empty where no record can have that name, which
  /// the caller is to be told as 404.
  ///
  /// @param of the id's constructor; throws `IllegalArgumentException` for what is none
  public <T> Optional<T> pathId(String name, Function<String, T> of) {
    try {
      return Optional.of(of.apply(path(name)));
    } catch (IllegalArgumentException nobodysName) {
      return Optional.empty();
    }
  }

  /// As [#pathId], going on with the id or answering 404.
  public <T> Result<Response> withId(
      String name, Function<String, T> of, Function<T, Result<Response>> then) {
    return pathId(name, of).map(then).orElseGet(Result::notFound);
  }

  public Query query() {
    return query;
  }

  /// The body. Its faults and the query's are one list.
  public JsonInput json() {
    return json;
  }
}
