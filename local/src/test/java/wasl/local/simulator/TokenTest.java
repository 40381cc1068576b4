package wasl.local.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static wasl.local.simulator.Scenario.redemption;
import static wasl.local.simulator.Scenario.request;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wasl.local.simulator.PlainClient.Answer;

class TokenTest {
  private static final String TOKEN = Scenario.ID + "/token";

  @Test
  void a_code_brings_tokens_scopes_their_end_and_the_account() throws Exception {
    try (var acme = Scenario.acme()) {
      Answer tokens = acme.tokens("acct_7");

      assertThat(tokens.status()).isEqualTo(200);
      assertThat(tokens.header("cache-control")).isEqualTo("no-store");
      assertThat(tokens.text("/access_token")).startsWith("simat_");
      assertThat(tokens.text("/refresh_token")).startsWith("simrt_");
      assertThat(tokens.text("/token_type")).isEqualTo("bearer");
      assertThat(tokens.json().path("expires_in").asInt()).isEqualTo(3600);
      assertThat(tokens.text("/scope")).isEqualTo("read write");
      assertThat(tokens.text("/account/id")).isEqualTo("acct_7");
    }
  }

  @Test
  void a_code_used_twice_is_refused_and_its_tokens_are_revoked() throws Exception {
    try (var acme = Scenario.acme()) {
      String code = acme.code();
      Answer tokens = acme.redeem(code);
      assertThat(acme.whoami(tokens.text("/access_token")).status()).isEqualTo(200);

      assertThat(acme.redeem(code).text("/error")).isEqualTo("invalid_grant");
      assertThat(acme.whoami(tokens.text("/access_token")).status()).isEqualTo(401);
      assertThat(acme.refresh(tokens.text("/refresh_token")).text("/error"))
          .isEqualTo("invalid_grant");
    }
  }

