package wasl.manifest;

import static wasl.manifest.Shape.Member.may;
import static wasl.manifest.Shape.Member.needed;
import static wasl.manifest.WebhookShape.HEADER;
import static wasl.manifest.WebhookShape.HOW_SURE;
import static wasl.manifest.WebhookShape.JSON_PATH;
import static wasl.manifest.WebhookShape.KEBAB;
import static wasl.manifest.WebhookShape.NAME;
import static wasl.manifest.WebhookShape.NOTES;
import static wasl.manifest.WebhookShape.RECALLED;
import static wasl.manifest.WebhookShape.TEXT;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import wasl.manifest.Shape.Cases;
import wasl.manifest.Shape.Choice;
import wasl.manifest.Shape.Keys;
import wasl.manifest.Shape.ListOf;
import wasl.manifest.Shape.MapOf;
import wasl.manifest.Shape.Member;
import wasl.manifest.Shape.Named;
import wasl.manifest.Shape.OneOrMore;
import wasl.manifest.Shape.Whole;
import wasl.manifest.Shape.Words;
import wasl.manifest.Shape.YesNo;

/// Every key of a manifest. Keys are added, never renamed or given another meaning: manifests,
/// integrations' configurations and compiled manifests of older layers are read by it.
final class ManifestShape {
  private static final Words URL =
      new Words("https://[^\\s]+", 300, "an https URL, with {placeholders} where it differs");
  private static final Words COUNTRY =
      new Words("[A-Z]{2}|\\*", 2, "an ISO 3166 country as \"SA\", or \"*\"");
  private static final Words CURRENCY =
      new Words("[A-Z]{3}|\\*", 3, "an ISO 4217 currency as \"SAR\", or \"*\"");
  private static final Words FIELD_NAME =
      new Words("[a-z][A-Za-z0-9]{0,49}", 50, "a camelCase name");
  private static final Choice MODE = new Choice(List.of("sandbox", "live"));
  private static final Choice CATEGORY =
      new Choice(
          List.of(
              "accounting",
              "ai",
              "analytics",
              "billing",
              "commerce",
              "crm",
              "database",
              "developer-tools",
              "e-signature",
              "email",
              "forms",
              "generic",
              "identity",
              "infrastructure",
              "issue-tracking",
              "location",
              "logistics",
              "marketing",
              "media",
              "messaging",
              "observability",
              "payments",
              "productivity",
              "scheduling",
              "specification",
              "storage",
              "support",
              "tax",
              "video",
              "webhook-infrastructure"));

  private static final Shape FIELD =
      new Named(
          "field",
          new Keys(
              List.of(
                  needed("name", FIELD_NAME, "its name in credentials"),
                  needed("label", WebhookShape.localText(100), "what a form calls it"),
                  may("hint", WebhookShape.localText(500), "where to find it"),
                  may("secret", new YesNo(), "whether it is sealed and never shown; true"),
                  may("optional", new YesNo(), "whether it may be left out; false"),
                  may("pattern", NAME, "a regular expression that the whole value matches"),
                  may("example", NAME, "an invented value"))));

  private static final Shape SENT =
      new Named(
          "sent",
          new Keys(
              List.of(
                  may("header", HEADER, "a header of the request"),
                  may("query", NAME, "a parameter of the query"),
                  may("body", NAME, "a field of the body"),
                  may(
                      "basic",
                      new YesNo(),
                      "whether the value is user:password, sent as RFC 7617 has it; false"),
                  needed("format", NAME, "its value, {field} standing for a field of that name")),
              List.of("header", "query", "body")));

  private static final Shape JSON_PATHS = new OneOrMore(JSON_PATH, 4);

