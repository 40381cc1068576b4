package wasl.local.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds everything in a template that does not run locally, before anything is made.
final class TemplateCheck {
  static final Pattern SUB_VARIABLE = Pattern.compile("\\$\\{([A-Za-z0-9:.]+)}");

  static final Set<String> PSEUDO_PARAMETERS =
      Set.of(
          "AWS::Region",
          "AWS::AccountId",
          "AWS::StackName",
          "AWS::Partition",
          "AWS::URLSuffix",
          "AWS::NoValue");

  private static final Set<String> SECTIONS =
      Set.of(
          "AWSTemplateFormatVersion",
          "Transform",
          "Description",
          "Metadata",
          "Parameters",
          "Conditions",
          "Globals",
          "Resources",
          "Outputs");
  private static final Set<String> INTRINSICS =
      Set.of(
          "Ref",
          "Condition",
          "Fn::GetAtt",
          "Fn::Sub",
          "Fn::Join",
          "Fn::If",
          "Fn::Equals",
          "Fn::Not",
          "Fn::And",
          "Fn::Or");
  private static final Set<String> ROUTE_SETTINGS =
      Set.of("ThrottlingRateLimit", "ThrottlingBurstLimit", "DetailedMetricsEnabled");

  private static final Map<String, Set<String>> EVENTS =
      Map.of(
          "HttpApi", Set.of("ApiId", "Path", "Method", "PayloadFormatVersion"),
          "SQS",
              Set.of(
                  "Queue",
                  "BatchSize",
                  "MaximumBatchingWindowInSeconds",
                  "FunctionResponseTypes",
                  "ScalingConfig",
                  "Enabled"),
          "DynamoDB", StreamEvent.PROPERTIES,
          "Schedule", Set.of("Schedule", "Input", "Name", "Description", "RetryPolicy"),
          "ScheduleV2",
              Set.of("ScheduleExpression", "Input", "Name", "Description", "RetryPolicy"));

  private final Template template;
  private final List<String> faults = new ArrayList<>();

  private TemplateCheck(Template template) {
    this.template = template;
  }

  /// @throws TemplateException naming every fault
  static void check(Template template) {
    TemplateCheck check = new TemplateCheck(template);
    check.sections();
    check.globals();
    check.conditions();
    for (Map.Entry<String, JsonNode> resource : template.section("Resources").properties()) {
      check.resource(resource.getValue(), "Resources." + resource.getKey());
    }
    if (!check.faults.isEmpty()) {
      throw new TemplateException(check.faults);
    }
  }

  private void sections() {
    for (Map.Entry<String, JsonNode> section : template.root().properties()) {
      if (!SECTIONS.contains(section.getKey())) {
        fault(section.getKey(), "the local runtime does not know this section");
      }
    }
    if (!template.section("Resources").isObject()) {
      fault("Resources", "a template has resources");
    }
  }

  private void globals() {
    for (Map.Entry<String, JsonNode> global : template.section("Globals").properties()) {
      String path = "Globals." + global.getKey();
      if (global.getKey().equals("Function")) {
        properties(ResourceType.FUNCTION, global.getValue(), path);
      } else {
        fault(path, "the local runtime knows globals of functions only");
      }
    }
  }

  private void conditions() {
    for (Map.Entry<String, JsonNode> condition : template.section("Conditions").properties()) {
      condition(condition.getValue(), "Conditions." + condition.getKey(), condition.getKey());
    }
  }

  /// @param name the condition that is being declared, which may not lead back to itself
  private void condition(JsonNode test, String path, String name) {
    String function = test.size() == 1 ? test.properties().iterator().next().getKey() : "";
    JsonNode argument = test.path(function);
    switch (function) {
      case "Fn::Equals" -> {
        if (!argument.isArray() || argument.size() != 2) {
          fault(path, "Fn::Equals compares two values");
        }
        values(argument, path);
      }
      case "Fn::Not" -> {
        if (!argument.isArray() || argument.size() != 1) {
          fault(path, "Fn::Not takes one condition");
        }
        argument.forEach(part -> condition(part, path, name));
      }
      case "Fn::And", "Fn::Or" -> {
        if (!argument.isArray() || argument.size() < 2 || argument.size() > 10) {
          fault(path, function + " takes two to ten conditions");
        }
        argument.forEach(part -> condition(part, path, name));
      }
      case "Condition" -> {
        named(argument, path);
        if (leadsTo(name, argument.asText(), new HashSet<>())) {
          fault(path, "the condition " + name + " refers to itself");
        }
      }
      default ->
          fault(
              path,
              "a condition is one of Fn::Equals, Fn::Not, Fn::And, Fn::Or, Condition, not " + test);
    }
  }

