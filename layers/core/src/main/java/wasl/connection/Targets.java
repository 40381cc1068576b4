package wasl.connection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Where an integration's configuration sends its credentials to, and how: what must not change
/// under a secret that is kept.
///
/// @param places every URL and host of the configuration, and `clientAuth`, by their JSON pointers
record Targets(Map<String, String> places) {
  private static final JsonMapper JSON = new JsonMapper();

  static Targets of(Optional<String> config) {
    var places = new TreeMap<String, String>();
    config.ifPresent(text -> gather(tree(text), "", places));
    return new Targets(places);
  }

  private static JsonNode tree(String config) {
    try {
      return JSON.readTree(config);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored configuration is no JSON", e);
    }
  }

  private static void gather(JsonNode node, String pointer, Map<String, String> places) {
    if (node.isObject()) {
      node.properties()
          .forEach(field -> gather(field.getValue(), pointer + "/" + field.getKey(), places));
    } else if (node.isArray()) {
      for (int at = 0; at < node.size(); at++) {
        gather(node.get(at), pointer + "/" + at, places);
      }
    } else if (isTarget(pointer, node)) {
      places.put(pointer, node.asText());
    }
  }

  // By name and by look: a key that a later version reads as a URL is guarded before it does.
  private static boolean isTarget(String pointer, JsonNode value) {
    var name = pointer.substring(pointer.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    var parent = pointer.toLowerCase(Locale.ROOT);
    return name.equals("clientauth")
        || parent.contains("url")
        || parent.contains("host")
        || (value.isTextual() && value.textValue().contains("://"));
  }
}