  /// A call that a manifest describes, but for what it is for.
  private static final List<Member> CALL =
      List.of(
          may("path", new Words("/\\S*", 300, "a path"), "under the mode's base URL"),
          may("url", URL, "the whole URL, where it is on another host"),
          may("baseUrl", FIELD_NAME, "which of the mode's base URLs; api"),
          may("headers", new MapOf(HEADER, NAME, 5), "further headers"),
          may("body", new MapOf(NAME, NAME, 10), "its body, {field} standing for a field"),
          may("bodyFormat", new Choice(List.of("form", "json")), "of the body; form"));

  private static final Shape WHOAMI =
      new Named(
          "whoami",
          new Keys(
              joined(
                  List.of(
                      needed("method", new Choice(List.of("GET", "POST", "HEAD")), "its method")),
                  CALL,
                  List.of(
                      may("account", JSON_PATHS, "where the answer names the account; first found"),
                      may("accountName", JSON_PATH, "where it says the account's name"),
                      may(
                          "proves",
                          new ListOf(new Whole(200, 499), 5),
                          "statuses that prove the credentials, beside 200 to 299"),
                      may(
                          "success",
                          new Keys(
                              List.of(
                                  needed("json", JSON_PATH, "a field of the answer"),
                                  needed(
                                      "equals", NAME, "its value where the credentials are good"))),
                          "how a 2xx tells good credentials from bad ones"),
                      HOW_SURE,
                      RECALLED,
                      NOTES)),
              List.of("path", "url")));

  private static final Shape REVOCATION =
      new Named(
          "revocation",
          new Keys(
              joined(
                  List.of(
                      needed("method", new Choice(List.of("POST", "DELETE", "GET")), "its method")),
                  CALL,
                  List.of(
                      may(
                          "client",
                          new Choice(List.of("basic", "post", "none")),
                          "how the client proves itself; none"),
                      may("bearer", new YesNo(), "whether the access token authorizes it; false"))),
              List.of("path", "url")));

  private static final Shape ANSWER =
      new Named(
          "answer",
          new Keys(
              List.of(
                  may("accessToken", JSON_PATH, "the token; access_token"),
                  may("refreshToken", JSON_PATH, "what renews it; refresh_token"),
                  may("expiresIn", JSON_PATH, "its end, as expiry says; the key of that name"),
                  may("scope", JSON_PATH, "the scopes granted; scope"),
                  may("error", JSON_PATH, "an error's code, where it is not at error"),
                  may("apiBase", JSON_PATH, "the base URL of this account's API"),
                  may(
                      "apiBaseWithin",
                      new ListOf(new Words("[a-z0-9.-]+", 100, "a domain"), 10),
                      "domains that the base URL's host must belong to"))));

  static final Shape AUTHS = new ListOf(new Named("auth", auth()), 10);

  // A configuration's URLs may be http on loopback, where egress allows that; what else they must
  // be
  // the egress guard says.
  private static final Words CONFIG_URL = new Words("https?://[^\\s]+", 300, "a URL");

  /// What an integration's configuration says of a generic OAuth provider: the keys of the HTTP
  /// contract.
  static final Keys OAUTH_CONFIG =
      new Keys(
          List.of(
              may("authorizationUrl", CONFIG_URL, "where the user consents"),
              may("tokenUrl", CONFIG_URL, "where tokens come from"),
              may("revocationUrl", CONFIG_URL, "where tokens are given back (RFC 7009)"),
              may("scopeSeparator", new Words("[ ,]", 1, "a blank or a comma"), "between scopes"),
              may("pkce", new YesNo(), "RFC 7636 with S256; true"),
              may("clientAuth", new Choice(List.of("basic", "post", "none")), "as in a manifest"),
              may(
                  "authorizationParameters",
                  new MapOf(NAME, NAME, 10),
                  "further ones of the consent page"),
              may("tokenParameters", new MapOf(NAME, NAME, 10), "further ones of the token call"),
              may("account", JSON_PATHS, "where the token's answer names the account"),
              may(
                  "accessTokenSeconds",
                  new Whole(1, 31_536_000),
                  "where the answer does not say")));

