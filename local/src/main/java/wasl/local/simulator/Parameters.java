package wasl.local.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The parameters of a query, a form or a JSON object.
///
/// @param repeated the names that stand more than once, which OAuth forbids (RFC 6749, section 3.1)
record Parameters(Map<String, String> values, List<String> repeated) {
  static final Parameters NONE = new Parameters(Map.of(), List.of());

  private static final JsonMapper JSON = new JsonMapper();

  Parameters {
    values = Map.copyOf(values);
    repeated = List.copyOf(repeated);
  }

  /// @param encoded as `application/x-www-form-urlencoded`, which queries are too
  static Parameters ofForm(String encoded) {
    Map<String, String> values = new LinkedHashMap<>();
    List<String> repeated = new ArrayList<>();
    for (String pair : encoded.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
      if (values.putIfAbsent(name, equals < 0 ? "" : decoded(pair.substring(equals + 1))) != null) {
        repeated.add(name);
      }
    }
    return new Parameters(values, repeated);
  }

  /// The scalars of a JSON object; empty where it is none.
  static Optional<Parameters> ofJson(byte[] body) {
    JsonNode root;
    try {
      root = JSON.readTree(body);
    } catch (IOException notJson) {
      return Optional.empty();
    }
    if (!root.isObject()) {
      return Optional.empty();
    }
    Map<String, String> values = new LinkedHashMap<>();
    root.properties()
        .forEach(field -> {
          if (field.getValue().isValueNode() && !field.getValue().isNull()) {
            values.put(field.getKey(), field.getValue().asText());
          }
        });
    return Optional.of(new Parameters(values, List.of()));
  }

  /// A parameter that says something; RFC 6749, section 3.1: an empty one is treated as absent.
  Optional<String> get(String name) {
    return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notEncoded) {
      return text;
    }
  }
}
