package wasl.provider;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import wasl.manifest.Node.Fields;
import wasl.manifest.OauthSpec.BodyFormat;
import wasl.manifest.Template;

/// A call as a manifest describes it: each text may have placeholders, which stand for fields of
/// the credentials.
///
/// @param method in upper case
/// @param body fields of the body; none: no body, unless the credentials go there
public record ProviderCall(
    String method,
    Where where,
    Map<String, String> headers,
    Map<String, String> body,
    BodyFormat bodyFormat) {
  /// Which of a mode's base URLs is meant where nothing is said.
  public static final String USUAL_BASE = "api";

  public ProviderCall {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    body = Collections.unmodifiableMap(new LinkedHashMap<>(body));
  }

  /// Where it goes.
  public sealed interface Where {
    /// Under one of the mode's base URLs.
    ///
    /// @param base its name
    record Under(String base, Template path) implements Where {}

    record At(Template url) implements Where {}
  }

  /// Reads a call's keys in a manifest: `whoami`, `login`, `revocation`.
  public static ProviderCall of(Fields facts) {
    return new ProviderCall(
        facts.text("method", "GET"),
        where(facts),
        texts(facts.fields("headers")),
        texts(facts.fields("body")),
        facts.text("bodyFormat", "form").equals("json") ? BodyFormat.JSON : BodyFormat.FORM);
  }

  private static Where where(Fields facts) {
    Optional<Where> whole = facts.text("url").map(url -> new Where.At(new Template(url)));
    return whole.orElseGet(() ->
        new Where.Under(facts.text("baseUrl", USUAL_BASE), new Template(facts.text("path", "/"))));
  }

  /// A call without a body.
  public static ProviderCall to(String method, Where where) {
    return new ProviderCall(method, where, Map.of(), Map.of(), BodyFormat.FORM);
  }

  /// All that has to stand for something in it.
  public Set<String> placeholders() {
    var names = new TreeSet<String>();
    switch (where) {
      case Where.At(var url) -> names.addAll(url.names());
      case Where.Under(_, var path) -> names.addAll(path.names());
    }
    headers.values().forEach(text -> names.addAll(new Template(text).names()));
    body.values().forEach(text -> names.addAll(new Template(text).names()));
    return names;
  }

  private static Map<String, String> texts(Fields facts) {
    var texts = new LinkedHashMap<String, String>();
    facts.nodes().keySet().forEach(key -> texts.put(key, facts.text(key, "")));
    return texts;
  }
}
