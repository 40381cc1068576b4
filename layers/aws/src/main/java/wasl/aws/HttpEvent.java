package wasl.aws;

import java.util.Map;
import wasl.web.Headers;

/// An API Gateway HTTP API event, payload format 2.0, read.
///
/// @param rawPath undecoded
/// @param rawQuery undecoded, without the question mark
/// @param pathParameters decoded, by the names in the route
/// @param body decoded from base64 where it came so; not copied
/// @param domainName the request context's
public record HttpEvent(
    String requestId,
    String method,
    String rawPath,
    String rawQuery,
    Map<String, String> pathParameters,
    Headers headers,
    byte[] body,
    String domainName) {
  public HttpEvent {
    pathParameters = Map.copyOf(pathParameters);
  }

  /// Names no path, header or body: a path may hold a token.
  @Override
  public String toString() {
    return "HttpEvent(" + requestId + ", " + method + ", " + body.length + " bytes)";
  }
}
