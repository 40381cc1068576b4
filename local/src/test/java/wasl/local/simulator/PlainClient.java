package wasl.local.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import wasl.egress.EgressUrl;
import wasl.egress.ProvidersAt;

/// Calls `https` URLs of providers where the simulator stands for them, with the JDK's client and
/// nothing of Wasl's but the rewriting of URLs.
final class PlainClient implements AutoCloseable {
  private static final Pattern FORM = Pattern.compile("<form method=\"post\" action=\"([^\"]*)\">");
  private static final Pattern ACCOUNT = Pattern.compile("name=\"account\" value=\"([^\"]*)\"");
  private static final JsonMapper JSON = new JsonMapper();

  /// @param json a missing node where the body is none
  record Answer(int status, String body, JsonNode json, HttpHeaders headers) {
    String text(String pointer) {
      return json.at(pointer).asText();
    }

    String header(String name) {
      return headers.firstValue(name).orElse("");
    }

    /// The parameters that a redirect sends the browser back with.
    Map<String, String> sentBack() {
      return Parameters.ofForm(URI.create(header("location")).getRawQuery()).values();
    }
  }

  /// The consent page's form, as a browser reads it.
  ///
  /// @param action where it is sent
  /// @param account what the field holds
  record Form(URI action, String account) {}

  private final ProvidersAt simulator;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  PlainClient(URI simulator) {
    this.simulator = new ProvidersAt(simulator);
  }

  @Override
  public void close() {
    http.close();
  }

  Answer get(String url, String... headers) throws IOException, InterruptedException {
    return send("GET", url, "", headers);
  }

  /// Posts a form.
  Answer post(String url, Map<String, String> fields, String... headers)
      throws IOException, InterruptedException {
    return send("POST", url, form(fields), with(headers, "application/x-www-form-urlencoded"));
  }

  Answer postJson(String url, Map<String, String> fields, String... headers)
      throws IOException, InterruptedException {
    return send("POST", url, json(fields), with(headers, "application/json"));
  }

  Answer send(String method, String url, String body, String... headers)
      throws IOException, InterruptedException {
    return send(method, simulator.rewrite(new EgressUrl(URI.create(url))).uri(), body, headers);
  }

  /// Calls the control API.
  Answer control(String method, String path, String json) throws IOException, InterruptedException {
    return send(method, URI.create(simulator.base() + "/_control" + path), json);
  }

  /// Opens the consent page and reads its form.
  Form form(String url) throws IOException, InterruptedException {
    URI page = simulator.rewrite(new EgressUrl(URI.create(url))).uri();
    String html = send("GET", page, "").body();
    return new Form(page.resolve(found(FORM, html)), found(ACCOUNT, html));
  }

  /// Presses one of its buttons.
  Answer press(Form form, String account, String decision)
      throws IOException, InterruptedException {
    return send(
        "POST",
        form.action(),
        form(Map.of("account", account, "decision", decision)),
        "content-type",
        "application/x-www-form-urlencoded");
  }

  static String json(Map<String, String> fields) throws JsonProcessingException {
    return JSON.writeValueAsString(fields);
  }

  static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(field ->
            URLEncoder.encode(field.getKey(), UTF_8)
                + "="
                + URLEncoder.encode(field.getValue(), UTF_8))
        .collect(Collectors.joining("&"));
  }

  static String basic(String name, String secret) {
    return "Basic " + Base64.getEncoder().encodeToString((name + ":" + secret).getBytes(UTF_8));
  }

  private Answer send(String method, URI url, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
    return new Answer(answer.statusCode(), answer.body(), json(answer.body()), answer.headers());
  }

  private static String[] with(String[] headers, String contentType) {
    String[] all = java.util.Arrays.copyOf(headers, headers.length + 2);
    all[headers.length] = "content-type";
    all[headers.length + 1] = contentType;
    return all;
  }

  private static JsonNode json(String body) {
    try {
      JsonNode json = JSON.readTree(body);
      return json == null ? MissingNode.getInstance() : json;
    } catch (JsonProcessingException notJson) {
      return MissingNode.getInstance();
    }
  }

  private static String found(Pattern pattern, String html) {
    Matcher matcher = pattern.matcher(html);
    if (!matcher.find()) {
      throw new AssertionError("no " + pattern + " in " + html);
    }
    return matcher
        .group(1)
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
  }
}
