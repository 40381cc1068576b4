package wasl.change;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.UUID;
import java.util.random.RandomGenerator;
import wasl.aws.Log;
import wasl.function.managementapi.Handler;
import wasl.function.managementapi.ManagementApi;
import wasl.road.EmbeddedStack;

/// The management API as one caller speaks it, who knows the id of each of his requests.
final class Api {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final EmbeddedStack stack;
  private final RequestStreamHandler handler;
  private final String key;

  private Api(EmbeddedStack stack, RequestStreamHandler handler, String key) {
    this.stack = stack;
    this.handler = handler;
    this.key = key;
  }

  /// The bootstrap key's caller; an earlier bootstrap key is revoked.
  static Api bootstrapped(EmbeddedStack stack, InstantSource clock, RandomGenerator random) {
    var api = ManagementApi.on(stack.clients(), stack.environment("management-api"), clock, random);
    var handler = new Handler(api, silent("management-api", clock));
    var bootstrap =
        JSON.createObjectNode()
            .put("wasl", "bootstrap")
            .put("project", "first")
            .put("replace", true);
    var key = stack.invoke(handler, "management-api", bootstrap).path("apiKey").asText();
    return new Api(stack, handler, key);
  }

  static Log silent(String function, InstantSource clock) {
    return new Log(
        function,
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
        clock);
  }

  /// @param text the body, as it came
  record Answer(int status, String link, String text) {
    JsonNode json() {
      return text.isEmpty() ? MissingNode.getInstance() : tree(text);
    }

    String text(String pointer) {
      return json().at(pointer).asText();
    }

    boolean isDone() {
      return status >= 200 && status < 300;
    }
  }

  Api with(String otherKey) {
    return new Api(stack, handler, otherKey);
  }

  /// The same routes on a stack that something stands before.
  Api through(EmbeddedStack other, InstantSource clock, RandomGenerator random) {
    var api = ManagementApi.on(other.clients(), other.environment("management-api"), clock, random);
    return new Api(other, new Handler(api, silent("management-api", clock)), key);
  }

  Answer get(String pathAndQuery) {
    return call("GET", pathAndQuery, "");
  }

  Answer post(String path, String json) {
    return call("POST", path, json);
  }

  Answer call(String method, String pathAndQuery, String body) {
    return call(UUID.randomUUID().toString(), method, pathAndQuery, body);
  }

  Answer call(String requestId, String method, String pathAndQuery, String body) {
    int mark = pathAndQuery.indexOf('?');
    var event = JSON.createObjectNode().put("version", "2.0");
    event.put("rawPath", mark < 0 ? pathAndQuery : pathAndQuery.substring(0, mark));
    event.put("rawQueryString", mark < 0 ? "" : pathAndQuery.substring(mark + 1));
    event.put("body", body).put("isBase64Encoded", false);
    event
        .putObject("headers")
        .put("content-type", "application/json")
        .put("authorization", "Bearer " + key);
    var context = event.putObject("requestContext");
    context.put("domainName", "api.example").put("requestId", requestId);
    context.putObject("http").put("method", method).put("sourceIp", "127.0.0.1");
    var answer = stack.invoke(handler, "management-api", event);
    return new Answer(
        answer.path("statusCode").asInt(),
        answer.at("/headers/link").asText(),
        answer.path("body").asText());
  }

  static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(json, e);
    }
  }
}
