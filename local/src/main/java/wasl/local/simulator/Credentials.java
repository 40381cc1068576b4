package wasl.local.simulator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import wasl.local.simulator.Call.NameAndSecret;

/// Finds in a call the credentials that it carries, where the manifest says that they stand.
///
/// @param token that somebody issued; empty for a mode whose credentials are its owner's own
/// @param secrets what the owner alone has
record Credentials(Optional<String> token, List<String> secrets) {
  private static final String TOKEN = "accessToken";

  Credentials {
    secrets = List.copyOf(secrets);
  }

  /// @param inUrl what stands in the URL's placeholders
  /// @return empty where the call does not carry credentials of this mode
  static Optional<Credentials> in(Call call, AuthMode mode, Map<String, String> inUrl) {
    if (mode.mode().equals("basic")) {
      return call.basic().map(Credentials::of);
    }
    if (mode.mode().equals("mtls")) {
      // Its certificate was seen where TLS ended.
      return Optional.of(new Credentials(Optional.empty(), List.of()));
    }
    List<Facts> sent = mode.facts().list("send");
    if (sent.isEmpty() && !inUrl.keySet().stream().anyMatch(name -> isSecret(mode, name))) {
      return call.headers()
          .get("authorization")
          .map(value -> new Credentials(Optional.empty(), List.of(value)));
    }
    return sent(call, mode, sent, inUrl).map(fields -> of(mode, fields));
  }

  private static Optional<Map<String, String>> sent(
      Call call, AuthMode mode, List<Facts> sent, Map<String, String> inUrl) {
    Map<String, String> fields = new LinkedHashMap<>(inUrl);
    for (Facts each : sent) {
      Template format = Template.of(each.text("format", ""), ".+");
      Optional<Map<String, String>> values = value(call, each).flatMap(format::values);
      if (values.isPresent()) {
        fields.putAll(values.get());
      } else if (isDemanded(mode, format) && !inUrl.keySet().containsAll(format.names())) {
        return Optional.empty();
      }
    }
    return Optional.of(fields);
  }

  private static Optional<String> value(Call call, Facts sent) {
    return sent.text("header")
        .flatMap(name -> call.headers().get(name))
        .or(() -> sent.text("query").flatMap(name -> call.query().get(name)))
        .or(() -> sent.text("body").flatMap(name -> call.fields().get(name)));
  }

  // What nobody has filled in cannot be sent: optional fields, and what is learned only later, as a
  // tenant's id.
  private static boolean isDemanded(AuthMode mode, Template format) {
    Set<String> filledIn =
        mode.facts().list("fields").stream()
            .filter(field -> !field.flag("optional", false))
            .map(field -> field.text("name", ""))
            .collect(Collectors.toSet());
    return !format.names().isEmpty()
        && format.names().stream().allMatch(name -> filledIn.contains(name) || name.equals(TOKEN));
  }

  private static boolean isSecret(AuthMode mode, String name) {
    return name.equals(TOKEN)
        || mode.facts().list("fields").stream()
            .anyMatch(field -> field.text("name", "").equals(name) && field.flag("secret", true));
  }

  private static Credentials of(NameAndSecret pair) {
    // Either side may be empty; some providers want the key as the name.
    List<String> secrets = new ArrayList<>(List.of(pair.name(), pair.secret()));
    secrets.removeIf(String::isEmpty);
    return new Credentials(Optional.empty(), secrets);
  }

  private static Credentials of(AuthMode mode, Map<String, String> fields) {
    if (mode.hasTokens()) {
      return new Credentials(Optional.ofNullable(fields.get(TOKEN)), List.of());
    }
    List<String> secrets =
        fields.entrySet().stream()
            .filter(field -> isSecret(mode, field.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    return new Credentials(Optional.empty(), secrets);
  }

  /// Neither token nor secrets.
  @Override
  public String toString() {
    return "Credentials(" + secrets.size() + ")";
  }
}
