package wasl.local.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;

/// Replaces every intrinsic by its value.
final class Values {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /// What a name of the template stands for.
  interface References {
    String ref(String name);

    String attribute(String resource, String attribute);
  }

  private final Template template;
  private final References references;

  Values(Template template, References references) {
    this.template = template;
    this.references = references;
  }

  /// @param path where the value stands, for messages
  JsonNode resolve(JsonNode value, String path) {
    if (value instanceof ArrayNode array) {
      ArrayNode result = JSON.arrayNode();
      for (JsonNode item : array) {
        addUnlessNothing(result, resolve(item, path));
      }
      return result;
    }
    if (!(value instanceof ObjectNode object)) {
      return value;
    }
    if (object.size() == 1) {
      Map.Entry<String, JsonNode> only = object.properties().iterator().next();
      if (only.getKey().startsWith("Fn::") || only.getKey().equals("Ref")) {
        return intrinsic(only.getKey(), only.getValue(), path);
      }
    }
    ObjectNode result = JSON.objectNode();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      JsonNode resolved = resolve(entry.getValue(), path + "." + entry.getKey());
      if (!resolved.isMissingNode()) {
        result.set(entry.getKey(), resolved);
      }
    }
    return result;
  }

  boolean condition(String name) {
    return holds(template.section("Conditions").path(name), "Conditions." + name);
  }

  private JsonNode intrinsic(String name, JsonNode argument, String path) {
    return switch (name) {
      case "Ref" ->
          argument.asText().equals("AWS::NoValue")
              ? JSON.missingNode()
              : JSON.textNode(references.ref(argument.asText()));
      case "Fn::GetAtt" ->
          JSON.textNode(references.attribute(argument.path(0).asText(), argument.path(1).asText()));
      case "Fn::Sub" -> JSON.textNode(substitute(argument, path));
      case "Fn::Join" -> JSON.textNode(join(argument, path));
      case "Fn::If" -> resolve(argument.path(condition(argument.path(0).asText()) ? 1 : 2), path);
      default -> throw fault(path, name + " yields no value");
    };
  }

  private String substitute(JsonNode argument, String path) {
    JsonNode own = argument.isArray() ? argument.path(1) : JSON.objectNode();
    String text = argument.isArray() ? argument.path(0).asText() : argument.asText();
    Matcher variables = TemplateCheck.SUB_VARIABLE.matcher(text);
    return variables
        .replaceAll(match -> {
          String variable = match.group(1);
          int dot = variable.indexOf('.');
          String value =
              own.has(variable)
                  ? resolve(own.path(variable), path).asText()
                  : dot < 0
                      ? references.ref(variable)
                      : references.attribute(
                          variable.substring(0, dot), variable.substring(dot + 1));
          return Matcher.quoteReplacement(value);
        })
        .replace("${!", "${");
  }

  private String join(JsonNode argument, String path) {
    List<String> parts =
        resolve(argument.path(1), path).valueStream().map(JsonNode::asText).toList();
    return String.join(argument.path(0).asText(), parts);
  }

  private boolean holds(JsonNode test, String path) {
    Map.Entry<String, JsonNode> only = test.properties().iterator().next();
    JsonNode argument = only.getValue();
    return switch (only.getKey()) {
      case "Fn::Equals" ->
          resolve(argument.path(0), path).asText().equals(resolve(argument.path(1), path).asText());
      case "Fn::Not" -> !holds(argument.path(0), path);
      case "Fn::And" -> argument.valueStream().allMatch(part -> holds(part, path));
      case "Fn::Or" -> argument.valueStream().anyMatch(part -> holds(part, path));
      case "Condition" -> condition(argument.asText());
      default -> throw fault(path, only.getKey() + " is no condition");
    };
  }

  private static void addUnlessNothing(ArrayNode array, JsonNode value) {
    if (!value.isMissingNode()) {
      array.add(value);
    }
  }

  private TemplateException fault(String path, String what) {
    return new TemplateException(List.of(template.place(path) + ": " + what));
  }
}
