package wasl.local.aws;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Makes of an event what a rule's target wants to receive: all of it, a constant, a part, or a
/// template filled from it.
final class TargetInput {
  private static final Pattern PLACEHOLDER = Pattern.compile("<([A-Za-z0-9_.-]+)>");

  private final JsonNode event;
  private final String ruleArn;
  private final String ruleName;

  TargetInput(JsonNode event, String ruleArn, String ruleName) {
    this.event = event;
    this.ruleArn = ruleArn;
    this.ruleName = ruleName;
  }

  /// @param target as PutTargets was given it
  String of(JsonNode target) {
    if (target.hasNonNull("Input")) {
      return target.path("Input").asText();
    }
    if (target.hasNonNull("InputPath")) {
      return select(target.path("InputPath").asText()).toString();
    }
    if (target.hasNonNull("InputTransformer")) {
      return transform(target.path("InputTransformer"));
    }
    return event.toString();
  }

  private String transform(JsonNode transformer) {
    Map<String, JsonNode> values = new HashMap<>();
    transformer
        .path("InputPathsMap")
        .properties()
        .forEach(path -> values.put(path.getKey(), select(path.getValue().asText())));
    String template = transformer.path("InputTemplate").asText();
    StringBuilder filled = new StringBuilder();
    Matcher placeholder = PLACEHOLDER.matcher(template);
    int copied = 0;
    while (placeholder.find()) {
      filled.append(template, copied, placeholder.start());
      boolean quoted = isInsideQuotes(template, placeholder.start());
      filled.append(value(placeholder.group(1), values, placeholder.group(), quoted));
      copied = placeholder.end();
    }
    return filled.append(template.substring(copied)).toString();
  }

  private String value(
      String name, Map<String, JsonNode> values, String placeholder, boolean quoted) {
    return switch (name) {
      case "aws.events.rule-arn" -> ruleArn;
      case "aws.events.rule-name" -> ruleName;
      case "aws.events.event.ingestion-time" -> event.path("time").asText();
      case "aws.events.event", "aws.events.event.json" -> event.toString();
      default -> {
        @Nullable JsonNode value = values.get(name);
        if (value == null) {
          yield placeholder;
        }
        yield quoted && value.isTextual() ? withoutQuotes(value.toString()) : value.toString();
      }
    };
  }

  /// A placeholder within a JSON string takes the text; elsewhere it takes the JSON.
  private static boolean isInsideQuotes(String template, int position) {
    boolean inside = false;
    for (int i = 0; i < position; i++) {
      if (template.charAt(i) == '"' && (i == 0 || template.charAt(i - 1) != '\\')) {
        inside = !inside;
      }
    }
    return inside;
  }

  private static String withoutQuotes(String json) {
    return json.substring(1, json.length() - 1);
  }

  /// The simple paths that EventBridge takes: `$`, `$.detail`, `$.resources[0]`.
  private JsonNode select(String path) {
    if (path.equals("$")) {
      return event;
    }
    String pointer =
        path.substring(path.startsWith("$.") ? 2 : 0)
            .replace("~", "~0")
            .replace("/", "~1")
            .replace('.', '/')
            .replace('[', '/')
            .replace("]", "");
    JsonNode found = event.at(JsonPointer.compile("/" + pointer));
    return found instanceof MissingNode ? NullNode.instance : found;
  }
}
