package wasl.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import wasl.web.Route;

/// Makes the smallest bodies that the OpenAPI document calls valid.
final class Examples {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final JsonNode document;

  Examples(JsonNode document) {
    this.document = document;
  }

  /// A body with what must be in it; empty where the route takes none.
  Optional<ObjectNode> body(Route route) {
    return schema(route).map(schema -> object(schema, List.of()));
  }

  /// A body with this property too.
  ObjectNode bodyWith(Route route, String property, String value) {
    return object(schema(route).orElseThrow(), List.of(property)).put(property, value);
  }

  /// The names of all properties that a body may have at its top.
  List<String> properties(Route route) {
    var names = new TreeSet<String>();
    schema(route)
        .ifPresent(schema -> schema.path("properties").fieldNames().forEachRemaining(names::add));
    return List.copyOf(names);
  }

  private Optional<JsonNode> schema(Route route) {
    var operation =
        document.path("paths").path(route.path()).path(route.method().toLowerCase(Locale.ROOT));
    var schema = operation.at("/requestBody/content/application~1json/schema");
    return schema.isMissingNode() ? Optional.empty() : Optional.of(followed(schema));
  }

  private JsonNode followed(JsonNode schema) {
    return schema.has("$ref")
        ? followed(document.at(schema.path("$ref").asText().substring(1)))
        : schema;
  }

  /// @param wanted of several ways to be valid, one that names these
  private ObjectNode object(JsonNode schema, List<String> wanted) {
    var required = new TreeSet<String>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    for (var choice : List.of("oneOf", "anyOf")) {
      way(schema.path(choice), wanted)
          .ifPresent(way -> way.path("required").forEach(name -> required.add(name.asText())));
    }
    var out = JSON.objectNode();
    for (var name : required) {
      out.set(name, value(schema.path("properties").path(name)));
    }
    return out;
  }

  private static Optional<JsonNode> way(JsonNode ways, List<String> wanted) {
    for (var way : ways) {
      for (var name : way.path("required")) {
        if (wanted.contains(name.asText())) {
          return Optional.of(way);
        }
      }
    }
    return ways.isEmpty() ? Optional.empty() : Optional.of(ways.get(0));
  }

  private JsonNode value(JsonNode referred) {
    var schema = followed(referred);
    if (schema.has("const")) {
      return schema.path("const");
    }
    if (schema.has("enum")) {
      return schema.path("enum").get(0);
    }
    if (!schema.has("type")) {
      return schema.has("oneOf") ? value(schema.path("oneOf").get(0)) : JSON.objectNode();
    }
    var type = schema.path("type").isArray() ? schema.path("type").get(0) : schema.path("type");
    return switch (type.asText()) {
      case "boolean" -> JSON.booleanNode(true);
      case "integer", "number" -> JSON.numberNode(schema.path("minimum").asLong(1));
      case "array" ->
          schema.path("minItems").asInt() > 0
              ? JSON.arrayNode().add(value(schema.path("items")))
              : JSON.arrayNode();
      case "object" -> object(schema, List.of());
      default -> JSON.textNode(text(schema));
    };
  }

  private static String text(JsonNode schema) {
    return switch (schema.path("format").asText()) {
      case "date-time" -> "2026-01-01T00:00:00Z";
      case "uri" -> "https://hooks.example.com/a";
      default -> "a".repeat(Math.max(1, schema.path("minLength").asInt()));
    };
  }
}
