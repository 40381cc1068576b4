package wasl.function.managementapi;

import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Stream;
import wasl.manifest.Manifest;
import wasl.manifest.WebhookSpec;
import wasl.web.JsonObject;

/// What the API tells of a provider, in one language.
final class ProviderView {
  private ProviderView() {}

  /// As it stands in a list.
  static JsonObject summary(Manifest manifest, String locale) {
    return new JsonObject()
        .put("id", manifest.id().value())
        .put("name", manifest.name().in(locale))
        .put("description", manifest.description().in(locale))
        .put("category", manifest.category())
        .put("availability", manifest.availability().name().toLowerCase(Locale.ROOT))
        .put("markets", manifest.markets())
        .put("currencies", manifest.currencies())
        .put("authModes", authModes(manifest));
  }

  static JsonObject full(Manifest manifest, String locale) {
    var modes = new JsonObject();
    new TreeMap<>(manifest.modes())
        .forEach((mode, facts) ->
            modes.put(
                mode.name().toLowerCase(Locale.ROOT),
                new JsonObject()
                    .put("baseUrls", facts.baseUrls())
                    .put("keyPrefixes", facts.keyPrefixes())
                    .putAll(
                        "variables",
                        facts.variables().stream().map(field -> field(field, locale)).toList())));
    var view =
        summary(manifest, locale)
            .put("links", new TreeMap<>(manifest.links()))
            .put("modes", modes)
            .putAll(
                "auth", manifest.auth().stream().map(mode -> auth(manifest, mode, locale)).toList())
            .put("configurable", manifest.configurable());
    manifest.webhook().ifPresent(spec -> view.put("webhook", webhook(manifest, spec)));
    return view;
  }

  static List<String> authModes(Manifest manifest) {
    return manifest.auth().stream().map(ProviderView::name).distinct().toList();
  }

  // The manifest tells the grants of OAuth 2 apart; the API calls the usual one oauth2.
  private static String name(Manifest.AuthMode mode) {
    return mode.mode().equals("oauth2_authorization_code") ? "oauth2" : mode.mode();
  }

  private static JsonObject auth(Manifest manifest, Manifest.AuthMode mode, String locale) {
    var auth =
        new JsonObject()
            .put("mode", name(mode))
            .maybe("variant", mode.facts().text("variant"))
            .maybe("installUrl", mode.facts().text("installUrl"))
            .putAll("fields", mode.fields().stream().map(field -> field(field, locale)).toList())
            // A call for a token tells as well as one that asks who is there.
            .put("checked", mode.fetchesToken() || manifest.whoami(mode).isPresent());
    return mode.hasToken() ? auth.put("scopes", mode.facts().texts("scopes")) : auth;
  }

  private static JsonObject field(Manifest.Field field, String locale) {
    return new JsonObject()
        .put("name", field.name())
        .put("label", field.label().in(locale))
        .maybe("hint", field.hint().map(hint -> hint.in(locale)))
        .put("secret", field.secret())
        .put("optional", field.optional())
        .maybe("pattern", field.pattern())
        .maybe("example", field.example());
  }

  private static JsonObject webhook(Manifest manifest, WebhookSpec spec) {
    return new JsonObject()
        .put(
            "schemes",
            Stream.concat(Stream.of(spec), spec.alternatives().stream())
                .map(WebhookSpec::schemeName)
                .toList())
        .put("secretMadeBy", spec.secretMaker().name().toLowerCase(Locale.ROOT))
        .put("retriedForSeconds", spec.retries().toSeconds())
        .put("answerStatus", spec.answer().status())
        .put("eventTypes", manifest.webhookEventTypes());
  }
}
