package wasl.oauth;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import wasl.egress.EgressUrl;

/// Adds parameters to URLs.
final class Urls {
  private Urls() {}

  /// `application/x-www-form-urlencoded`, in the map's order.
  static String form(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(entry -> encoded(entry.getKey()) + "=" + encoded(entry.getValue()))
        .collect(Collectors.joining("&"));
  }

  /// The URL with these parameters after those that it has.
  static String with(String url, Map<String, String> parameters) {
    var joint = url.indexOf('?') < 0 ? "?" : url.endsWith("?") || url.endsWith("&") ? "" : "&";
    return parameters.isEmpty() ? url : url + joint + form(parameters);
  }

  static EgressUrl with(EgressUrl url, Map<String, String> parameters) {
    return new EgressUrl(URI.create(with(url.uri().toString(), parameters)));
  }

  /// Percent-encoded. A blank too: in a query not everyone takes a plus for one.
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
