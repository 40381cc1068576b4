package wasl.local.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wasl.local.simulator.AuthMode.Expiry;
import wasl.signing.JsonPath;
import wasl.web.Response;

/// Says tokens as the manifest says that the provider says them.
final class TokenAnswer {
  private final AuthMode mode;
  private final Tokens tokens;
  private final boolean omitsExpiry;
  private final JsonTree json = new JsonTree();

  private TokenAnswer(AuthMode mode, Tokens tokens, boolean omitsExpiry) {
    this.mode = mode;
    this.tokens = tokens;
    this.omitsExpiry = omitsExpiry;
  }

  static Response of(AuthMode mode, Tokens tokens, Behavior behavior, Call call) {
    JsonNode json = new TokenAnswer(mode, tokens, behavior.omitsExpiresIn()).json();
    if (FormAnswers.isWanted(mode.part(), call) && !mode.isAppJwt()) {
      return FormAnswers.of(scalars(json));
    }
    return Json.response(mode.isAppJwt() ? 201 : 200, json);
  }

  private JsonNode json() {
    if (mode.errorsWithStatus200()) {
      mode.verdict().ifPresent(verdict -> json.put(verdict.path(), verdict.good()));
    }
    for (JsonPath path : accessTokenPaths()) {
      json.put(path, tokens.access());
    }
    json.put("token_type", "bearer");
    tokens.refresh().ifPresent(token -> json.put(path("refreshToken", "refresh_token"), token));
    if (!tokens.grant().scopes().isEmpty()) {
      json.put(path("scope", "scope"), mode.joined(tokens.grant().scopes()));
    }
    if (!omitsExpiry) {
      tokens.life().ifPresent(this::expiry);
    }
    mode.account().ifPresent(path -> json.put(path, tokens.grant().account()));
    return json.root();
  }

  private List<JsonPath> accessTokenPaths() {
    Optional<JsonPath> named = mode.answer("accessToken");
    if (named.isPresent()) {
      return List.of(named.get());
    }
    JsonPath usual = JsonPath.of("access_token");
    // GitHub's name for an installation's token, and OAuth's.
    return mode.isAppJwt() ? List.of(JsonPath.of("token"), usual) : List.of(usual);
  }

  private void expiry(Duration life) {
    // A login answers with what the manifest names, and with nothing by OAuth's names.
    if (mode.isTwoStep()) {
      mode.answer("expiresIn").ifPresent(path -> expiresIn(path, life));
      mode.answer("expiresAt").ifPresent(path -> expiresAt(path, life));
      return;
    }
    boolean both = mode.isAppJwt() && !mode.facts().has("expiry");
    Expiry expiry = mode.expiry();
    if (expiry == Expiry.EXPIRES_IN) {
      expiresIn(path("expiresIn", "expires_in"), life);
    }
    if (expiry == Expiry.EXPIRES_AT || both) {
      expiresAt(path("expiresAt", "expires_at"), life);
    }
    if (expiry == Expiry.ISSUED_AT) {
      // Salesforce's way: milliseconds as text.
      json.put("issued_at", Long.toString(tokens.at().toEpochMilli()));
    }
  }

  private void expiresIn(JsonPath path, Duration life) {
    json.put(path, life.toSeconds());
  }

  private void expiresAt(JsonPath path, Duration life) {
    json.put(path, tokens.at().plus(life).toString());
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
