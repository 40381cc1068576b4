package wasl.local.simulator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import wasl.local.simulator.Call.NameAndSecret;

/// Finds in a call the credentials that it carries, where the manifest says that they stand.
///
/// @param token that somebody issued; empty for a mode whose credentials are its owner's own
/// @param secrets what the owner alone has
record Credentials(Optional<String> token, List<String> secrets) {
  private static final String TOKEN = AuthMode.ACCESS_TOKEN;
  private static final Pattern SIGNED =
      Pattern.compile(
          "AWS4-HMAC-SHA256 Credential=([^/,\\s]+)/[^,\\s]+/aws4_request, *SignedHeaders=");

  Credentials {
    secrets = List.copyOf(secrets);
  }

  /// @param inUrl what stands in the URL's placeholders
  /// @return empty where the call does not carry credentials of this mode
  static Optional<Credentials> in(Call call, AuthMode mode, Map<String, String> inUrl) {
    List<Facts> sent = mode.facts().list("send");
    return switch (mode.mode()) {
      // Its certificate was seen where TLS ended.
      case "mtls" -> Optional.of(new Credentials(Optional.empty(), List.of()));
      case "aws_sigv4" -> call.headers().get("authorization").flatMap(Credentials::ofSigned);
      case "basic" ->
          sent.isEmpty()
              ? call.basic().map(Credentials::of)
              : sent(call, mode, sent, inUrl).map(fields -> of(mode, fields));
      default ->
          sent.isEmpty() && mode.hasTokens() && !inUrl.containsKey(TOKEN)
              // RFC 6750, section 2.1.
              ? call.bearer().map(token -> new Credentials(Optional.of(token), List.of()))
              : sent(call, mode, sent, inUrl).map(fields -> of(mode, fields));
    };
  }

  // Whether it is signed with the right secret is not known here.
  private static Optional<Credentials> ofSigned(String header) {
    return Optional.of(SIGNED.matcher(header))
        .filter(Matcher::lookingAt)
        .map(found -> new Credentials(Optional.empty(), List.of(found.group(1))));
  }

  private static Optional<Map<String, String>> sent(
      Call call, AuthMode mode, List<Facts> sent, Map<String, String> inUrl) {
    Map<String, String> fields = new LinkedHashMap<>(inUrl);
    for (Facts each : sent) {
      // Either side of a name and a password may be empty.
      String any = each.flag("basic", false) ? ".*" : ".+";
      Template format = Template.of(each.text("format", ""), any);
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
    boolean isBasic = sent.flag("basic", false);
    return sent.text("header")
        .flatMap(name -> call.headers().get(name))
        .flatMap(value ->
            isBasic
                ? Call.basic(value).map(pair -> pair.name() + ":" + pair.secret())
                : Optional.of(value))
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
            .filter(field -> mode.isSecret(field.getKey()))
            .map(Map.Entry::getValue)
            .filter(value -> !value.isEmpty())
            .toList();
    return new Credentials(Optional.empty(), secrets);
  }

  /// Neither token nor secrets.
  @Override
  public String toString() {
    return "Credentials(" + secrets.size() + ")";
  }
}
