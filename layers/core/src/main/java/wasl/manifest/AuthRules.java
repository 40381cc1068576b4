package wasl.manifest;

import java.util.HashSet;
import java.util.List;
import wasl.manifest.Node.Fields;

/// What must be true of the `auth` that a configuration brings, beyond the shape of its keys: a
/// connection can be made of it by whoever fills in its fields.
final class AuthRules {
  // Every other mode is a talk with hosts that a manifest names.
  private static final List<String> MODES =
      List.of("api_key", "basic", "custom", "aws_sigv4", "mtls");

  private AuthRules() {}

  static void check(Fields configuration, Faults faults) {
    new AuthModeRules(configuration, true, faults).check();
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
      faults.add(Faults.child(pointer, "mode"), "must be one of " + String.join(", ", MODES));
    }
    RecalledRule.check(mode, pointer, faults);
    var place = Faults.child(pointer, "fields");
    if (mode.list("fields").isEmpty()) {
      faults.add(place, "must name at least one");
    }
    for (int i = 0; i < mode.list("fields").size(); i++) {
      // Whoever writes both it and the value could keep us busy for long.
      if (mode.list("fields").get(i) instanceof Fields field && field.has("pattern")) {
        faults.add(
            Faults.child(Faults.child(place, i), "pattern"), "must not stand in a configuration");
      }
    }
  }
}
