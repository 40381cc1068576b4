package wasl.event;

import java.time.Instant;
import wasl.web.Headers;

/// A raw request as it is archived: everything but the URL's path, whose token is a secret.
///
/// @param method in upper case; `POST` for a published event
/// @param rawQuery without the question mark, undecoded
/// @param body the bytes as received; for a published event its `data` as JSON
public record ArchivedBody(
    String method, String rawQuery, Headers headers, byte[] body, Instant receivedAt) {
  @Override
  public boolean equals(Object other) {
    return other instanceof ArchivedBody that
        && method.equals(that.method)
        && rawQuery.equals(that.rawQuery)
        && headers.equals(that.headers)
        && java.util.Arrays.equals(body, that.body)
        && receivedAt.equals(that.receivedAt);
  }

  @Override
  public int hashCode() {
    return java.util.Objects.hash(method, rawQuery, receivedAt, java.util.Arrays.hashCode(body));
  }

  @Override
  public String toString() {
    return "ArchivedBody(" + method + ", " + body.length + " bytes)";
  }
}
