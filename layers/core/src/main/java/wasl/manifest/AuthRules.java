package wasl.manifest;

import java.util.HashSet;
import java.util.Set;
import wasl.manifest.Node.Fields;

/// What must be true of the `auth` that a configuration brings, beyond the shape of its keys: a
/// connection can be made of it by whoever fills in its fields.
final class AuthRules {
  // Every other mode is a talk with hosts that a manifest names.
  private static final Set<String> MODES = Set.of("api_key", "basic");

  private AuthRules() {}

  static void check(Fields configuration, Faults faults) {
    var modes = new HashSet<String>();
    var auth = configuration.list("auth");
    for (int i = 0; i < auth.size(); i++) {
      if (auth.get(i) instanceof Fields mode) {
        var pointer = Faults.child("/auth", i);
        if (!modes.add(mode.text("mode", ""))) {
          faults.add(Faults.child(pointer, "mode"), "stands twice");
        }
        check(mode, pointer, faults);
      }
    }
  }

  private static void check(Fields mode, String pointer, Faults faults) {
    if (!MODES.contains(mode.text("mode", ""))) {
      faults.add(Faults.child(pointer, "mode"), "must be api_key or basic");
    }
    RecalledRule.check(mode, pointer, faults);
    var place = Faults.child(pointer, "fields");
    if (mode.list("fields").isEmpty()) {
      faults.add(place, "must name at least one");
    }
    var names = new HashSet<String>();
    for (int i = 0; i < mode.list("fields").size(); i++) {
      if (mode.list("fields").get(i) instanceof Fields field) {
        field(field, names, Faults.child(place, i), faults);
      }
    }
  }

  private static void field(Fields field, Set<String> names, String pointer, Faults faults) {
    var name = field.text("name", "");
    // Credentials say their mode under this name.
    if (name.equals("type")) {
      faults.add(Faults.child(pointer, "name"), "must not be type");
    }
    if (!names.add(name)) {
      faults.add(Faults.child(pointer, "name"), "stands twice");
    }
    // Whoever writes both it and the value could keep us busy for long.
    if (field.has("pattern")) {
      faults.add(Faults.child(pointer, "pattern"), "must not stand in a configuration");
    }
  }
}
