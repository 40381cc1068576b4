package wasl.local.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wasl.local.simulator.PlainClient.Answer;

class WhoAmITest {
  private static final String ME = Scenario.API + "/v1/me";

  @Test
  void a_token_opens_its_account_until_it_ends() throws Exception {
    try (var acme = Scenario.acme()) {
      String token = acme.tokens("acct_7").text("/access_token");
      Answer answer = acme.whoami(token);
      assertThat(answer.text("/user/id")).isEqualTo("acct_7");
      assertThat(answer.text("/user/name")).isEqualTo("Acme & Sons acct_7");

      acme.move(Duration.ofHours(1).minusMillis(1));
      assertThat(acme.whoami(token).status()).isEqualTo(200);
      acme.move(Duration.ofMillis(1));
      assertThat(acme.whoami(token).status()).isEqualTo(401);
    }
  }

  @Test
  void a_token_that_it_could_have_issued_and_did_not_is_refused() throws Exception {
    try (var acme = Scenario.acme()) {
      assertThat(acme.whoami("simat_nobodys").status()).isEqualTo(401);
      assertThat(acme.http.get(ME).status()).isEqualTo(401);
      assertThat(acme.http.get(ME, "x-token", "imported").status()).isEqualTo(401);
    }
  }

  @Test
  void one_that_was_issued_elsewhere_opens_an_account_of_its_own() throws Exception {
    try (var acme = Scenario.acme()) {
      Answer first = acme.whoami("imported");
      assertThat(first.status()).isEqualTo(200);
      assertThat(acme.whoami("imported").body()).isEqualTo(first.body());
      assertThat(acme.whoami("imported-2").body()).isNotEqualTo(first.body());
    }
  }

