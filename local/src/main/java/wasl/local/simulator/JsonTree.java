package wasl.local.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import wasl.signing.JsonPath;

/// A JSON document that grows value by value, each at the path where a manifest looks for it.
final class JsonTree {
  private JsonNode root = JsonNodeFactory.instance.objectNode();

  JsonTree put(JsonPath path, String value) {
    return put(path, JsonNodeFactory.instance.textNode(value));
  }

  JsonTree put(JsonPath path, long value) {
    return put(path, JsonNodeFactory.instance.numberNode(value));
  }

  JsonTree put(JsonPath path, JsonNode value) {
    root = with(root, path.steps(), value);
    return this;
  }

  JsonTree put(String name, String value) {
    return put(new JsonPath(List.of(name)), value);
  }

  JsonNode root() {
    return root;
  }

  private static JsonNode with(@Nullable JsonNode at, List<String> steps, JsonNode value) {
    if (steps.isEmpty()) {
      return value;
    }
    String step = steps.getFirst();
    List<String> rest = steps.subList(1, steps.size());
    if (step.startsWith("[")) {
      ArrayNode items =
          at instanceof ArrayNode array ? array : JsonNodeFactory.instance.arrayNode();
      int index = Integer.parseInt(step.substring(1, step.length() - 1));
      while (items.size() <= index) {
        items.addObject();
      }
      items.set(index, with(items.get(index), rest, value));
      return items;
    }
    ObjectNode fields =
        at instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
    fields.set(step, with(fields.get(step), rest, value));
    return fields;
  }
}
