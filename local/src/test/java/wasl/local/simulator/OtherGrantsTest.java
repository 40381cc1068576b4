package wasl.local.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wasl.local.simulator.PlainClient.Answer;

class OtherGrantsTest {
  private static final String SEND =
      "\"send\": [{\"header\": \"Authorization\", \"format\": \"Bearer {accessToken}\"}]";

  @Test
  void a_client_gets_tokens_on_its_own_word_and_none_to_refresh() throws Exception {
    try (var acme =
        Scenario.acmeWith(
            """
            {"mode": "oauth2_client_credentials", "tokenUrl": "https://id.acme.example/token",
             "account": "account", "accessTokenSeconds": 60, %s}
            """
                .formatted(SEND))) {
      Answer tokens = acme.token(Map.of("grant_type", "client_credentials", "scope", "read write"));
      assertThat(tokens.status()).isEqualTo(200);
      assertThat(tokens.json().has("refresh_token")).isFalse();
      assertThat(tokens.text("/scope")).isEqualTo("read write");

      String token = tokens.text("/access_token");
      assertThat(acme.whoami(token).text("/user/id")).isEqualTo(tokens.text("/account"));
      acme.move(Duration.ofSeconds(60));
      assertThat(acme.whoami(token).status()).isEqualTo(401);

      assertThat(
              acme.http
                  .post(
                      Scenario.ID + "/token",
                      Map.of("grant_type", "client_credentials"),
                      "authorization",
                      PlainClient.basic(Scenario.CLIENT, "invalid"))
                  .text("/error"))
          .isEqualTo("invalid_client");
    }
  }

  @Test
  void a_grant_type_of_the_provider_s_own_takes_the_usual_one_s_place() throws Exception {
    try (var acme =
        Scenario.acmeWith(
            """
            {"mode": "oauth2_client_credentials", "tokenUrl": "https://id.acme.example/token",
             "tokenParameters": {"grant_type": "account_credentials", "account_id": "{accountId}"}}
            """)) {
      assertThat(
              acme.token(Map.of("grant_type", "account_credentials", "account_id", "a1")).status())
          .isEqualTo(200);
      assertThat(acme.token(Map.of("grant_type", "account_credentials")).text("/error"))
          .isEqualTo("invalid_request");
      assertThat(acme.token(Map.of("grant_type", "client_credentials")).text("/error"))
          .isEqualTo("unsupported_grant_type");
    }
  }

