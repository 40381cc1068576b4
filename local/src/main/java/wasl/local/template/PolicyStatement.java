package wasl.local.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// One statement of a policy, its references replaced by what they stand for on this machine.
///
/// @param actions such as `dynamodb:GetItem`
/// @param resources ARNs, which may hold `*`
/// @param condition operator, key and values as IAM writes them; an empty object: none
public record PolicyStatement(
    Effect effect, List<String> actions, List<String> resources, JsonNode condition) {
  /// What a statement that matches means.
  public enum Effect {
    ALLOW,
    DENY
  }

  public PolicyStatement {
    actions = List.copyOf(actions);
    resources = List.copyOf(resources);
    condition = condition.deepCopy();
  }
}
