package wasl.manifest;

import wasl.manifest.Node.Fields;

/// What a section calls unconfirmed must stand in it: a fact that was renamed or dropped takes its
/// mark along.
final class RecalledRule {
  private RecalledRule() {}

  static void check(Fields section, String pointer, Faults faults) {
    var recalled = section.texts("recalled");
    for (int i = 0; i < recalled.size(); i++) {
      if (!stands(recalled.get(i), section)) {
        faults.addUnknown(
            Faults.child(Faults.child(pointer, "recalled"), i),
            recalled.get(i),
            section.nodes().keySet());
      }
    }
  }

  private static boolean stands(String path, Fields section) {
    var at = section;
    var steps = path.split("\\.", -1);
    for (int i = 0; i < steps.length; i++) {
      if (!at.has(steps[i])) {
        return false;
      }
      at = at.fields(steps[i]);
    }
    return true;
  }
}
