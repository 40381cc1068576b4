package wasl.local.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/// An answer to an HTTP caller.
///
/// @param headers by name in lower case
/// @param cookies one `Set-Cookie` header each
record ProxyResponse(int status, Map<String, String> headers, List<String> cookies, byte[] body) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  static final ProxyResponse INTERNAL_SERVER_ERROR = message(500, "Internal Server Error");

  /// One of API Gateway's own answers.
  static ProxyResponse message(int status, String message) {
    return new ProxyResponse(
        status,
        Map.of("content-type", "application/json"),
        List.of(),
        ("{\"message\":\"" + message + "\"}").getBytes(StandardCharsets.UTF_8));
  }

  /// Reads what a function returned, payload format 2.0; anything malformed is a 500.
  static ProxyResponse of(byte[] payload) {
    JsonNode json;
    try {
      json = JSON.readTree(payload);
    } catch (JsonProcessingException e) {
      return INTERNAL_SERVER_ERROR;
    } catch (IOException e) {
      throw new AssertionError("bytes in memory can be read", e);
    }
    if (json.isMissingNode()) {
      return INTERNAL_SERVER_ERROR;
    }
    if (!json.has("statusCode")) {
      byte[] body = json.isTextual() ? json.textValue().getBytes(StandardCharsets.UTF_8) : payload;
      return new ProxyResponse(200, Map.of("content-type", "application/json"), List.of(), body);
    }
    try {
      return structured(json);
    } catch (IllegalArgumentException e) {
      return INTERNAL_SERVER_ERROR;
    }
  }

  private static ProxyResponse structured(JsonNode json) {
    JsonNode status = json.path("statusCode");
    // Lambda functions often send it as text, which API Gateway accepts.
    int code = status.isTextual() ? Integer.parseInt(status.textValue()) : status.asInt();
    if (code < 100 || code > 599) {
      throw new IllegalArgumentException("no status: " + status);
    }
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (Map.Entry<String, JsonNode> header :
        container(json, "headers", JsonNode::isObject).properties()) {
      if (header.getValue().isContainerNode()) {
        throw new IllegalArgumentException("a header is one text: " + header.getKey());
      }
      headers.put(header.getKey(), header.getValue().asText());
    }
    headers.putIfAbsent("content-type", "text/plain;charset=UTF-8");
    List<String> cookies = new ArrayList<>();
    container(json, "cookies", JsonNode::isArray).forEach(cookie -> cookies.add(cookie.asText()));
    JsonNode body = json.path("body");
    if (body.isContainerNode()) {
      throw new IllegalArgumentException("a body is text");
    }
    byte[] bytes =
        json.path("isBase64Encoded").asBoolean()
            ? Base64.getDecoder().decode(body.asText(""))
            : (body.isNull() ? "" : body.asText("")).getBytes(StandardCharsets.UTF_8);
    return new ProxyResponse(code, headers, cookies, bytes);
  }

  private static JsonNode container(JsonNode json, String name, Predicate<JsonNode> shape) {
    JsonNode value = json.path(name);
    if (!value.isMissingNode() && !value.isNull() && !shape.test(value)) {
      throw new IllegalArgumentException(name + " has another shape");
    }
    return value;
  }
}