  static final Keys MANIFEST =
      new Keys(
          List.of(
              needed("id", KEBAB, "the provider's id: its folder's name"),
              needed("name", WebhookShape.localText(80), "what people call it"),
              needed("description", WebhookShape.localText(500), "what it does, in a sentence"),
              needed("category", CATEGORY, "where a catalogue lists it"),
              needed(
                  "availability",
                  new Choice(List.of("live", "beta", "coming_soon")),
                  "how far it can be relied on"),
              may(
                  "links",
                  new Keys(
                      List.of(
                          may("website", URL, "the provider's site"),
                          may("docs", URL, "its API's documentation"),
                          may("webhookDocs", URL, "what it says on webhooks"),
                          may("dashboard", URL, "where credentials are found"),
                          may("status", URL, "its status page"),
                          may("support", URL, "whom to ask"))),
                  "where to read more"),
              may("markets", list(COUNTRY, 250), "countries that it serves; [\"*\"] for all"),
              may("currencies", list(CURRENCY, 180), "currencies that it handles"),
              may("dataResidency", list(NAME, 50), "where it keeps data"),
              may("modes", modes(), "its sandbox and its live side"),
              may(
                  "apiVersion",
                  new Keys(
                      List.of(
                          needed("value", NAME, "the pinned version"),
                          may("header", HEADER, "the header that asks for it"),
                          HOW_SURE,
                          RECALLED)),
                  "the version of its API that is spoken"),
              may(
                  "headers",
                  new MapOf(HEADER, NAME, 10),
                  "further headers that every call carries"),
              may("auth", AUTHS, "how a connection is authorized; first preferred"),
              may("whoami", WHOAMI, "the call that proves credentials"),
              may("rateLimits", rateLimits(), "how much it takes, and how it says no"),
              may("retry", retry(), "what may be tried again"),
              may("webhook", WebhookShape.WEBHOOK, "how its webhooks are checked and understood"),
              may(
                  "configurable",
                  new ListOf(new Choice(List.of("webhook", "oauth2", "auth")), 3),
                  "sections that an integration's config brings instead: a generic provider"),
              may("code", new ListOf(NAME, 10), "classes that do what data cannot say"),
              NOTES,
              may("sources", new ListOf(TEXT, 20), "where the facts were read")));

  private ManifestShape() {}

  /// The JSON Schema 2020-12 of a manifest.
  static Node schema() {
    var definitions = new LinkedHashMap<String, Node>();
    var root = MANIFEST.schema(definitions);
    var all = new LinkedHashMap<String, Node>();
    all.put("$schema", new Node.Text("https://json-schema.org/draft/2020-12/schema"));
    all.put("title", new Node.Text("Manifest of a provider"));
    all.putAll(root.nodes());
    all.put("$defs", new Node.Fields(definitions));
    return new Node.Fields(all);
  }

  private static Keys list(Words item, int most) {
    return new Keys(
        List.of(needed("values", new ListOf(item, most), "the list"), HOW_SURE, RECALLED, NOTES));
  }

  private static Keys modes() {
    var mode =
        new Named(
            "mode",
            new Keys(
                List.of(
                    may(
                        "baseUrls",
                        new MapOf(FIELD_NAME, URL, 20),
                        "by purpose or region; api is the usual one"),
                    may("keyPrefixes", new ListOf(NAME, 20), "what its keys begin with"),
                    may("variables", new ListOf(FIELD, 5), "what the {placeholders} stand for"),
                    HOW_SURE,
                    RECALLED,
                    NOTES)));
    return new Keys(
        List.of(
            may("sandbox", mode, "for trying out; used by dev and staging"),
            may("live", mode, "the real one; used by prod")));
  }

