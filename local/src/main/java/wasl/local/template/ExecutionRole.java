package wasl.local.template;

import java.util.List;

/// What a function may do.
///
/// @param arn the role's, as `aws:PrincipalArn` gives it
public record ExecutionRole(String arn, List<PolicyStatement> statements) {
  public ExecutionRole {
    statements = List.copyOf(statements);
  }
}
