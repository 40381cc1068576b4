package wasl.manifest;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import wasl.manifest.Node.Fields;

/// What must be true of a `webhook` section beyond the shape of its keys, so that whatever is
/// accepted fails closed.
final class WebhookRules {
  private static final Set<String> CONTENT =
      Set.of("body", "url", "sorted_form", "json", "form", "query");

  private WebhookRules() {}

  static void check(Fields section, String pointer, Faults faults) {
    one(section, section, pointer, faults);
    var names = new HashSet<String>();
    names.add(section.text("name", WebhookSpec.DEFAULT_SCHEME));
    var alternatives = section.list("alternatives");
    for (int i = 0; i < alternatives.size(); i++) {
      if (alternatives.get(i) instanceof Fields alternative) {
        var place = Faults.child(Faults.child(pointer, "alternatives"), i);
        one(alternative, section, place, faults);
        if (!names.add(alternative.text("name", WebhookSpec.DEFAULT_SCHEME))) {
          faults.add(Faults.child(place, "name"), "must differ from the other schemes' names");
        }
      }
    }
  }

  private static void one(Fields own, Fields section, String pointer, Faults faults) {
    RecalledRule.check(own, pointer, faults);
    var secret = own.fields("secret");
    secret
        .text("pattern")
        .ifPresent(pattern ->
            PatternRule.check(
                pattern, Faults.child(Faults.child(pointer, "secret"), "pattern"), faults));
    if (secret.text("madeBy", "").equals("wasl") && own.text("scheme", "").equals("asymmetric")) {
      faults.add(
          Faults.child(Faults.child(pointer, "secret"), "madeBy"),
          "must be provider: only it has the key's other half");
    }
    var signed = own.list("signed");
    if (!signed.isEmpty()) {
      signed(own, section, signed, Faults.child(pointer, "signed"), faults);
    }
    var inSignature = own.fields("timestamp").has("signatureKey");
    if (inSignature && !own.fields("signature").text("format", "").equals("key_values")) {
      faults.add(
          Faults.child(Faults.child(pointer, "timestamp"), "signatureKey"),
          "needs a signature of format key_values");
    }
  }

  private static void signed(
      Fields own, Fields section, List<Node> signed, String pointer, Faults faults) {
    var kinds = new HashSet<String>();
    for (var part : signed) {
      if (part instanceof Node.Text(var word)) {
        kinds.add(word);
      } else if (part instanceof Fields fields) {
        kinds.addAll(fields.nodes().keySet());
      }
    }
    if (kinds.stream().noneMatch(CONTENT::contains)) {
      faults.add(pointer, "must hold what the request says: body, url, sorted_form, json or form");
    }
    boolean hash = own.text("scheme", "").equals("hash");
    if (hash != kinds.contains("secret")) {
      faults.add(
          pointer,
          hash
              ? "must hold the secret: a digest proves nothing without it"
              : "must not hold the secret: it is the key");
    }
    var eventId = own.has("eventId") ? own.list("eventId") : section.list("eventId");
    if (kinds.contains("id") && eventId.size() != 1) {
      faults.add(pointer, "holds the id, so eventId must name one place");
    }
    timestamp(own, kinds, pointer, faults);
  }

  private static void timestamp(Fields own, Set<String> kinds, String pointer, Faults faults) {
    var time = own.fields("timestamp");
    if (kinds.contains("timestamp") && !own.has("timestamp")) {
      faults.add(pointer, "holds the timestamp, so timestamp must name its place");
    }
    boolean coveredByBody = kinds.contains("body") && (time.has("json") || time.has("form"));
    boolean coveredByUrl = kinds.contains("url") && time.has("query");
    if (own.has("timestamp") && !kinds.contains("timestamp") && !coveredByBody && !coveredByUrl) {
      faults.add(pointer, "must hold the timestamp: a time that is not signed proves nothing");
    }
  }
}