  private static Keys rateLimits() {
    var limit =
        new Keys(
            List.of(
                needed("requests", new Whole(1, 10_000_000), "how many"),
                needed("perSeconds", new Whole(1, 2_678_400), "in how long"),
                may("mode", MODE, "in this mode only"),
                may("scope", NAME, "what is counted together, as account or ip")));
    return new Keys(
        List.of(
            may("limits", new ListOf(limit, 20), "as published"),
            may("concurrent", new Whole(1, 10_000), "requests at a time"),
            may("status", new ListOf(new Whole(400, 599), 5), "the statuses that say no"),
            may("headers", new ListOf(HEADER, 10), "headers that say how much is left"),
            HOW_SURE,
            RECALLED,
            NOTES));
  }

  private static Keys retry() {
    return new Keys(
        List.of(
            may("status", new ListOf(new Whole(400, 599), 20), "statuses worth another try"),
            may(
                "idempotency",
                new Keys(
                    List.of(
                        may("header", HEADER, "the header of the key"),
                        may("body", NAME, "the field of the key"),
                        may("query", NAME, "the parameter of the key"),
                        may("longest", new Whole(1, 1_000), "characters of the key"),
                        may("keptHours", new Whole(1, 8_760), "how long it is remembered")),
                    List.of("header", "body", "query")),
                "how a second try is told from a second call"),
            HOW_SURE,
            RECALLED,
            NOTES));
  }