  @Test
  void an_assertion_brings_a_token() throws Exception {
    try (var acme = jwtBearer()) {
      Answer tokens = assertion(acme, jwt("RS256", "service@acme", "acme", acme, 0, 3600));

      assertThat(tokens.status()).isEqualTo(200);
      assertThat(acme.whoami(tokens.text("/access_token")).text("/user/id"))
          .isEqualTo("service@acme");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HS256, service@acme, acme, 0, 3600",
    "RS256, '', acme, 0, 3600",
    "RS256, invalid@acme, acme, 0, 3600",
    "RS256, service@acme, another, 0, 3600",
    "RS256, service@acme, '', 0, 3600",
    "RS256, service@acme, acme, 301, 3600",
    "RS256, service@acme, acme, -3600, -301",
    "RS256, service@acme, acme, 0, 3901"
  })
  void an_assertion_of_another_form_is_refused(
      String algorithm, String issuer, String audience, int issued, int ends) throws Exception {
    try (var acme = jwtBearer()) {
      Answer answer = assertion(acme, jwt(algorithm, issuer, audience, acme, issued, ends));

      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.text("/error")).isEqualTo("invalid_grant");
    }
  }

  @Test
  void an_assertion_is_for_the_token_url_where_the_manifest_names_no_audience() throws Exception {
    try (var acme =
        Scenario.acmeWith(
            """
            {"mode": "jwt_bearer", "tokenUrl": "https://id.acme.example/token",
             "algorithm": "ES256", "seconds": 60}
            """)) {
      Instant now = acme.clock.instant();
      String claims =
          "{\"iss\": \"i\", \"aud\": \"%s\", \"iat\": %d, \"exp\": %d, \"scope\": \"read\"}";
      String right =
          Scenario.jwt(
              "{\"alg\": \"ES256\"}",
              claims.formatted(
                  Scenario.ID + "/token", now.getEpochSecond(), now.getEpochSecond() + 60));
      String wrong =
          Scenario.jwt(
              "{\"alg\": \"ES256\"}",
              claims.formatted("acme", now.getEpochSecond(), now.getEpochSecond() + 60));

      assertThat(assertion(acme, right).text("/scope")).isEqualTo("read");
      assertThat(assertion(acme, wrong).text("/error")).isEqualTo("invalid_grant");
    }
  }

  @Test
  void what_is_no_signed_jwt_is_no_assertion() throws Exception {
    try (var acme = jwtBearer()) {
      String unsigned = jwt("RS256", "i", "acme", acme, 0, 60).replaceFirst("[^.]+$", "");

      assertThat(assertion(acme, unsigned).text("/error")).isEqualTo("invalid_grant");
      assertThat(assertion(acme, "a.b.c").text("/error")).isEqualTo("invalid_grant");
      assertThat(assertion(acme, "nothing").text("/error")).isEqualTo("invalid_grant");
    }
  }

  private static Scenario jwtBearer() throws Exception {
    return Scenario.acmeWith(
        """
        {"mode": "jwt_bearer", "tokenUrl": "https://id.acme.example/token", "algorithm": "RS256",
         "audience": "acme", %s}
        """
            .formatted(SEND));
  }

  private static Answer assertion(Scenario acme, String jwt) throws Exception {
    return acme.http.post(
        Scenario.ID + "/token",
        Map.of("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion", jwt));
  }

  // Both times in seconds from now.
  private static String jwt(
      String algorithm, String issuer, String audience, Scenario acme, int issued, int ends) {
    Instant now = acme.clock.instant();
    return Scenario.jwt(
        "{\"alg\": \"%s\"}".formatted(algorithm),
        "{\"iss\": \"%s\", \"aud\": \"%s\", \"iat\": %d, \"exp\": %d}"
            .formatted(
                issuer, audience, now.getEpochSecond() + issued, now.getEpochSecond() + ends));
  }

  @Test
  void an_app_exchanges_its_jwt_for_an_installation_s_token() throws Exception {
    try (var acme = appJwt("")) {
      Answer answer = exchange(acme, "42", jwt("RS256", "app-1", "", acme, -60, 540));

      assertThat(answer.status()).isEqualTo(201);
      assertThat(answer.text("/token")).startsWith("simat_");
      assertThat(Instant.parse(answer.text("/expires_at")))
          .isBetween(
              acme.clock.instant().plusSeconds(3600), acme.clock.instant().plusSeconds(3700));
      assertThat(acme.whoami(answer.text("/token")).text("/user/id")).isEqualTo("42");
    }
  }

  @Test
  void an_app_s_token_stands_where_the_manifest_says() throws Exception {
    try (var acme =
        appJwt(", \"answer\": {\"accessToken\": \"a.b\"}, \"expiry\": \"expires_in\"")) {
      Answer answer = exchange(acme, "42", jwt("RS256", "app-1", "", acme, 0, 600));

      assertThat(answer.text("/a/b")).startsWith("simat_");
      assertThat(answer.json().has("token")).isFalse();
      assertThat(answer.json().has("expires_at")).isFalse();
      assertThat(answer.text("/expires_in")).isEqualTo("3600");
    }
  }

  @Test
  void a_jwt_of_another_form_is_exchanged_for_nothing() throws Exception {
    try (var acme = appJwt("")) {
      assertThat(exchange(acme, "42", jwt("ES256", "app-1", "", acme, 0, 600)).status())
          .isEqualTo(401);
      assertThat(exchange(acme, "42", jwt("RS256", "app-1", "", acme, 0, 901)).status())
          .isEqualTo(401);
      assertThat(exchange(acme, "42", jwt("RS256", "invalid", "", acme, 0, 600)).status())
          .isEqualTo(401);
      assertThat(exchange(acme, "42", "nothing").status()).isEqualTo(401);
      assertThat(exchange(acme, "invalid", jwt("RS256", "app-1", "", acme, 0, 600)).status())
          .isEqualTo(404);
    }
  }

  private static Scenario appJwt(String more) throws Exception {
    return Scenario.acmeWith(
        """
        {"mode": "app_jwt", "algorithm": "RS256", "seconds": 600, "accessTokenSeconds": 3600,
         "exchange": "/installations/{installationId}/tokens", %s%s}
        """
            .formatted(SEND, more));
  }

  private static Answer exchange(Scenario acme, String installation, String jwt) throws Exception {
    return acme.http.send(
        "POST",
        Scenario.API + "/installations/" + installation + "/tokens",
        "",
        "authorization",
        "Bearer " + jwt);
  }

  @Test
  void a_login_brings_a_token_where_the_manifest_says() throws Exception {
    try (var acme =
        Scenario.acmeWith(
            """
            {"mode": "two_step", "fields": [{"name": "apiKey"}], "accessTokenSeconds": 3600,
             "login": {"method": "POST", "path": "/auth/tokens", "bodyFormat": "json",
                       "body": {"api_key": "{apiKey}", "kind": "server"}},
             "answer": {"accessToken": "data.token", "expiresIn": "data.seconds"},
             "account": "profile.id", %s}
            """
                .formatted(SEND))) {
      String url = Scenario.API + "/auth/tokens";
      Answer answer = acme.http.postJson(url, Map.of("api_key", "k1", "kind", "server"));

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text("/data/seconds")).isEqualTo("3600");
      String token = answer.text("/data/token");
      assertThat(acme.whoami(token).text("/user/id")).isEqualTo(answer.text("/profile/id"));
      acme.move(Duration.ofHours(1));
      assertThat(acme.whoami(token).status()).isEqualTo(401);

      assertThat(acme.http.postJson(url, Map.of("api_key", "invalid", "kind", "server")).status())
          .isEqualTo(401);
      assertThat(acme.http.postJson(url, Map.of("api_key", "k1")).status()).isEqualTo(400);
      assertThat(acme.http.post(url, Map.of("api_key", "k1", "kind", "server")).status())
          .isEqualTo(400);
    }
  }
}
