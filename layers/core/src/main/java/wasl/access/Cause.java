package wasl.access;

/// Who wants something done, and by which request: what an audit record says of it.
///
/// @param actor an API key's id, or one of the names here
/// @param request the id of the request, invocation or delivery that does it
public record Cause(String actor, String request) {
  /// What Wasl does by itself, as refreshing a token.
  public static final String WASL = "wasl";

  /// A person in a browser, who holds a connect session and no key.
  public static final String BROWSER = "browser";

  public static Cause of(Caller caller, String request) {
    return new Cause(caller.key().value(), request);
  }

  public static Cause wasl(String request) {
    return new Cause(WASL, request);
  }

  public static Cause browser(String request) {
    return new Cause(BROWSER, request);
  }
}
