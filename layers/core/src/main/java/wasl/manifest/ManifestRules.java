package wasl.manifest;

import java.util.List;
import wasl.manifest.Node.Fields;

/// What must be true of a manifest beyond the shape of its keys.
final class ManifestRules {
  private ManifestRules() {}

  static void check(Fields document, Faults faults) {
    for (var section : document.nodes().entrySet()) {
      if (section.getValue() instanceof Fields fields && !section.getKey().equals("webhook")) {
        RecalledRule.check(fields, Faults.child("", section.getKey()), faults);
      }
    }
    for (var mode : document.fields("modes").nodes().entrySet()) {
      if (mode.getValue() instanceof Fields fields) {
        var pointer = Faults.child("/modes", mode.getKey());
        RecalledRule.check(fields, pointer, faults);
        patterns(fields.list("variables"), Faults.child(pointer, "variables"), faults);
      }
    }
    if (document.node("webhook").orElse(Node.Nothing.NOTHING) instanceof Fields webhook) {
      WebhookRules.check(webhook, "/webhook", faults);
      if (document.texts("configurable").contains("webhook")) {
        faults.add("/webhook", "must not stand here: configurable says that the config brings it");
      }
    }
    var auth = document.list("auth");
    for (int i = 0; i < auth.size(); i++) {
      if (auth.get(i) instanceof Fields mode) {
        var pointer = Faults.child("/auth", i);
        RecalledRule.check(mode, pointer, faults);
        patterns(mode.list("fields"), Faults.child(pointer, "fields"), faults);
      }
    }
    new AuthModeRules(document, false, faults).check();
  }

  private static void patterns(List<Node> fields, String pointer, Faults faults) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i) instanceof Fields field && field.text("pattern").isPresent()) {
        var place = Faults.child(Faults.child(pointer, i), "pattern");
        PatternRule.check(field.text("pattern", ""), place, faults);
      }
    }
  }
}
