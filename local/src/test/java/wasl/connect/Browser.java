package wasl.connect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import wasl.function.oauthcallback.Handler;
import wasl.road.EmbeddedStack;

/// A browser with cookies of its own, as API Gateway brings its requests to the function.
final class Browser {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern LINK = Pattern.compile("<a href=\"([^\"]*)\"");

  private final EmbeddedStack stack;
  private final Handler handler;
  private final Map<String, String> cookies = new ConcurrentHashMap<>();
  private volatile String languages = "en";

  Browser(EmbeddedStack stack, Handler handler) {
    this.stack = stack;
    this.handler = handler;
  }

  /// What it got.
  record Page(int status, Map<String, String> headers, List<String> setCookies, String body) {
    String header(String name) {
      return headers.getOrDefault(name, "");
    }

    /// Where the page's one link leads.
    String link() {
      var link = LINK.matcher(body);
      if (!link.find()) {
        throw new IllegalStateException("no link in " + body);
      }
      return link.group(1).replace("&amp;", "&");
    }

    /// A parameter of where it redirects to.
    String sentBack(String parameter) {
      return ConsentProvider.parameters(URI.create(header("location")).getRawQuery())
          .getOrDefault(parameter, "");
    }
  }

  void speak(String acceptLanguage) {
    languages = acceptLanguage;
  }

  Map<String, String> cookies() {
    return Map.copyOf(cookies);
  }

  void take(String name, String value) {
    cookies.put(name, value);
  }

  /// Opens a URL of Wasl.
  Page open(String url) {
    var uri = URI.create(url);
    return get(uri.getRawPath(), uri.getRawQuery());
  }

  Page comeBack(String query) {
    return get("/oauth/callback", query);
  }

  Page get(String path, String query) {
    var event =
        JSON.createObjectNode()
            .put("version", "2.0")
            .put("routeKey", "GET " + path)
            .put("rawPath", path)
            .put("rawQueryString", query);
    var sent = event.putArray("cookies");
    cookies.forEach((name, value) -> sent.add(name + "=" + value));
    event.putObject("headers").put("accept-language", languages);
    event
        .putObject("requestContext")
        .put("domainName", "api.example")
        .put("requestId", UUID.randomUUID().toString())
        .putObject("http")
        .put("method", "GET")
        .put("path", path)
        .put("sourceIp", "127.0.0.1");
    return send(event);
  }

  /// Sends a whole event of API Gateway.
  Page send(JsonNode event) {
    var answer = stack.invoke(handler, "oauth-callback", event);
    var headers = new LinkedHashMap<String, String>();
    answer
        .path("headers")
        .properties()
        .forEach(header -> headers.put(header.getKey(), header.getValue().asText()));
    var set = Stream.<String>builder();
    answer.path("cookies").forEach(cookie -> set.add(cookie.asText()));
    var page =
        new Page(
            answer.path("statusCode").asInt(),
            headers,
            set.build().toList(),
            answer.path("body").asText());
    page.setCookies().forEach(this::keep);
    return page;
  }

  private void keep(String setCookie) {
    var pair = setCookie.substring(0, setCookie.indexOf(';'));
    var name = pair.substring(0, pair.indexOf('='));
    if (setCookie.contains("Max-Age=0;")) {
      cookies.remove(name);
    } else {
      cookies.put(name, pair.substring(pair.indexOf('=') + 1));
    }
  }
}
