package wasl.local.template;

/// A route of the HTTP API.
///
/// @param method in upper case, or `ANY`
/// @param path with `{variables}`, of which the last may be greedy, as in `/v1/{proxy+}`
/// @param function the name of the function that answers
/// @param throttling how many requests it takes
public record Route(String method, String path, String function, Throttling throttling) {
  /// A route for which only the account's limits hold.
  public Route(String method, String path, String function) {
    this(method, path, function, Throttling.OF_ACCOUNT);
  }

  /// The route as API Gateway names it in an event.
  public String key() {
    return method + " " + path;
  }
}
