package wasl.road;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;

/// Calls the management API's handler in process, as API Gateway does.
public final class ApiClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final EmbeddedStack stack;
  private final RequestStreamHandler handler;
  private final String apiKey;

  public ApiClient(EmbeddedStack stack, RequestStreamHandler handler, String apiKey) {
    this.stack = stack;
    this.handler = handler;
    this.apiKey = apiKey;
  }

  /// An answer with its body read; a body that is none is missing.
  public record Answer(int status, JsonNode body) {}

  /// A client that has the `dev` key of a new project.
  public static ApiClient ofNewProject(EmbeddedStack stack, RequestStreamHandler handler) {
    var first =
        stack.invoke(
            handler,
            "management-api",
            JSON.createObjectNode()
                .put("wasl", "bootstrap")
                .put("project", "tests")
                .put("replace", true));
    var bootstrap = new ApiClient(stack, handler, first.path("apiKey").asText());
    var project = bootstrap.post("/v1/projects", "{\"name\":\"a test's\"}");
    return bootstrap.with(project.body().path("apiKeys").path("dev").asText());
  }

  /// A client with another key of the same API.
  public ApiClient with(String otherKey) {
    return new ApiClient(stack, handler, otherKey);
  }

  /// A client with a new key of the same project that has these scopes only.
  public ApiClient withScopes(String... scopes) {
    var wish = JSON.createObjectNode().put("name", "some scopes");
    var list = wish.putArray("scopes");
    for (var scope : scopes) {
      list.add(scope);
    }
    return with(post("/v1/api-keys", wish.toString()).body().path("key").asText());
  }

  public Answer get(String pathAndQuery) {
    return call("GET", pathAndQuery, "");
  }

  public Answer post(String path, String json) {
    return call("POST", path, json);
  }

  public Answer call(String method, String pathAndQuery, String body) {
    int mark = pathAndQuery.indexOf('?');
    var path = mark < 0 ? pathAndQuery : pathAndQuery.substring(0, mark);
    var event =
        JSON.createObjectNode()
            .put("version", "2.0")
            .put("routeKey", "ANY /v1/{proxy+}")
            .put("rawPath", path)
            .put("rawQueryString", mark < 0 ? "" : pathAndQuery.substring(mark + 1))
            .put("body", body)
            .put("isBase64Encoded", false);
    event
        .putObject("headers")
        .put("authorization", "Bearer " + apiKey)
        .put("content-type", "application/json");
    event
        .putObject("requestContext")
        .put("domainName", "api.test")
        .put("requestId", UUID.randomUUID().toString())
        .putObject("http")
        .put("method", method)
        .put("path", path)
        .put("sourceIp", "127.0.0.1");
    var answer = stack.invoke(handler, "management-api", event);
    return new Answer(answer.path("statusCode").asInt(), read(answer.path("body").asText()));
  }

  private static JsonNode read(String body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
