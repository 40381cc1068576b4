package wasl.local.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import wasl.local.template.PolicyStatement.Effect;

/// Reads the statements of policies whose references are resolved.
final class Policies {
  private static final Set<String> OF_ROLE =
      Set.of("Sid", "Effect", "Action", "Resource", "Condition");
  private static final Set<String> OF_BUS =
      Set.of("Effect", "Principal", "Action", "Resource", "Condition");

  private final Template template;
  private final List<String> faults = new ArrayList<>();

  private Policies(Template template) {
    this.template = template;
  }

  /// @param properties of an `AWS::IAM::Role`
  /// @param path where they stand, for messages
  static List<PolicyStatement> ofRole(Template template, JsonNode properties, String path) {
    Policies policies = new Policies(template);
    List<PolicyStatement> statements = new ArrayList<>();
    for (JsonNode policy : properties.path("Policies")) {
      for (JsonNode statement : each(policy.path("PolicyDocument").path("Statement"))) {
        statements.add(policies.statement(statement, OF_ROLE, path + ".Policies"));
      }
    }
    return policies.checked(statements);
  }

  /// @param properties of an `AWS::Events::EventBusPolicy`
  static List<PolicyStatement> ofBus(Template template, JsonNode properties, String path) {
    Policies policies = new Policies(template);
    JsonNode declared = properties.path("Statement");
    PolicyStatement statement = policies.statement(declared, OF_BUS, path + ".Statement");
    if (!declared.path("Principal").asText().equals("*")) {
      policies.fault(path + ".Statement.Principal", "locally a bus policy is for everybody: \"*\"");
    }
    return policies.checked(List.of(statement));
  }

  private PolicyStatement statement(JsonNode statement, Set<String> known, String path) {
    for (Map.Entry<String, JsonNode> part : statement.properties()) {
      if (!known.contains(part.getKey())) {
        fault(path, "the local runtime knows no " + part.getKey() + " of a statement");
      }
    }
    String effect = statement.path("Effect").asText();
    if (!effect.equals("Allow") && !effect.equals("Deny")) {
      fault(path, "a statement's effect is Allow or Deny, not \"" + effect + "\"");
    }
    JsonNode condition = statement.path("Condition");
    return new PolicyStatement(
        effect.equals("Allow") ? Effect.ALLOW : Effect.DENY,
        texts(statement.path("Action")),
        texts(statement.path("Resource")),
        condition.isMissingNode() ? JsonNodeFactory.instance.objectNode() : condition);
  }

  private List<PolicyStatement> checked(List<PolicyStatement> statements) {
    if (!faults.isEmpty()) {
      throw new TemplateException(faults);
    }
    return statements;
  }

  private static List<String> texts(JsonNode oneOrMany) {
    return each(oneOrMany).stream().map(JsonNode::asText).toList();
  }

  private static List<JsonNode> each(JsonNode oneOrMany) {
    return oneOrMany.isArray() ? oneOrMany.valueStream().toList() : List.of(oneOrMany);
  }

  private void fault(String path, String what) {
    faults.add(template.place(path) + ": " + what);
  }
}