  @Test
  void the_sandbox_answers_at_its_own_url() throws Exception {
    try (var acme = Scenario.acme()) {
      assertThat(
              acme.http
                  .get("https://sandbox.acme.example/v1/me", "authorization", "Bearer imported")
                  .status())
          .isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({"key-1, 200", "an-Invalid-key, 401", "simat_nobodys, 401"})
  void a_key_is_good_unless_it_says_that_it_is_not(String key, int status) throws Exception {
    try (var acme =
        Scenario.acmeWith(
            """
            {"mode": "api_key", "fields": [{"name": "apiKey"}],
             "send": [{"header": "Authorization", "format": "Token {apiKey}"}]}
            """)) {
      assertThat(acme.http.get(ME, "authorization", "Token " + key).status()).isEqualTo(status);
      assertThat(acme.http.get(ME, "authorization", "Bearer " + key).status()).isEqualTo(401);
    }
  }

  @Test
  void a_key_is_found_in_header_query_and_body_and_each_that_is_due_must_be_there()
      throws Exception {
    try (var acme =
        Scenario.acme(manifest -> {
          Scenario.mode(manifest).removeAll();
          Scenario.mode(manifest)
              .setAll(
                  Scenario.object(
                      """
                      {"mode": "body_credentials",
                       "fields": [{"name": "key"}, {"name": "app", "secret": false},
                                  {"name": "extra", "optional": true}],
                       "send": [{"query": "key", "format": "{key}"},
                                {"body": "app", "format": "app-{app}"},
                                {"header": "X-Extra", "format": "{extra}"},
                                {"header": "X-Tenant", "format": "{tenant}"}]}
                      """));
          manifest.set(
              "whoami",
              Scenario.object("{\"method\": \"POST\", \"path\": \"/v1/me\", \"account\": \"id\"}"));
        })) {
      assertThat(acme.http.postJson(ME + "?key=k1", Map.of("app", "app-1")).status())
          .isEqualTo(200);
      assertThat(acme.http.post(ME + "?key=k1", Map.of("app", "app-1")).status()).isEqualTo(200);
      assertThat(acme.http.postJson(ME + "?key=k1", Map.of()).status()).isEqualTo(401);
      assertThat(acme.http.postJson(ME, Map.of("app", "app-1")).status()).isEqualTo(401);
      assertThat(acme.http.postJson(ME + "?key=invalid", Map.of("app", "app-1")).status())
          .isEqualTo(401);
    }
  }

  @Test
  void basic_credentials_may_have_an_empty_side() throws Exception {
    try (var acme = Scenario.acmeWith("{\"mode\": \"basic\"}")) {
      assertThat(basic(acme, "name", "password")).isEqualTo(200);
      assertThat(basic(acme, "key", "")).isEqualTo(200);
      assertThat(basic(acme, "name", "invalid")).isEqualTo(401);
      assertThat(basic(acme, "", "")).isEqualTo(401);
      assertThat(acme.http.get(ME, "authorization", "Bearer x").status()).isEqualTo(401);
    }
  }

  @Test
  void an_account_that_the_url_names_is_the_one_that_is_told_of() throws Exception {
    try (var acme =
        Scenario.acmeWith(
            """
            {"mode": "basic", "fields": [{"name": "username", "secret": false}],
             "whoami": {"method": "GET", "path": "/accounts/{username}.json", "account": "sid"}}
            """)) {
      String[] known = {"authorization", PlainClient.basic("AC1", "token")};
      String[] wrong = {"authorization", PlainClient.basic("AC1", "invalid")};

      assertThat(acme.http.get(Scenario.API + "/accounts/AC1.json", known).text("/sid"))
          .isEqualTo("AC1");
      assertThat(acme.http.get(Scenario.API + "/accounts/AC1.json", wrong).status()).isEqualTo(401);
    }
  }

  @Test
  void basic_credentials_are_composed_as_the_manifest_says() throws Exception {
    try (var acme =
        Scenario.acmeWith(
            """
            {"mode": "basic", "fields": [{"name": "email", "secret": false}, {"name": "key"}],
             "send": [{"header": "Authorization", "basic": true, "format": "{email}/token:{key}"}]}
            """)) {
      assertThat(basic(acme, "me@acme/token", "k1")).isEqualTo(200);
      assertThat(basic(acme, "me@acme/token", "invalid")).isEqualTo(401);
      assertThat(basic(acme, "me@acme", "k1")).isEqualTo(401);
    }
  }

  @Test
  void a_signature_is_good_where_it_has_the_form_of_one() throws Exception {
    try (var acme = Scenario.acmeWith("{\"mode\": \"aws_sigv4\", \"service\": \"s3\"}")) {
      String signed =
          "AWS4-HMAC-SHA256 Credential=%s/20261120/us-east-1/s3/aws4_request, SignedHeaders=host,"
              + " Signature=00";
      assertThat(acme.http.get(ME, "authorization", signed.formatted("AKIA1")).status())
          .isEqualTo(200);
      assertThat(acme.http.get(ME, "authorization", signed.formatted("invalid")).status())
          .isEqualTo(401);
      assertThat(acme.http.get(ME, "authorization", "Bearer AKIA1").status()).isEqualTo(401);
    }
  }

  @Test
  void a_client_certificate_is_not_asked_for_since_tls_ended_before() throws Exception {
    try (var acme = Scenario.acmeWith("{\"mode\": \"mtls\"}")) {
      assertThat(acme.http.get(ME).status()).isEqualTo(200);
    }
  }

  private static int basic(Scenario acme, String name, String password) throws Exception {
    return acme.http.get(ME, "authorization", PlainClient.basic(name, password)).status();
  }

  @Test
  void keys_and_tokens_of_one_provider_are_told_apart_at_one_url() throws Exception {
    try (var acme =
        Scenario.acme(manifest -> {
          var own = Scenario.mode(manifest);
          manifest
              .putArray("auth")
              .add(
                  Scenario.object(
                      """
                      {"mode": "api_key", "fields": [{"name": "apiKey"}],
                       "send": [{"header": "Authorization", "format": "Bearer {apiKey}"}]}
                      """))
              .add(own);
        })) {
      assertThat(acme.whoami("a-key").text("/user/id")).startsWith("acct_");
      assertThat(acme.whoami(acme.tokens("acct_7").text("/access_token")).text("/user/id"))
          .isEqualTo("acct_7");
      assertThat(acme.whoami("simat_nobodys").status()).isEqualTo(401);
    }
  }

  @Test
  void the_order_of_the_control_api_decides_about_a_key() throws Exception {
    try (var acme = Scenario.acmeWith("{\"mode\": \"basic\"}")) {
      acme.http.control(
          "POST", "/keys", "{\"provider\": \"acme\", \"key\": \"stolen\", \"good\": false}");
      acme.http.control(
          "POST", "/keys", "{\"provider\": \"acme\", \"key\": \"invalid\", \"good\": true}");

      assertThat(basic(acme, "name", "stolen")).isEqualTo(401);
      assertThat(basic(acme, "name", "invalid")).isEqualTo(200);
    }
  }

  @Test
  void the_order_of_the_control_api_decides_about_a_token_too() throws Exception {
    try (var acme = Scenario.acme()) {
      Answer tokens = acme.tokens();
      for (String name : new String[] {"/access_token", "/refresh_token"}) {
        acme.http.control(
            "POST",
            "/keys",
            "{\"provider\": \"acme\", \"key\": \"%s\", \"good\": false}"
                .formatted(tokens.text(name)));
      }

      assertThat(acme.whoami(tokens.text("/access_token")).status()).isEqualTo(401);
      assertThat(acme.refresh(tokens.text("/refresh_token")).text("/error"))
          .isEqualTo("invalid_grant");
    }
  }

  @Test
  void a_token_stands_behind_bearer_where_the_manifest_does_not_say() throws Exception {
    try (var acme = Scenario.acme(manifest -> Scenario.mode(manifest).remove("send"))) {
      String token = acme.tokens().text("/access_token");

      assertThat(acme.whoami(token).status()).isEqualTo(200);
      assertThat(acme.http.get(ME, "authorization", "Token " + token).status()).isEqualTo(401);
    }
  }

  @Test
  void a_mode_s_own_whoami_stands_before_the_manifest_s() throws Exception {
    try (var acme =
        Scenario.acmeBut(
            """
            {"whoami": {"method": "GET", "url": "https://who.acme.example/{accessToken}",
                        "account": "[0].tenant"}}
            """)) {
      String token = acme.tokens("acct_7").text("/access_token");

      assertThat(acme.http.get("https://who.acme.example/" + token).text("/0/tenant"))
          .isEqualTo("acct_7");
      assertThat(acme.http.get("https://who.acme.example/simat_nobodys").status()).isEqualTo(401);
      assertThat(acme.whoami(token).status()).isEqualTo(404);
    }
  }

  @Test
  void a_status_can_be_the_proof() throws Exception {
    try (var acme =
        Scenario.acme(manifest ->
            manifest.set(
                "whoami",
                Scenario.object(
                    "{\"method\": \"GET\", \"path\": \"/v1/me\", \"proves\": [404]}")))) {
      assertThat(acme.whoami("imported").status()).isEqualTo(404);
      assertThat(acme.whoami("invalid").status()).isEqualTo(401);
    }
  }

  @Test
  void a_verdict_within_status_200_can_be_the_proof() throws Exception {
    try (var acme =
        Scenario.acme(manifest ->
            manifest.set(
                "whoami",
                Scenario.object(
                    """
                    {"method": "GET", "path": "/v1/me", "account": "id",
                     "success": {"json": "status.word", "equals": "fine"}}
                    """)))) {
      assertThat(acme.whoami("imported").text("/status/word")).isEqualTo("fine");
      Answer refused = acme.whoami("invalid");
      assertThat(refused.status()).isEqualTo(200);
      assertThat(refused.text("/status/word")).isEqualTo("error");
      assertThat(refused.json().has("id")).isFalse();
    }
  }

  @Test
  void a_head_request_gets_the_status_alone() throws Exception {
    try (var acme =
        Scenario.acme(manifest ->
            manifest.set(
                "whoami", Scenario.object("{\"method\": \"HEAD\", \"path\": \"/v1/me\"}")))) {
      Answer answer = acme.http.send("HEAD", ME, "", "authorization", "Bearer imported");

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).isEmpty();
    }
  }
}
