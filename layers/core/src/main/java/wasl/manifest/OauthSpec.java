package wasl.manifest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import wasl.manifest.Manifest.Mode;
import wasl.manifest.Node.Fields;
import wasl.signing.JsonPath;

/// How tokens are got from a provider: what an auth mode's facts, or a configuration's, say in
/// types.
///
/// @param authorizationUrl where the user consents; empty where nobody does
/// @param tokenUrl empty where the configuration has to say it and does not
/// @param scopeImplies scopes that go with a granted one, though the answer does not name them
/// @param authorizationParameters further ones of the consent page
/// @param tokenParameters further ones of the token call
/// @param accountParameter the redirect's parameter that names the account
/// @param clientErrors that mean the client, beside `invalid_client`, in lower case
/// @param accessTokenLife where the answer does not say
/// @param account where the token's answer names the account; the first found counts
public record OauthSpec(
    Optional<String> authorizationUrl,
    Optional<String> tokenUrl,
    Optional<Revocation> revocation,
    ClientAuth clientAuth,
    BodyFormat bodyFormat,
    Pkce pkce,
    String scopeSeparator,
    Map<String, List<String>> scopeImplies,
    Map<String, String> authorizationParameters,
    Map<String, String> tokenParameters,
    Map<String, String> tokenHeaders,
    Optional<String> accountParameter,
    List<String> clientErrors,
    Expiry expiry,
    Optional<Duration> accessTokenLife,
    Answer answer,
    List<JsonPath> account,
    Optional<Refresh> refresh) {
  public OauthSpec {
    scopeImplies = Map.copyOf(scopeImplies);
    authorizationParameters = ordered(authorizationParameters);
    tokenParameters = ordered(tokenParameters);
    tokenHeaders = ordered(tokenHeaders);
    clientErrors = List.copyOf(clientErrors);
    account = List.copyOf(account);
  }

  /// How a client proves itself at the token endpoint (RFC 6749, section 2.3; OpenID Connect Core,
  /// section 9).
  public enum ClientAuth {
    BASIC,
    POST,
    QUERY,
    PRIVATE_KEY_JWT,
    NONE
  }

  public enum BodyFormat {
    FORM,
    JSON
  }

  /// RFC 7636 with S256.
  public enum Pkce {
    NONE,
    OPTIONAL,
    REQUIRED
  }

  /// How an answer says when a token ends.
  public enum Expiry {
    /// Seconds from now.
    EXPIRES_IN,
    /// A time: seconds since 1970, or RFC 3339.
    EXPIRES_AT,
    /// The time it was issued at, in milliseconds; its life is the manifest's.
    ISSUED_AT,
    ABSENT
  }

  /// Where an answer says what.
  ///
  /// @param error a code, where it is not at `error`
  /// @param apiBaseWithin domains that the base URL's host must belong to
  public record Answer(
      JsonPath accessToken,
      JsonPath refreshToken,
      JsonPath expiry,
      JsonPath scope,
      Optional<JsonPath> error,
      Optional<JsonPath> apiBase,
      List<String> apiBaseWithin) {
    public Answer {
      apiBaseWithin = List.copyOf(apiBaseWithin);
    }
  }

  /// How refresh tokens behave.
  ///
  /// @param life how long one that is not used lives; empty: for good
  /// @param finalErrors that are final, beside `invalid_grant`, in lower case
  public record Refresh(boolean rotates, Optional<Duration> life, List<String> finalErrors) {
    public Refresh {
      finalErrors = List.copyOf(finalErrors);
    }
  }

  /// How tokens are given back.
  public sealed interface Revocation {
    /// RFC 7009.
    record Standard(String url) implements Revocation {}

    /// In the provider's own way; the call's facts are those of the manifest's `revocation`.
    record Own(Fields facts) implements Revocation {}
  }

  /// What an auth mode says on one side of its provider.
  public static OauthSpec of(Fields facts, Mode mode) {
    var sandbox = mode == Mode.SANDBOX ? facts.fields("sandbox") : new Fields(Map.of());
    return new OauthSpec(
        url("authorizationUrl", sandbox, facts),
        url("tokenUrl", sandbox, facts),
        facts.has("revocation")
            ? Optional.of(new Revocation.Own(facts.fields("revocation")))
            : url("revocationUrl", sandbox, facts).map(Revocation.Standard::new),
        clientAuth(facts.text("clientAuth", "basic")),
        facts.text("bodyFormat", "form").equals("json") ? BodyFormat.JSON : BodyFormat.FORM,
        pkce(facts),
        facts.text("scopeSeparator", " "),
        lists(facts.fields("scopeImplies")),
        texts(facts.fields("authorizationParameters")),
        texts(facts.fields("tokenParameters")),
        texts(facts.fields("tokenHeaders")),
        facts.text("accountParameter"),
        lowerCase(facts.texts("clientErrors")),
        expiry(facts),
        seconds(facts, "accessTokenSeconds"),
        answer(facts),
        paths(facts, "account"),
        facts.has("refresh") ? Optional.of(refresh(facts.fields("refresh"))) : Optional.empty());
  }

  private static Optional<String> url(String name, Fields sandbox, Fields facts) {
    return sandbox.text(name).or(() -> facts.text(name));
  }

  private static ClientAuth clientAuth(String text) {
    return switch (text) {
      case "post" -> ClientAuth.POST;
      case "query" -> ClientAuth.QUERY;
      case "private_key_jwt" -> ClientAuth.PRIVATE_KEY_JWT;
      case "none" -> ClientAuth.NONE;
      default -> ClientAuth.BASIC;
    };
  }

  // A configuration says true or false, a manifest one of three words.
  private static Pkce pkce(Fields facts) {
    if (!facts.flag("pkce", true)) {
      return Pkce.NONE;
    }
    return switch (facts.text("pkce", "optional")) {
      case "none" -> Pkce.NONE;
      case "required" -> Pkce.REQUIRED;
      default -> Pkce.OPTIONAL;
    };
  }

  private static Expiry expiry(Fields facts) {
    return switch (facts.text("expiry", isOfApp(facts) ? "expires_at" : "expires_in")) {
      case "expires_at" -> Expiry.EXPIRES_AT;
      case "issued_at" -> Expiry.ISSUED_AT;
      case "absent" -> Expiry.ABSENT;
      default -> Expiry.EXPIRES_IN;
    };
  }

  private static Answer answer(Fields facts) {
    var answer = facts.fields("answer");
    return new Answer(
        path(answer, "accessToken", isOfApp(facts) ? "token" : "access_token"),
        path(answer, "refreshToken", "refresh_token"),
        path(answer, "expiresIn", expiryKey(facts)),
        path(answer, "scope", "scope"),
        answer.text("error").map(JsonPath::of),
        answer.text("apiBase").map(JsonPath::of),
        answer.texts("apiBaseWithin"));
  }

  // Installation tokens are answered in words of their own.
  private static boolean isOfApp(Fields facts) {
    return facts.text("mode", "").equals("app_jwt");
  }

  private static String expiryKey(Fields facts) {
    return switch (expiry(facts)) {
      case EXPIRES_AT -> "expires_at";
      case ISSUED_AT -> "issued_at";
      case EXPIRES_IN, ABSENT -> "expires_in";
    };
  }

  private static Refresh refresh(Fields facts) {
    return new Refresh(
        facts.flag("rotates", false),
        seconds(facts, "seconds"),
        lowerCase(facts.texts("finalErrors")));
  }

  static Optional<Duration> seconds(Fields facts, String key) {
    int seconds = facts.number(key, 0);
    return seconds > 0 ? Optional.of(Duration.ofSeconds(seconds)) : Optional.empty();
  }

  private static JsonPath path(Fields facts, String key, String otherwise) {
    return JsonPath.of(facts.text(key, otherwise));
  }

  static List<JsonPath> paths(Fields facts, String key) {
    var paths = new ArrayList<JsonPath>();
    facts.texts(key).forEach(text -> paths.add(JsonPath.of(text)));
    return paths;
  }

  private static Map<String, String> texts(Fields facts) {
    var texts = new LinkedHashMap<String, String>();
    for (var key : facts.nodes().keySet()) {
      facts.text(key).ifPresent(text -> texts.put(key, text));
    }
    return texts;
  }

  private static Map<String, List<String>> lists(Fields facts) {
    var lists = new LinkedHashMap<String, List<String>>();
    facts.nodes().keySet().forEach(key -> lists.put(key, facts.texts(key)));
    return lists;
  }

  // As codes of errors are compared.
  private static List<String> lowerCase(List<String> texts) {
    return texts.stream().map(text -> text.toLowerCase(Locale.ROOT)).toList();
  }

  private static Map<String, String> ordered(Map<String, String> texts) {
    return java.util.Collections.unmodifiableMap(new LinkedHashMap<>(texts));
  }
}
