package wasl.local.function;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import wasl.local.template.FunctionDefinition;

/// Puts the environments of all functions into one, since one process runs them all.
final class Environments {
  private Environments() {}

  /// @throws IllegalArgumentException naming every variable that two functions want differently
  static Map<String, String> union(List<FunctionDefinition> functions) {
    Map<String, String> union = new TreeMap<>();
    Map<String, String> owner = new TreeMap<>();
    List<String> conflicts = new ArrayList<>();
    for (FunctionDefinition function : functions) {
      for (Map.Entry<String, String> variable : function.environment().entrySet()) {
        String before = union.putIfAbsent(variable.getKey(), variable.getValue());
        String other = owner.putIfAbsent(variable.getKey(), function.name());
        if (before != null && !before.equals(variable.getValue())) {
          conflicts.add(variable.getKey() + " of " + other + " and " + function.name());
        }
      }
    }
    if (!conflicts.isEmpty()) {
      throw new IllegalArgumentException(
          "functions share one process locally, so a variable has one value; different are: "
              + String.join(", ", conflicts));
    }
    return union;
  }
}
