package wasl.web;

import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;

/// A request as it arrived.
///
/// @param method in upper case
/// @param url the full URL with its raw query; for inbound webhooks the stored one, never one built
///   from `Host`
/// @param body the raw bytes; not copied, so whoever holds them leaves them alone
public record HttpRequest(String method, String url, Headers headers, byte[] body) {
  public HttpRequest {
    method = method.toUpperCase(Locale.ROOT);
  }

  /// The raw query without its question mark; empty where there is none.
  public String rawQuery() {
    int mark = url.indexOf('?');
    return mark < 0 ? "" : url.substring(mark + 1);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HttpRequest that
        && method.equals(that.method)
        && url.equals(that.url)
        && headers.equals(that.headers)
        && Arrays.equals(body, that.body);
  }

  @Override
  public int hashCode() {
    return Objects.hash(method, url, headers, Arrays.hashCode(body));
  }

  /// Sizes and names only: a URL may hold a token, a header a signature.
  @Override
  public String toString() {
    return "HttpRequest("
        + method
        + ", "
        + headers.values().keySet()
        + ", "
        + body.length
        + " bytes)";
  }
}
