package wasl.local.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Reads a template's YAML into JSON and remembers the line of everything.
///
/// It works on YAML nodes rather than on loaded objects, since only nodes still know their tags and
/// their lines: `!GetAtt Bus.Name` becomes `{"Fn::GetAtt": ["Bus", "Name"]}`.
final class TemplateReader {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String YAML_TAGS = "tag:yaml.org,2002:";

  private final Path file;
  private final Map<String, Integer> lines = new HashMap<>();
  private final List<String> faults = new ArrayList<>();

  private TemplateReader(Path file) {
    this.file = file;
  }

  static Template read(Path file) {
    return new TemplateReader(file).template();
  }

  private Template template() {
    Node root;
    try {
      root =
          new Compose(LoadSettings.builder().setLabel(file.getFileName().toString()).build())
              .composeString(Files.readString(file))
              .orElseThrow(() -> new TemplateException(List.of(file + ": is empty")));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the template " + file, e);
    } catch (YamlEngineException e) {
      throw new TemplateException(List.of(file + ": " + e.getMessage()));
    }
    JsonNode value = convert(root, "");
    if (!(value instanceof ObjectNode sections)) {
      faults.add(file + ": a template is a mapping of sections");
      throw new TemplateException(faults);
    }
    if (!faults.isEmpty()) {
      throw new TemplateException(faults);
    }
    return new Template(file, sections, Map.copyOf(lines));
  }

  private JsonNode convert(Node node, String path) {
    node.getStartMark().ifPresent(mark -> lines.put(path, mark.getLine() + 1));
    String tag = node.getTag().getValue();
    if (tag.startsWith("!")) {
      return intrinsic(tag.substring(1), plain(node, path));
    }
    return plain(node, path);
  }

  private JsonNode plain(Node node, String path) {
    return switch (node) {
      case MappingNode mapping -> mapping(mapping, path);
      case SequenceNode sequence -> sequence(sequence, path);
      case ScalarNode scalar -> scalar(scalar, path);
      default ->
          throw new AssertionError("YAML has three kinds of nodes, not " + node.getNodeType());
    };
  }

  private static JsonNode intrinsic(String name, JsonNode argument) {
    String key = name.equals("Ref") || name.equals("Condition") ? name : "Fn::" + name;
    if (name.equals("GetAtt") && argument.isTextual()) {
      String[] parts = argument.textValue().split("\\.", 2);
      ArrayNode pair = JSON.arrayNode().add(parts[0]).add(parts.length > 1 ? parts[1] : "");
      return JSON.objectNode().set(key, pair);
    }
    return JSON.objectNode().set(key, argument);
  }

  private ObjectNode mapping(MappingNode node, String path) {
    ObjectNode object = JSON.objectNode();
    for (NodeTuple tuple : node.getValue()) {
      String key = ((ScalarNode) tuple.getKeyNode()).getValue();
      String inner = path.isEmpty() ? key : path + "." + key;
      JsonNode value = convert(tuple.getValueNode(), inner);
      // The key's line, not that of a block below it.
      tuple.getKeyNode().getStartMark().ifPresent(mark -> lines.put(inner, mark.getLine() + 1));
      if (object.has(key)) {
        faults.add(file.getFileName() + ":" + lines.get(inner) + ": " + inner + ": stands twice");
      }
      object.set(key, value);
    }
    return object;
  }

  private ArrayNode sequence(SequenceNode node, String path) {
    ArrayNode array = JSON.arrayNode();
    for (Node item : node.getValue()) {
      array.add(convert(item, path + "." + array.size()));
    }
    return array;
  }

  private JsonNode scalar(ScalarNode node, String path) {
    String text = node.getValue();
    String tag = node.getTag().getValue();
    if (!tag.startsWith(YAML_TAGS)) {
      return JSON.textNode(text);
    }
    return switch (tag.substring(YAML_TAGS.length())) {
      case "str" -> JSON.textNode(text);
      case "int" -> integer(text, path);
      case "float" -> JSON.numberNode(new java.math.BigDecimal(text));
      case "bool" -> JSON.booleanNode(Boolean.parseBoolean(text));
      case "null" -> JSON.nullNode();
      default -> JSON.textNode(text);
    };
  }

  private JsonNode integer(String text, String path) {
    try {
      return JSON.numberNode(Long.parseLong(text));
    } catch (NumberFormatException e) {
      faults.add(
          file.getFileName() + ":" + lines.get(path) + ": " + path + ": no integer: " + text);
      return JSON.numberNode(0);
    }
  }
}
