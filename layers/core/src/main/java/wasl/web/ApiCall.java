package wasl.web;

/// A call of the management API as it arrived.
///
/// @param method in upper case
/// @param rawPath undecoded
/// @param rawQuery undecoded, without the question mark
/// @param baseUrl where this API is reached, without a path and without a slash at its end
/// @param body not copied
public record ApiCall(
    String requestId,
    String baseUrl,
    String method,
    String rawPath,
    String rawQuery,
    Headers headers,
    byte[] body) {
  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  /// Names no header and no body: they hold secrets.
  @Override
  public String toString() {
    return "ApiCall(" + requestId + ", " + method + ", " + rawPath + ")";
  }
}
