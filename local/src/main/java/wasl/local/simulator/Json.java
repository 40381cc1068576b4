package wasl.local.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import wasl.web.Response;

/// Makes JSON answers.
final class Json {
  private static final JsonMapper JSON = new JsonMapper();

  private Json() {}

  static Response response(int status, JsonNode body) {
    try {
      // RFC 6749, section 5.1, for tokens; it harms no other answer.
      return Response.json(status, JSON.writeValueAsBytes(body))
          .withHeader("cache-control", "no-store");
    } catch (JsonProcessingException e) {
      throw new AssertionError("a tree of text and numbers is always written", e);
    }
  }

  /// An error outside OAuth.
  static Response error(int status, String error, String why) {
    return response(
        status,
        JsonNodeFactory.instance.objectNode().put("error", error).put("error_description", why));
  }
}
