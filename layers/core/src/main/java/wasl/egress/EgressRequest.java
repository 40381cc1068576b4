package wasl.egress;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

/// One request to the outside.
///
/// @param method in upper case
/// @param headers names in lower case; their values may be secret
/// @param body the bytes, empty for none; not copied
/// @param deadline for everything together: lookup, connection, TLS, sending, and reading the
///   answer
public record EgressRequest(
    String method, EgressUrl url, Map<String, String> headers, byte[] body, Duration deadline) {
  public EgressRequest {
    headers = Map.copyOf(headers);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EgressRequest that
        && method.equals(that.method)
        && url.equals(that.url)
        && headers.equals(that.headers)
        && Arrays.equals(body, that.body)
        && deadline.equals(that.deadline);
  }

  @Override
  public int hashCode() {
    return Objects.hash(method, url, headers, Arrays.hashCode(body), deadline);
  }

  /// Sizes and names only.
  @Override
  public String toString() {
    return "EgressRequest(" + method + ", " + url + ", " + body.length + " bytes)";
  }
}
