package wasl.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import wasl.local.template.TemplateFile;

/// `template.yaml`, as its rules look at it.
final class TemplateYaml {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  static final Path FILE = ROOT.resolve("template.yaml");

  private final JsonNode root = TemplateFile.read(FILE);

  JsonNode section(String name) {
    return root.path(name);
  }

  JsonNode resource(String id) {
    return root.path("Resources").path(id);
  }

  JsonNode properties(String id) {
    return resource(id).path("Properties");
  }

  /// The resources of a type, by their logical ids: each with its properties.
  Map<String, JsonNode> all(String type) {
    Map<String, JsonNode> found = new TreeMap<>();
    for (Map.Entry<String, JsonNode> resource : root.path("Resources").properties()) {
      if (resource.getValue().path("Type").asText().equals(type)) {
        found.put(resource.getKey(), resource.getValue().path("Properties"));
      }
    }
    return found;
  }

  Map<String, JsonNode> functions() {
    return all("AWS::Serverless::Function");
  }

  /// A property of a function, or what the globals say of all.
  JsonNode of(String function, String property) {
    JsonNode own = properties(function).path(property);
    return own.isMissingNode() ? root.path("Globals").path("Function").path(property) : own;
  }

  /// The statements that a function's role holds.
  List<JsonNode> statements(String function) {
    return properties(getAtt(properties(function).path("Role"), "Arn"))
        .path("Policies")
        .valueStream()
        .flatMap(policy -> policy.path("PolicyDocument").path("Statement").valueStream())
        .toList();
  }

  /// The logical id that `{"Ref": id}` names; empty for anything else.
  static String ref(JsonNode value) {
    return value.size() == 1 ? value.path("Ref").asText() : "";
  }

  /// The logical id that a `GetAtt` of this attribute names; empty for anything else.
  static String getAtt(JsonNode value, String attribute) {
    JsonNode pair = value.path("Fn::GetAtt");
    return value.size() == 1 && pair.path(1).asText().equals(attribute)
        ? pair.path(0).asText()
        : "";
  }

  /// One value, or each of a list.
  static Stream<JsonNode> each(JsonNode oneOrMany) {
    return oneOrMany.isArray() ? oneOrMany.valueStream() : Stream.of(oneOrMany);
  }

  /// `WebhookReceipt` → `webhook-receipt`, as folders and events are named.
  static String kebab(String logicalId) {
    return logicalId.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }
}
