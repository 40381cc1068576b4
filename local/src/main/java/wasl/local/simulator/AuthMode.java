package wasl.local.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import wasl.signing.JsonPath;

/// One way in which a provider lets somebody in, as its manifest describes it.
///
/// @param key tells the modes of one provider apart, and stays the same while the manifest grows
/// @param facts all keys of the mode
/// @param whoami the call that proves credentials of this mode; without keys where there is none
record AuthMode(Part part, String key, Facts facts, Facts whoami) {
  /// What stands for a token in a manifest's formats.
  static final String ACCESS_TOKEN = "accessToken";

  static final String CODE = "authorization_code";
  static final String REFRESH = "refresh_token";
  static final String CLIENT = "client_credentials";
  static final String JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

  private static final Set<String> WITH_TOKENS =
      Set.of(
          "oauth2_authorization_code",
          "oauth2_client_credentials",
          "jwt_bearer",
          "app_jwt",
          "two_step");

  /// How a client proves itself at the token endpoint.
  enum ClientAuth {
    BASIC,
    POST,
    QUERY,
    PRIVATE_KEY_JWT,
    NONE,
    /// However it likes: of this provider nothing is known.
    ANY
  }

  /// What the provider does with a proof key (RFC 7636).
  enum Pkce {
    NONE,
    OPTIONAL,
    REQUIRED
  }

  /// How an answer says when a token ends.
  enum Expiry {
    EXPIRES_IN,
    EXPIRES_AT,
    ISSUED_AT,
    ABSENT
  }

  /// Where the verdict of an answer with status 200 stands.
  ///
  /// @param good what stands there when all is well
  record Verdict(JsonPath path, JsonNode good) {}

  String mode() {
    return facts.text("mode", "");
  }

  boolean isAppJwt() {
    return mode().equals("app_jwt");
  }

  /// Whether a call of this mode carries a token that somebody issued, not a key that its owner
  /// has.
  boolean hasTokens() {
    return WITH_TOKENS.contains(mode());
  }

  /// Whether what stands for a field of this name is its owner's secret.
  boolean isSecret(String field) {
    return field.equals(ACCESS_TOKEN)
        || facts.list("fields").stream()
            .anyMatch(each -> each.text("name", "").equals(field) && each.flag("secret", true));
  }

  /// The `grant_type` of its token call; empty where it makes none.
  Optional<String> grantType() {
    return switch (mode()) {
      case "oauth2_authorization_code" -> Optional.of(CODE);
      case "oauth2_client_credentials" ->
          Optional.of(tokenParameters().getOrDefault("grant_type", CLIENT));
      case "jwt_bearer" -> Optional.of(tokenParameters().getOrDefault("grant_type", JWT_BEARER));
      default -> Optional.empty();
    };
  }

  /// Whether its token call begins with a grant of this type, refreshing included.
  boolean takes(String grantType) {
    return grantType().filter(grantType::equals).isPresent()
        || (grantType.equals(REFRESH) && grantType().filter(CODE::equals).isPresent());
  }

  /// What stands under a key, and under the same of its sandbox.
  Set<String> everySide(String key) {
    Set<String> texts = new LinkedHashSet<>(facts.texts(key));
    texts.addAll(facts.at("sandbox").texts(key));
    return texts;
  }

  ClientAuth clientAuth() {
    return facts
        .text("clientAuth")
        .map(word -> ClientAuth.valueOf(word.toUpperCase(Locale.ROOT)))
        .orElse(ClientAuth.BASIC);
  }

  Pkce pkce() {
    return facts
        .text("pkce")
        .map(word -> Pkce.valueOf(word.toUpperCase(Locale.ROOT)))
        .orElse(Pkce.OPTIONAL);
  }

  Expiry expiry() {
    return facts
        .text("expiry")
        .map(word -> Expiry.valueOf(word.toUpperCase(Locale.ROOT)))
        .orElse(isAppJwt() ? Expiry.EXPIRES_AT : Expiry.EXPIRES_IN);
  }

  /// `form` or `json`, or another word for either.
  String bodyFormat() {
    return facts.text("bodyFormat", "form");
  }

  Map<String, String> authorizationParameters() {
    return facts.textMap("authorizationParameters");
  }

  Map<String, String> tokenParameters() {
    return facts.textMap("tokenParameters");
  }

  Optional<String> accountParameter() {
    return facts.text("accountParameter");
  }

  Optional<Duration> accessTokenLife() {
    return facts.number("accessTokenSeconds").map(Duration::ofSeconds);
  }

  boolean refreshes() {
    return facts.has("refresh");
  }

  boolean rotates() {
    return facts.at("refresh").flag("rotates", false);
  }

  Optional<Duration> refreshTokenLife() {
    return facts.at("refresh").number("seconds").map(Duration::ofSeconds);
  }

  /// How long a used refresh token still counts.
  Duration grace() {
    return Duration.ofSeconds(facts.at("refresh").number("graceSeconds").orElse(0L));
  }

  /// What the provider says in place of `invalid_grant` of a refresh token.
  Optional<String> finalError() {
    return facts.at("refresh").texts("finalErrors").stream().findFirst();
  }

  /// Where an error's code stands.
  JsonPath errorPath() {
    return answer("error").orElseGet(() -> JsonPath.of("error"));
  }

  boolean errorsWithStatus200() {
    return facts.flag("errorsWithStatus200", false);
  }

  /// Where the token's answer names the account.
  Optional<JsonPath> account() {
    return facts.path("account");
  }

  /// The headers that a token call needs besides.
  Map<String, String> tokenHeaders() {
    return facts.textMap("tokenHeaders");
  }

  /// The domains of which an account's API has a host of its own.
  List<String> apiDomains() {
    return facts.at("answer").texts("apiBaseWithin");
  }

  /// Where a part of the token's answer stands by the manifest's own word: `accessToken`,
  /// `expiresIn` (whatever way it says its end), …
  Optional<JsonPath> answer(String part) {
    return facts.at("answer").path(part);
  }

  /// Where an answer with status 200 says whether all is well; empty where the status says it.
  Optional<Verdict> verdict() {
    Facts success = whoami.at("success");
    return success
        .path("json")
        .map(path -> new Verdict(path, scalar(success.section().path("equals").asText())));
  }

  // A manifest says values as text.
  private static JsonNode scalar(String text) {
    return text.equals("true") || text.equals("false")
        ? JsonNodeFactory.instance.booleanNode(text.equals("true"))
        : JsonNodeFactory.instance.textNode(text);
  }

  /// The scopes in a text as this provider separates them.
  List<String> scopes(String text) {
    String separators = separator().equals(",") ? "," : isGeneric() ? "[ ,]" : " ";
    return List.of(text.split(separators, -1)).stream()
        .map(String::strip)
        .filter(scope -> !scope.isEmpty())
        .distinct()
        .toList();
  }

  String joined(List<String> scopes) {
    return String.join(separator(), scopes);
  }

  private String separator() {
    return facts.text("scopeSeparator", " ");
  }

  private boolean isGeneric() {
    return clientAuth() == ClientAuth.ANY;
  }
}
