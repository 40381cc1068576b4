package wasl.local.template;

/// A route of the HTTP API.
///
/// @param method in upper case, or `ANY`
/// @param path with `{variables}`, of which the last may be greedy, as in `/v1/{proxy+}`
/// @param function the name of the function that answers
public record Route(String method, String path, String function) {
  /// The route as API Gateway names it in an event.
  public String key() {
    return method + " " + path;
  }
}
