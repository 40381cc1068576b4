package wasl.management;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import wasl.aws.Log;
import wasl.function.managementapi.Handler;
import wasl.function.managementapi.ManagementApi;
import wasl.road.EmbeddedStack;
import wasl.road.SettableClock;
import wasl.web.Route;

/// The management API on the embedded AWS, as one caller speaks it.
final class Api {
  static final String BASE_URL = "http://127.0.0.1:1";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final EmbeddedStack stack;
  private final Handler handler;
  private final SettableClock clock;
  private final String key;
  private final Map<String, String> headers;

  private Api(
      EmbeddedStack stack,
      Handler handler,
      SettableClock clock,
      String key,
      Map<String, String> headers) {
    this.stack = stack;
    this.handler = handler;
    this.clock = clock;
    this.key = key;
    this.headers = headers;
  }

  /// Every route that there is.
  static List<Route> routes(EmbeddedStack stack) {
    return ManagementApi.on(
            stack.clients(),
            stack.environment("management-api"),
            InstantSource.system(),
            new SecureRandom())
        .routes();
  }

  /// Nobody: a caller without a key.
  static Api on(EmbeddedStack stack) {
    return on(stack, SettableClock.atRealTime());
  }

  /// As [#on(EmbeddedStack)], by another's clock.
  static Api on(EmbeddedStack stack, SettableClock clock) {
    var api =
        ManagementApi.on(
            stack.clients(), stack.environment("management-api"), clock, new SecureRandom());
    var silent = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    return new Api(
        stack, new Handler(api, new Log("management-api", silent, clock)), clock, "", Map.of());
  }

  /// An answer.
  record Answer(int status, Map<String, String> headers, JsonNode json) {
    String text(String pointer) {
      return json.at(pointer).asText();
    }

    /// The pointers of the faults, in order.
    List<String> pointers() {
      return json.path("errors").findValuesAsText("pointer");
    }
  }

  /// The same API with another key.
  Api with(String otherKey) {
    return new Api(stack, handler, clock, otherKey, headers);
  }

  /// The same caller, sending this `Idempotency-Key` with everything.
  Api repeating(String idempotencyKey) {
    return new Api(stack, handler, clock, key, Map.of("idempotency-key", idempotencyKey));
  }

  SettableClock clock() {
    return clock;
  }

  /// The bootstrap key's caller; an earlier bootstrap key is revoked.
  Api bootstrapped() {
    return with(
        invoke("{\"wasl\":\"bootstrap\",\"project\":\"first\",\"replace\":true}")
            .path("apiKey")
            .asText());
  }

  /// The administrator of a new project's environment.
  Api newProject(String environment) {
    var created = bootstrapped().post("/v1/projects", "{\"name\":\"a project\"}");
    return with(created.text("/apiKeys/" + environment));
  }

  /// A caller of the same project with a role or scopes.
  Api as(String roleOrScopes) {
    return with(post("/v1/api-keys", "{\"name\":\"another\"," + roleOrScopes + "}").text("/key"));
  }

  Answer get(String path) {
    return call("GET", path, new byte[0]);
  }

  Answer post(String path, String body) {
    return call("POST", path, bytes(body));
  }

  Answer put(String path, String body) {
    return call("PUT", path, bytes(body));
  }

  Answer patch(String path, String body) {
    return call("PATCH", path, bytes(body));
  }

  Answer delete(String path) {
    return call("DELETE", path, new byte[0]);
  }

  Answer call(String method, String pathAndQuery, byte[] body) {
    int mark = pathAndQuery.indexOf('?');
    var event = JSON.createObjectNode().put("version", "2.0");
    event.put("rawPath", mark < 0 ? pathAndQuery : pathAndQuery.substring(0, mark));
    event.put("rawQueryString", mark < 0 ? "" : pathAndQuery.substring(mark + 1));
    event.put("body", Base64.getEncoder().encodeToString(body)).put("isBase64Encoded", true);
    var sent = event.putObject("headers").put("content-type", "application/json");
    headers.forEach(sent::put);
    if (!key.isEmpty()) {
      sent.put("authorization", "Bearer " + key);
    }
    var context = event.putObject("requestContext");
    context.put("domainName", "api.example").put("requestId", UUID.randomUUID().toString());
    context.putObject("http").put("method", method).put("sourceIp", "127.0.0.1");
    return answer(stack.invoke(handler, "management-api", event));
  }

  /// Invokes the function directly.
  JsonNode invoke(String event) {
    return stack.invoke(handler, "management-api", tree(event));
  }

  String key() {
    return key;
  }

  /// The id of the caller's own project.
  String project() {
    return get("/v1/projects").text("/items/0/id");
  }

  static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  private static Answer answer(JsonNode response) {
    var headers = new TreeMap<String, String>();
    response
        .path("headers")
        .properties()
        .forEach(header -> headers.put(header.getKey(), header.getValue().asText()));
    var body = response.path("body").asText();
    if (response.path("isBase64Encoded").asBoolean()) {
      body = new String(Base64.getDecoder().decode(body), StandardCharsets.UTF_8);
    }
    try {
      return new Answer(
          response.path("statusCode").asInt(),
          headers,
          body.isEmpty() ? MissingNode.getInstance() : JSON.readTree(body));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
