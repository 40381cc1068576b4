package wasl.local.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import wasl.signing.JsonPath;
import wasl.web.Response;

/// Says tokens as the manifest says that the provider says them.
final class TokenAnswer {
  private final AuthMode mode;
  private final Tokens tokens;
  private final boolean omitsExpiry;
  private final Instant dated;
  private final JsonTree json = new JsonTree();

  private TokenAnswer(AuthMode mode, Tokens tokens, boolean omitsExpiry, Instant dated) {
    this.mode = mode;
    this.tokens = tokens;
    this.omitsExpiry = omitsExpiry;
    this.dated = dated;
  }

  static Response of(AuthMode mode, Tokens tokens, Behavior behavior, Call call) {
    JsonNode json = new TokenAnswer(mode, tokens, behavior.omitsExpiresIn(), call.dated()).json();
    if (FormAnswers.isWanted(mode.part(), call) && !mode.isAppJwt()) {
      return FormAnswers.of(scalars(json));
    }
    return Json.response(mode.isAppJwt() ? 201 : 200, json);
  }

  private JsonNode json() {
    if (mode.errorsWithStatus200()) {
      mode.verdict().ifPresent(verdict -> json.put(verdict.path(), verdict.good()));
    }
    json.put(path("accessToken", mode.isAppJwt() ? "token" : "access_token"), tokens.access());
    json.put("token_type", "bearer");
    tokens.refresh().ifPresent(token -> json.put(path("refreshToken", "refresh_token"), token));
    if (!tokens.grant().scopes().isEmpty()) {
      json.put(path("scope", "scope"), mode.joined(tokens.grant().scopes()));
    }
    if (!omitsExpiry) {
      tokens.life().ifPresent(this::expiry);
    }
    mode.answer("apiBase").ifPresent(path -> json.put(path, apiBase()));
    mode.account().ifPresent(path -> json.put(path, tokens.grant().account()));
    return json.root();
  }

  private void expiry(Duration life) {
    switch (mode.expiry()) {
      case EXPIRES_IN -> json.put(path("expiresIn", "expires_in"), life.toSeconds());
      case EXPIRES_AT -> json.put(path("expiresIn", "expires_at"), dated.plus(life).toString());
      // Salesforce's way: milliseconds as text.
      case ISSUED_AT ->
          json.put(path("expiresIn", "issued_at"), Long.toString(dated.toEpochMilli()));
      case ABSENT -> {
        // The account's owner has to know.
      }
    }
  }

  /// A host of the account's own.
  private String apiBase() {
    String account = tokens.grant().account().toLowerCase(Locale.ROOT);
    String label = account.replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    String domain = mode.apiDomains().stream().findFirst().orElse("example.com");
    return "https://" + (label.isEmpty() ? "account" : label) + "." + domain;
  }

  private JsonPath path(String part, String usual) {
    return mode.answer(part).orElseGet(() -> JsonPath.of(usual));
  }

  private static Map<String, String> scalars(JsonNode json) {
    Map<String, String> fields = new LinkedHashMap<>();
    json.properties()
        .forEach(field -> {
          if (field.getValue().isValueNode()) {
            fields.put(field.getKey(), field.getValue().asText());
          }
        });
    return fields;
  }
}
