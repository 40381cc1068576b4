package wasl.egress;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// One request to the outside.
///
/// @param method in upper case
/// @param headers names in lower case; their values may be secret
/// @param body the bytes, empty for none; not copied
/// @param deadline for everything together: lookup, connection, TLS, sending, and reading the
///   answer
/// @param identity shown to a server that demands a client certificate; of no use without TLS
public record EgressRequest(
    String method,
    EgressUrl url,
    Map<String, String> headers,
    byte[] body,
    Duration deadline,
    Optional<ClientIdentity> identity) {
  public EgressRequest {
    headers = Map.copyOf(headers);
  }

  /// A request of nobody in particular.
  public EgressRequest(
      String method, EgressUrl url, Map<String, String> headers, byte[] body, Duration deadline) {
    this(method, url, headers, body, deadline, Optional.empty());
  }

  /// The same request to another URL.
  public EgressRequest to(EgressUrl otherUrl) {
    return new EgressRequest(method, otherUrl, headers, body, deadline, identity);
  }

  /// The same request with one header more, or with another value of it.
  ///
  /// @param name in lower case
  public EgressRequest withHeader(String name, String value) {
    var all = new LinkedHashMap<>(headers);
    all.put(name, value);
    return new EgressRequest(method, url, all, body, deadline, identity);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EgressRequest that
        && method.equals(that.method)
        && url.equals(that.url)
        && headers.equals(that.headers)
        && Arrays.equals(body, that.body)
        && deadline.equals(that.deadline)
        && identity.equals(that.identity);
  }

  @Override
  public int hashCode() {
    return Objects.hash(method, url, headers, Arrays.hashCode(body), deadline, identity);
  }

  /// Sizes and names only.
  @Override
  public String toString() {
    return "EgressRequest(" + method + ", " + url + ", " + body.length + " bytes)";
  }
}