  private boolean leadsTo(String wanted, String from, Set<String> seen) {
    if (from.equals(wanted)) {
      return true;
    }
    return seen.add(from)
        && template.section("Conditions").path(from).findValuesAsText("Condition").stream()
            .anyMatch(next -> leadsTo(wanted, next, seen));
  }

  private void named(JsonNode condition, String path) {
    if (!condition.isTextual() || !template.section("Conditions").has(condition.asText())) {
      fault(path, "there is no condition " + condition.asText());
    }
  }

  private void resource(JsonNode resource, String path) {
    String name = resource.path("Type").asText();
    JsonNode condition = resource.path("Condition");
    if (!condition.isMissingNode()) {
      named(condition, path + ".Condition");
    }
    if (ResourceType.isWithoutEffect(name)) {
      return;
    }
    Optional<ResourceType> known = ResourceType.named(name);
    if (known.isEmpty()) {
      fault(path + ".Type", "the local runtime does not know the resource type " + name);
      return;
    }
    properties(known.get(), resource.path("Properties"), path + ".Properties");
    if (known.get() == ResourceType.HTTP_API) {
      routeSettings(resource.path("Properties"), path + ".Properties");
    }
  }

  private void routeSettings(JsonNode api, String path) {
    Set<String> routes = new TreeSet<>();
    for (JsonNode resource : template.section("Resources")) {
      for (JsonNode event : resource.path("Properties").path("Events")) {
        JsonNode route = event.path("Properties");
        if (event.path("Type").asText().equals("HttpApi")) {
          routes.add(route.path("Method").asText("ANY") + " " + route.path("Path").asText());
        }
      }
    }
    settings(api.path("DefaultRouteSettings"), path + ".DefaultRouteSettings");
    for (Map.Entry<String, JsonNode> own : api.path("RouteSettings").properties()) {
      String inner = path + ".RouteSettings." + own.getKey();
      // API Gateway too refuses a stage that does so.
      if (!routes.contains(own.getKey())) {
        fault(inner, "is no route; routes are " + routes);
      }
      settings(own.getValue(), inner);
    }
  }

  private void settings(JsonNode settings, String path) {
    for (Map.Entry<String, JsonNode> setting : settings.properties()) {
      if (!ROUTE_SETTINGS.contains(setting.getKey())) {
        fault(path + "." + setting.getKey(), "the local gateway does not know this setting");
      }
    }
  }

  private void properties(ResourceType type, JsonNode properties, String path) {
    for (Map.Entry<String, JsonNode> property : properties.properties()) {
      String inner = path + "." + property.getKey();
      if (type.unused.contains(property.getKey())) {
        continue;
      }
      if (!type.used.contains(property.getKey())) {
        fault(inner, "the local runtime does not know this property of " + type.type);
        continue;
      }
      values(property.getValue(), inner);
      if (type == ResourceType.FUNCTION && property.getKey().equals("Events")) {
        property
            .getValue()
            .properties()
            .forEach(e -> event(e.getValue(), inner + "." + e.getKey()));
      }
    }
  }

  private void event(JsonNode event, String path) {
    String type = event.path("Type").asText();
    Set<String> known = EVENTS.get(type);
    if (known == null) {
      fault(path + ".Type", "the local runtime does not know the event source " + type);
      return;
    }
    for (Map.Entry<String, JsonNode> property : event.path("Properties").properties()) {
      if (!known.contains(property.getKey())) {
        fault(
            path + ".Properties." + property.getKey(),
            "the local runtime does not know this property of " + type);
      }
    }
    if (type.equals("DynamoDB")) {
      new StreamEvent(
              event.path("Properties"), (below, what) -> fault(path + ".Properties." + below, what))
          .check();
    }
    String format = event.path("Properties").path("PayloadFormatVersion").asText("2.0");
    if (!format.equals("2.0")) {
      fault(path + ".Properties.PayloadFormatVersion", "the local gateway speaks 2.0 only");
    }
    String expression =
        event
            .path("Properties")
            .path(type.equals("Schedule") ? "Schedule" : "ScheduleExpression")
            .asText();
    if (type.startsWith("Schedule") && Rate.parse(expression).isEmpty()) {
      fault(path, "the local scheduler knows rate(…) only, not \"" + expression + "\"");
    }
  }

