package wasl.local.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import wasl.manifest.Node;
import wasl.signing.JsonPath;

/// A section of a manifest by its raw keys. What is absent, or of another kind than it should be,
/// is not there: whether a manifest is right is for its schema to say.
record Facts(JsonNode section) {
  private static final JsonMapper JSON = new JsonMapper();

  static Facts of(Node.Fields section) {
    try {
      return new Facts(JSON.readTree(section.toJson()));
    } catch (JsonProcessingException e) {
      throw new AssertionError("a node writes itself as JSON", e);
    }
  }

  boolean has(String key) {
    return section.has(key);
  }

  Facts at(String key) {
    return new Facts(section.path(key));
  }

  /// The objects in the list at a key.
  List<Facts> list(String key) {
    return Stream.of(section.path(key)).flatMap(JsonNode::valueStream).map(Facts::new).toList();
  }

  Optional<String> text(String key) {
    return Optional.of(section.path(key)).filter(JsonNode::isTextual).map(JsonNode::textValue);
  }

  String text(String key, String otherwise) {
    return text(key).orElse(otherwise);
  }

  boolean flag(String key, boolean otherwise) {
    return section.path(key).asBoolean(otherwise);
  }

  Optional<Long> number(String key) {
    return Optional.of(section.path(key))
        .filter(JsonNode::isIntegralNumber)
        .map(JsonNode::longValue);
  }

  /// The texts in the list at a key, or the one text there.
  List<String> texts(String key) {
    JsonNode node = section.path(key);
    Stream<JsonNode> all = node.isArray() ? node.valueStream() : Stream.of(node);
    return all.filter(JsonNode::isTextual).map(JsonNode::textValue).toList();
  }

  List<Integer> numbers(String key) {
    JsonNode node = section.path(key);
    Stream<JsonNode> all = node.isArray() ? node.valueStream() : Stream.of(node);
    return all.filter(JsonNode::isInt).map(JsonNode::intValue).toList();
  }

  /// The texts of the object at a key by their names, in order.
  Map<String, String> textMap(String key) {
    Map<String, String> texts = new LinkedHashMap<>();
    section
        .path(key)
        .properties()
        .forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
    return texts;
  }

  /// The path at a key; of several the first, since they are tried in order.
  Optional<JsonPath> path(String key) {
    return texts(key).stream().findFirst().map(JsonPath::of);
  }
}