  private static Shape auth() {
    var common =
        List.of(
            may("variant", NAME, "tells two of one mode apart"),
            may("fields", new ListOf(FIELD, 12), "what a connection's form asks for"),
            may("send", new ListOf(SENT, 6), "how a call carries it"),
            may("whoami", WHOAMI, "the call that proves it, where it is not the manifest's"),
            may("accountField", FIELD_NAME, "the field that names the account"),
            HOW_SURE,
            RECALLED,
            NOTES);
    var token =
        List.of(
            may("tokenUrl", URL, "where tokens come from; absent: from config"),
            may(
                "clientAuth",
                new Choice(List.of("basic", "post", "query", "private_key_jwt", "none")),
                "how the client proves itself; basic"),
            may("bodyFormat", new Choice(List.of("form", "json")), "of the token call; form"),
            may("scopes", new ListOf(NAME, 200), "scopes known"),
            may("scopeSeparator", new Words("[ ,]", 1, "a blank or a comma"), "between scopes"),
            may("tokenParameters", new MapOf(NAME, NAME, 10), "further ones of the token call"),
            may("accessTokenSeconds", new Whole(1, 31_536_000), "where the answer does not say"),
            may(
                "expiry",
                new Choice(List.of("expires_in", "expires_at", "issued_at", "absent")),
                "how the answer says when a token ends; expires_in"),
            may("tokenHeaders", new MapOf(HEADER, NAME, 5), "further headers of the token call"),
            may("answer", ANSWER, "where the token's answer says what; as RFC 6749"),
            may("account", JSON_PATHS, "where the token's answer names the account; first found"),
            may(
                "clientErrors",
                new ListOf(NAME, 10),
                "errors that mean the client, beside invalid_client"));
    var cases = new LinkedHashMap<String, Keys>();
    cases.put("api_key", new Keys(common));
    cases.put("basic", new Keys(common));
    cases.put("oauth2_client_credentials", new Keys(joined(common, token)));
    cases.put(
        "oauth2_authorization_code",
        new Keys(
            joined(
                common,
                token,
                List.of(
                    may("authorizationUrl", URL, "where the user consents; absent: from config"),
                    may("revocationUrl", URL, "where tokens are given back (RFC 7009)"),
                    may("revocation", REVOCATION, "how they are, where it is not by RFC 7009"),
                    may(
                        "sandbox",
                        new Keys(
                            List.of(
                                may("authorizationUrl", URL, "of the sandbox"),
                                may("tokenUrl", URL, "of the sandbox"),
                                may("revocationUrl", URL, "of the sandbox"))),
                        "URLs of the sandbox, where they differ"),
                    may(
                        "pkce",
                        new Choice(List.of("none", "optional", "required")),
                        "RFC 7636 with S256; optional"),
                    may(
                        "authorizationParameters",
                        new MapOf(NAME, NAME, 10),
                        "further ones of the consent page"),
                    may(
                        "accountParameter",
                        NAME,
                        "the redirect's parameter that names the account"),
                    may(
                        "scopeImplies",
                        new MapOf(NAME, new ListOf(NAME, 20), 100),
                        "scopes that go with a granted one, though the answer does not name them"),
                    may("errorsWithStatus200", new YesNo(), "whether errors come with status 200"),
                    may(
                        "refresh",
                        new Keys(
                            List.of(
                                may("rotates", new YesNo(), "whether each use gives a new token"),
                                may("seconds", new Whole(1, 2_000_000_000), "its life"),
                                may("graceSeconds", new Whole(0, 86_400), "the old one's, after"),
                                may(
                                    "finalErrors",
                                    new ListOf(NAME, 10),
                                    "errors that are final, beside invalid_grant"))),
                        "how its refresh tokens behave; absent: none")))));
    cases.put(
        "app_jwt",
        new Keys(
            joined(
                common,
                List.of(
                    needed("algorithm", new Choice(List.of("RS256", "ES256")), "of the JWT"),
                    needed("seconds", new Whole(30, 3_600), "the JWT's life"),
                    needed(
                        "exchange", new Words("/\\S*", 300, "a path"), "POST that gives a token"),
                    may("installUrl", URL, "where the app is installed"),
                    may("accessTokenSeconds", new Whole(1, 31_536_000), "the token's life"),
                    may("issuer", NAME, "who signs, as {appId}; that field"),
                    may("answer", ANSWER, "where the answer says what; token and expires_at"),
                    may(
                        "expiry",
                        new Choice(List.of("expires_in", "expires_at", "absent")),
                        "how the answer says when the token ends; expires_at")))));
    cases.put(
        "jwt_bearer",
        new Keys(
            joined(
                common,
                token,
                List.of(
                    needed("algorithm", new Choice(List.of("RS256", "ES256")), "of the JWT"),
                    may("seconds", new Whole(30, 3_600), "the JWT's life; 3600"),
                    needed("issuer", NAME, "who signs, as {clientEmail}"),
                    may("subject", NAME, "for whom, as {subject}; left out where that field is"),
                    may("audience", NAME, "for what; the token URL"),
                    may("keyId", NAME, "which key signs, as {privateKeyId}"),
                    may("scopeClaim", new YesNo(), "whether the JWT names the scopes; true")))));
    cases.put(
        "two_step",
        new Keys(
            joined(
                common,
                List.of(
                    needed(
                        "login",
                        new Named(
                            "login",
                            new Keys(
                                joined(
                                    List.of(
                                        needed(
                                            "method", new Choice(List.of("POST")), "its method")),
                                    CALL),
                                List.of("path", "url"))),
                        "the call that gives a token"),
                    may("answer", ANSWER, "where its answer says what"),
                    may("account", JSON_PATHS, "where its answer names the account; first found"),
                    may(
                        "expiry",
                        new Choice(List.of("expires_in", "expires_at", "absent")),
                        "how the answer says when the token ends; expires_in"),
                    may("accessTokenSeconds", new Whole(1, 31_536_000), "the token's life")))));
    cases.put("custom", new Keys(common));
    cases.put(
        "aws_sigv4",
        new Keys(
            joined(
                common,
                List.of(
                    needed("service", new Words("[a-z0-9-]+", 50, "a service"), "whose API it is"),
                    may("region", NAME, "as {region}; that field")))));
    cases.put("mtls", new Keys(common));
    return new Cases("mode", "how it is authorized", "", cases);
  }

  @SafeVarargs
  private static List<Member> joined(List<Member>... lists) {
    var all = new ArrayList<Member>();
    for (var list : lists) {
      all.addAll(list);
    }
    return List.copyOf(all);
  }
}