  private void values(JsonNode node, String path) {
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        values(node.path(i), path + "." + i);
      }
      return;
    }
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      String key = entry.getKey();
      boolean alone = node.size() == 1;
      if (alone && (key.startsWith("Fn::") || key.equals("Ref"))) {
        intrinsic(key, entry.getValue(), path);
      } else {
        values(entry.getValue(), path + "." + key);
      }
    }
  }

  private void intrinsic(String name, JsonNode argument, String path) {
    if (!INTRINSICS.contains(name)) {
      fault(path, "the local runtime does not know the intrinsic " + name);
      return;
    }
    switch (name) {
      case "Ref" -> reference(argument.asText(), path);
      case "Fn::GetAtt" -> attribute(argument.path(0).asText(), argument.path(1).asText(), path);
      case "Fn::Sub" -> substitution(argument, path);
      case "Fn::If" -> {
        if (!argument.isArray() || argument.size() != 3) {
          fault(path, "Fn::If takes a condition and two values");
          return;
        }
        named(argument.path(0), path);
        values(argument.path(1), path);
        values(argument.path(2), path);
      }
      case "Fn::Join" -> values(argument, path);
      default -> fault(path, name + " yields no value");
    }
  }

  private void reference(String name, String path) {
    boolean known =
        PSEUDO_PARAMETERS.contains(name)
            || template.section("Parameters").has(name)
            || template.section("Resources").has(name);
    if (!known) {
      fault(path, "Ref to " + name + ", which is neither parameter nor resource");
    } else if (ResourceType.isWithoutEffect(typeOf(name))) {
      fault(path, "Ref to " + name + ": a " + typeOf(name) + " does not exist locally");
    }
  }

  private void attribute(String resource, String attribute, String path) {
    if (!template.section("Resources").has(resource)) {
      fault(path, "GetAtt of " + resource + ", which is no resource");
      return;
    }
    ResourceType.named(typeOf(resource))
        .filter(type -> !type.attributes.contains(attribute))
        .ifPresent(type ->
            fault(
                path,
                "GetAtt of "
                    + resource
                    + "."
                    + attribute
                    + ": the local runtime knows "
                    + new TreeSet<>(type.attributes)
                    + " of "
                    + type.type));
    if (ResourceType.isWithoutEffect(typeOf(resource))) {
      fault(path, "GetAtt of " + resource + ": a " + typeOf(resource) + " does not exist locally");
    }
    JsonNode properties = template.section("Resources").path(resource).path("Properties");
    if (typeOf(resource).equals(ResourceType.TABLE.type)
        && attribute.equals("StreamArn")
        && !properties.has("StreamSpecification")) {
      fault(path, "GetAtt of " + resource + ".StreamArn: the table has no StreamSpecification");
    }
  }

  private void substitution(JsonNode argument, String path) {
    JsonNode own = argument.isArray() ? argument.path(1) : argument.path("none");
    values(own, path);
    String text = argument.isArray() ? argument.path(0).asText() : argument.asText();
    Matcher variables = SUB_VARIABLE.matcher(text);
    while (variables.find()) {
      String variable = variables.group(1);
      int dot = variable.indexOf('.');
      if (own.has(variable)) {
        continue;
      }
      if (dot < 0) {
        reference(variable, path);
      } else {
        attribute(variable.substring(0, dot), variable.substring(dot + 1), path);
      }
    }
  }

  private String typeOf(String resource) {
    return template.section("Resources").path(resource).path("Type").asText();
  }

  private void fault(String path, String what) {
    faults.add(template.place(path) + ": " + what);
  }
}