  @Test
  void a_code_lives_for_ten_minutes() throws Exception {
    try (var acme = Scenario.acme()) {
      String first = acme.code();
      acme.move(Duration.ofMinutes(10).minusMillis(1));
      assertThat(acme.redeem(first).status()).isEqualTo(200);

      String second = acme.code();
      acme.move(Duration.ofMinutes(10));
      assertThat(acme.redeem(second).text("/error")).isEqualTo("invalid_grant");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "redirect_uri, http://127.0.0.1:9/elsewhere, invalid_grant",
    "redirect_uri, '', invalid_grant",
    "code_verifier, another-verifier-of-at-least-forty-three-chars, invalid_grant",
    "code_verifier, '', invalid_grant",
    "code, simcode_nobodys, invalid_grant",
    "code, '', invalid_request",
    "grant_type, '', invalid_request",
    "grant_type, password, unsupported_grant_type"
  })
  void a_code_is_bound_to_what_was_asked(String parameter, String value, String error)
      throws Exception {
    try (var acme = Scenario.acme()) {
      Map<String, String> call = redemption(acme.code());
      call.put(parameter, value);
      Answer answer = acme.token(call);

      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.text("/error")).isEqualTo(error);
      assertThat(answer.json().has("access_token")).isFalse();
    }
  }

  @Test
  void a_code_is_bound_to_its_client() throws Exception {
    try (var acme = Scenario.acme()) {
      Answer answer =
          acme.http.post(
              TOKEN,
              redemption(acme.code()),
              "authorization",
              PlainClient.basic("client-2", Scenario.SECRET));

      assertThat(answer.text("/error")).isEqualTo("invalid_grant");
    }
  }

  @Test
  void a_verifier_without_a_challenge_is_refused() throws Exception {
    try (var acme = Scenario.acme()) {
      Map<String, String> request = request();
      request.remove("code_challenge");

      assertThat(acme.redeem(acme.code(request, "acct_1")).text("/error"))
          .isEqualTo("invalid_grant");
    }
  }

  @Test
  void a_provider_without_proof_keys_takes_no_notice_of_them() throws Exception {
    try (var acme = Scenario.acmeBut("{\"pkce\": \"none\"}")) {
      Map<String, String> call = redemption(acme.code());
      call.remove("code_verifier");

      assertThat(acme.token(call).status()).isEqualTo(200);
    }
  }

  @Test
  void a_parameter_that_stands_twice_is_refused() throws Exception {
    try (var acme = Scenario.acme()) {
      String form = PlainClient.form(redemption(acme.code())) + "&code=another";
      Answer answer =
          acme.http.send(
              "POST",
              TOKEN,
              form,
              "authorization",
              PlainClient.basic(Scenario.CLIENT, Scenario.SECRET),
              "content-type",
              "application/x-www-form-urlencoded");

      assertThat(answer.text("/error")).isEqualTo("invalid_request");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "basic, 200, 401, 401, 401",
    "post, 401, 200, 401, 401",
    "query, 401, 401, 200, 401",
    "none, 401, 401, 401, 200"
  })
  void a_client_proves_itself_in_the_manifest_s_way_and_in_no_other(
      String clientAuth, int basic, int post, int query, int none) throws Exception {
    try (var acme = Scenario.acmeBut("{\"clientAuth\": \"%s\"}".formatted(clientAuth))) {
      Map<String, String> id = Map.of("client_id", Scenario.CLIENT);
      Map<String, String> both =
          Map.of("client_id", Scenario.CLIENT, "client_secret", Scenario.SECRET);
      String header = PlainClient.basic(Scenario.CLIENT, Scenario.SECRET);

      assertThat(acme.http.post(TOKEN, redemption(acme.code()), "authorization", header).status())
          .as("basic")
          .isEqualTo(basic);
      assertThat(acme.http.post(TOKEN, joined(redemption(acme.code()), both)).status())
          .as("post")
          .isEqualTo(post);
      assertThat(
              acme.http
                  .post(TOKEN + "?" + PlainClient.form(both), redemption(acme.code()))
                  .status())
          .as("query")
          .isEqualTo(query);
      assertThat(acme.http.post(TOKEN, joined(redemption(acme.code()), id)).status())
          .as("none")
          .isEqualTo(none);
    }
  }

  @Test
  void a_client_with_a_key_proves_itself_by_a_jwt() throws Exception {
    try (var acme = Scenario.acmeBut("{\"clientAuth\": \"private_key_jwt\"}")) {
      Map<String, String> call = redemption(acme.code());
      assertThat(acme.http.post(TOKEN, call).text("/error")).isEqualTo("invalid_client");

      call.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
      call.put(
          "client_assertion",
          Scenario.jwt(
              "{\"alg\": \"RS256\"}",
              "{\"iss\": \"%1$s\", \"sub\": \"%1$s\"}".formatted(Scenario.CLIENT)));
      assertThat(acme.http.post(TOKEN, call).status()).isEqualTo(200);
    }
  }

  @Test
  void name_and_secret_are_form_encoded_within_basic() throws Exception {
    try (var acme = Scenario.acme()) {
      Map<String, String> request = request();
      request.put("client_id", "client+1:x");
      Answer answer =
          acme.http.post(
              TOKEN,
              redemption(acme.code(request, "acct_1")),
              "authorization",
              PlainClient.basic("client%2B1%3Ax", "s%25cret"));

      assertThat(answer.status()).isEqualTo(200);
    }
  }

  @Test
  void a_wrong_secret_is_refused() throws Exception {
    try (var acme = Scenario.acme()) {
      Answer answer =
          acme.http.post(
              TOKEN,
              redemption(acme.code()),
              "authorization",
              PlainClient.basic(Scenario.CLIENT, "invalid"));

      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.text("/error")).isEqualTo("invalid_client");
      assertThat(answer.header("www-authenticate")).startsWith("Basic");
    }
  }

  @Test
  void the_body_is_a_form_or_json_as_the_manifest_says() throws Exception {
    String[] client = {"authorization", PlainClient.basic(Scenario.CLIENT, Scenario.SECRET)};
    try (var form = Scenario.acme();
        var json = Scenario.acmeBut("{\"bodyFormat\": \"json\"}")) {
      assertThat(form.http.postJson(TOKEN, redemption(form.code()), client).text("/error"))
          .isEqualTo("invalid_request");
      assertThat(json.http.post(TOKEN, redemption(json.code()), client).text("/error"))
          .isEqualTo("invalid_request");
      assertThat(json.http.postJson(TOKEN, redemption(json.code()), client).status())
          .isEqualTo(200);
    }
  }

  @Test
  void further_parameters_must_be_there_where_the_manifest_names_them() throws Exception {
    try (var acme = Scenario.acmeBut("{\"tokenParameters\": {\"audience\": \"acme\"}}")) {
      assertThat(acme.tokens().text("/error")).isEqualTo("invalid_request");

      Map<String, String> call = redemption(acme.code());
      call.put("audience", "acme");
      assertThat(acme.token(call).status()).isEqualTo(200);
    }
  }

  @Test
  void further_headers_must_be_there_where_the_manifest_names_them() throws Exception {
    try (var acme = Scenario.acmeBut("{\"tokenHeaders\": {\"Acme-Version\": \"2\"}}")) {
      assertThat(acme.tokens().text("/error")).isEqualTo("invalid_request");
      assertThat(
              acme.http
                  .post(
                      TOKEN,
                      redemption(acme.code()),
                      "authorization",
                      PlainClient.basic(Scenario.CLIENT, Scenario.SECRET),
                      "acme-version",
                      "2")
                  .status())
          .isEqualTo(200);
    }
  }

  @Test
  void an_account_s_own_host_is_named_where_the_manifest_says_and_answers() throws Exception {
    try (var acme =
        Scenario.acmeBut(
            "{\"answer\": {\"apiBase\": \"api\", \"apiBaseWithin\":"
                + " [\"tenants.acme.example\"]}}")) {
      Answer tokens = acme.tokens("Acct 7!");
      assertThat(tokens.text("/api")).isEqualTo("https://acct-7.tenants.acme.example");
      Answer me =
          acme.http.get(
              tokens.text("/api") + "/v1/me",
              "authorization",
              "Bearer " + tokens.text("/access_token"));
      assertThat(me.text("/user/id")).isEqualTo("Acct 7!");
    }
  }

  @Test
  void the_answer_stands_where_the_manifest_says() throws Exception {
    try (var acme =
        Scenario.acmeBut(
            """
            {"account": ["team.id", "enterprise.id"], "scopeSeparator": ",",
             "answer": {"accessToken": "user.token", "refreshToken": "user.refresh",
                        "expiresIn": "user.seconds", "scope": "user.scopes[0]"}}
            """)) {
      Map<String, String> request = request();
      request.put("scope", "read,write");
      Answer tokens = acme.redeem(acme.code(request, "T1"));

      assertThat(tokens.text("/user/token")).startsWith("simat_");
      assertThat(tokens.text("/user/refresh")).startsWith("simrt_");
      assertThat(tokens.text("/user/seconds")).isEqualTo("3600");
      assertThat(tokens.text("/user/scopes/0")).isEqualTo("read,write");
      assertThat(tokens.text("/team/id")).isEqualTo("T1");
      assertThat(tokens.json().has("access_token")).isFalse();
    }
  }

  @Test
  void an_error_comes_with_status_200_where_the_manifest_says_so() throws Exception {
    try (var acme = Scenario.acmeBut("{\"errorsWithStatus200\": true}")) {
      Answer answer = acme.redeem("simcode_nobodys");

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text("/error")).isEqualTo("invalid_grant");
    }
  }

  @Test
  void a_verdict_stands_in_every_answer_where_the_manifest_knows_one() throws Exception {
    try (var acme =
        Scenario.acmeBut(
            """
            {"errorsWithStatus200": true,
             "whoami": {"method": "POST", "path": "/auth.test", "account": "team_id",
                        "success": {"json": "ok", "equals": "true"}}}
            """)) {
      Answer refused = acme.redeem("simcode_nobodys");
      assertThat(refused.status()).isEqualTo(200);
      assertThat(refused.body()).isEqualTo("{\"ok\":false,\"error\":\"invalid_grant\"}");

      assertThat(acme.tokens().json().path("ok").asBoolean()).isTrue();
    }
  }

  @Test
  void github_answers_with_a_form_unless_json_is_asked_for() throws Exception {
    String github =
        """
        {"mode": "oauth2_authorization_code", "clientAuth": "post", "errorsWithStatus200": true,
         "authorizationUrl": "https://id.acme.example/authorize",
         "tokenUrl": "https://id.acme.example/token"}
        """;
    try (var scenario =
        Scenario.as("github", manifest -> manifest.putArray("auth").add(Scenario.object(github)))) {
      Map<String, String> client =
          Map.of("client_id", Scenario.CLIENT, "client_secret", Scenario.SECRET);

      Answer form = scenario.http.post(TOKEN, joined(redemption(scenario.code()), client));
      assertThat(form.header("content-type")).startsWith("application/x-www-form-urlencoded");
      assertThat(Parameters.ofForm(form.body()).values())
          .containsKeys("access_token", "token_type")
          .containsEntry("scope", "read write");

      Answer refused = scenario.http.post(TOKEN, joined(redemption("simcode_no"), client));
      assertThat(Parameters.ofForm(refused.body()).values())
          .containsEntry("error", "invalid_grant");

      Answer json =
          scenario.http.post(
              TOKEN, joined(redemption(scenario.code()), client), "accept", "application/json");
      assertThat(json.json().has("access_token")).isTrue();
    }
  }

  @Test
  void the_end_is_told_as_the_manifest_says() throws Exception {
    try (var seconds = Scenario.acmeBut("{\"expiry\": \"expires_in\"}");
        var time = Scenario.acmeBut("{\"expiry\": \"expires_at\"}");
        var beginning = Scenario.acmeBut("{\"expiry\": \"issued_at\"}");
        var nothing = Scenario.acmeBut("{\"expiry\": \"absent\"}")) {
      assertThat(told(seconds.tokens())).isEqualTo(Map.of("expires_in", "3600"));
      assertThat(told(nothing.tokens())).isEmpty();

      // Moved, so that what is told is seen to be by the clock of the answer's date.
      time.move(Duration.ofDays(400));
      Answer withTime = time.tokens();
      assertThat(told(withTime)).containsOnlyKeys("expires_at");
      assertThat(Duration.between(date(withTime), Instant.parse(withTime.text("/expires_at"))))
          .isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));

      beginning.move(Duration.ofDays(400));
      Answer withBeginning = beginning.tokens();
      assertThat(told(withBeginning)).containsOnlyKeys("issued_at");
      Instant issued = Instant.ofEpochMilli(Long.parseLong(withBeginning.text("/issued_at")));
      assertThat(Duration.between(date(withBeginning), issued).abs())
          .isLessThan(Duration.ofMinutes(1));
    }
  }

  private static Map<String, String> told(Answer tokens) {
    Map<String, String> told = new LinkedHashMap<>();
    for (String name : new String[] {"expires_in", "expires_at", "issued_at"}) {
      if (tokens.json().has(name)) {
        told.put(name, tokens.text("/" + name));
      }
    }
    return told;
  }

  private static Instant date(Answer answer) {
    return ZonedDateTime.parse(answer.header("date"), DateTimeFormatter.RFC_1123_DATE_TIME)
        .toInstant();
  }

  @Test
  void tokens_that_never_end_are_told_without_an_end() throws Exception {
    try (var acme =
        Scenario.acme(manifest ->
            Scenario.mode(manifest).put("expiry", "absent").remove("accessTokenSeconds"))) {
      String token = acme.tokens().text("/access_token");
      acme.move(Duration.ofDays(3650));

      assertThat(acme.whoami(token).status()).isEqualTo(200);
    }
  }

  @Test
  void fewer_scopes_can_be_granted_than_were_asked_for() throws Exception {
    try (var acme = Scenario.acme()) {
      acme.behave("{\"scopes\": [\"read\", \"admin\"]}");

      assertThat(acme.tokens().text("/scope")).isEqualTo("read");
    }
  }

  @Test
  void tokens_can_be_made_shorter_or_told_without_an_end_or_with_an_end_of_0() throws Exception {
    try (var acme = Scenario.acme()) {
      acme.behave("{\"accessTokenSeconds\": 5}");
      Answer shorter = acme.tokens();
      assertThat(shorter.text("/expires_in")).isEqualTo("5");

      acme.behave("{\"accessTokenSeconds\": 5, \"omitExpiresIn\": true}");
      Answer silent = acme.tokens();
      assertThat(silent.json().has("expires_in")).isFalse();

      acme.behave("{\"accessTokenSeconds\": 0}");
      Answer zero = acme.tokens();
      assertThat(zero.text("/expires_in")).isEqualTo("0");

      acme.move(Duration.ofSeconds(5));
      assertThat(acme.whoami(shorter.text("/access_token")).status()).isEqualTo(401);
      assertThat(acme.whoami(silent.text("/access_token")).status()).isEqualTo(401);
      assertThat(acme.whoami(zero.text("/access_token")).status()).isEqualTo(200);
    }
  }

  @Test
  void the_token_endpoint_of_the_sandbox_is_played_too_and_takes_posts_alone() throws Exception {
    try (var acme = Scenario.acme()) {
      String sandbox = "https://id.sandbox.acme.example/token";
      Answer answer =
          acme.http.post(
              sandbox,
              redemption(acme.code()),
              "authorization",
              PlainClient.basic(Scenario.CLIENT, Scenario.SECRET));
      assertThat(answer.status()).isEqualTo(200);

      Answer read = acme.http.get(sandbox);
      assertThat(read.status()).isEqualTo(405);
      assertThat(read.header("allow")).isEqualTo("POST");
    }
  }

  private static Map<String, String> joined(Map<String, String> one, Map<String, String> two) {
    Map<String, String> all = new LinkedHashMap<>(one);
    all.putAll(two);
    return all;
  }
}
