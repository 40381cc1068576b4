package wasl.refresh;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.connection.ConnectionId;

/// Writes and reads what travels on the refresh queue. The text is frozen: a message may outlive a
/// release.
public final class RefreshMessages {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private RefreshMessages() {}

  public static String write(RefreshMessage message) {
    return JSON.createObjectNode()
        .put("v", RefreshMessage.VERSION)
        .put("project", message.tenant().project().value())
        .put("environment", message.tenant().environment().wireName())
        .put("connection", message.connection().value())
        .put("credentialsVersion", message.credentialsVersion())
        .toString();
  }

  /// Throws `IllegalArgumentException` for what is no message of this version or the one before.
  public static RefreshMessage read(String text) {
    try {
      var json = JSON.readTree(text);
      if (json.path("v").asInt() != RefreshMessage.VERSION) {
        throw new IllegalArgumentException("not a refresh message of a version that is known");
      }
      return new RefreshMessage(
          new Tenant(
              new ProjectId(word(json, "project")),
              Environment.of(word(json, "environment"))
                  .orElseThrow(() -> new IllegalArgumentException("no such environment"))),
          new ConnectionId(word(json, "connection")),
          json.path("credentialsVersion").asLong());
    } catch (JsonProcessingException notOne) {
      throw new IllegalArgumentException("not a refresh message", notOne);
    }
  }

  private static String word(JsonNode json, String name) {
    var value = json.path(name).textValue();
    if (value == null) {
      throw new IllegalArgumentException("a refresh message without " + name);
    }
    return value;
  }
}
