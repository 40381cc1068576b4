package wasl.web;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/// Writes parameters as forms and queries have them.
public final class UrlParameters {
  private UrlParameters() {}

  /// `application/x-www-form-urlencoded`, in the map's order.
  public static String form(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(entry -> encoded(entry.getKey()) + "=" + encoded(entry.getValue()))
        .collect(Collectors.joining("&"));
  }

  /// The URL with these parameters after those that it has.
  public static String with(String url, Map<String, String> parameters) {
    var joint = url.indexOf('?') < 0 ? "?" : url.endsWith("?") || url.endsWith("&") ? "" : "&";
    return parameters.isEmpty() ? url : url + joint + form(parameters);
  }

  /// A text as one segment of a path.
  public static String segment(String text) {
    return encoded(text);
  }

  // A blank too: in a query not everyone takes a plus for one.
  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
