package wasl.local.policy;

import java.util.Locale;

/// One action on one resource that a role's statement allows, as the template writes them.
///
/// @param function the logical id of the function whose role it is
public record Grant(String function, String action, String resource) {
  boolean covers(Need need) {
    // Actions are written in any case; ARNs are not.
    return Patterns.matches(lower(action), lower(need.action()))
        && Patterns.matches(resource, need.resource());
  }

  private static String lower(String action) {
    return action.toLowerCase(Locale.ROOT);
  }
}
