package wasl.local.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static wasl.local.simulator.Scenario.redemption;
import static wasl.local.simulator.Scenario.request;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import wasl.local.simulator.PlainClient.Answer;

class UnknownHostTest {
  private static final String BASE = "https://login.example.com:8443/oauth/v3";

  @Test
  void a_host_that_no_manifest_names_plays_an_oauth_provider_by_the_path_s_last_word()
      throws Exception {
    try (var scenario = Scenario.acme()) {
      PlainClient http = scenario.http;
      PlainClient.Form form = http.form(BASE + "/authorize?" + PlainClient.form(request()));
      String code = Scenario.code(http.press(form, "acct_7", "allow"));
      String[] client = {"authorization", PlainClient.basic(Scenario.CLIENT, Scenario.SECRET)};
      Answer tokens = http.post(BASE + "/token", redemption(code), client);
      String token = tokens.text("/access_token");
      String[] bearer = {"authorization", "Bearer " + token};

      assertThat(tokens.text("/account")).isEqualTo("acct_7");
      assertThat(http.get(BASE + "/userinfo", bearer).text("/sub")).isEqualTo("acct_7");
      assertThat(http.get("https://login.example.com:8443/me", bearer).text("/sub"))
          .isEqualTo("acct_7");

      Answer refreshed =
          http.post(
              BASE + "/token",
              Map.of("grant_type", "refresh_token", "refresh_token", tokens.text("/refresh_token")),
              client);
      assertThat(refreshed.status()).isEqualTo(200);
      assertThat(
              http.post(BASE + "/revoke", Map.of("token", refreshed.text("/refresh_token")), client)
                  .status())
          .isEqualTo(200);
      assertThat(http.get(BASE + "/userinfo", bearer).status()).isEqualTo(401);
    }
  }

  @Test
  void its_clients_may_prove_themselves_as_they_like() throws Exception {
    try (var scenario = Scenario.acme()) {
      scenario.http.control("PUT", "/providers/login.example.com:8443", "{\"consent\": \"auto\"}");
      Map<String, String> bare = new LinkedHashMap<>(redemption(code(scenario)));
      bare.put("client_id", Scenario.CLIENT);
      assertThat(scenario.http.post(BASE + "/token", bare).status()).isEqualTo(200);

      Map<String, String> posted = new LinkedHashMap<>(redemption(code(scenario)));
      posted.put("client_id", Scenario.CLIENT);
      posted.put("client_secret", Scenario.SECRET);
      assertThat(scenario.http.postJson(BASE + "/token", posted).status()).isEqualTo(200);

      Map<String, String> own = Map.of("grant_type", "client_credentials");
      assertThat(
              scenario
                  .http
                  .post(
                      BASE + "/token",
                      own,
                      "authorization",
                      PlainClient.basic(Scenario.CLIENT, Scenario.SECRET))
                  .status())
          .isEqualTo(200);
    }
  }

  @Test
  void a_client_without_a_secret_needs_a_proof_key() throws Exception {
    try (var scenario = Scenario.acme()) {
      scenario.http.control("PUT", "/providers/login.example.com:8443", "{\"consent\": \"auto\"}");
      Map<String, String> request = request();
      request.remove("code_challenge");
      Answer sent = scenario.http.get(BASE + "/authorize?" + PlainClient.form(request));
      Map<String, String> call = redemption(Scenario.code(sent));
      call.remove("code_verifier");
      call.put("client_id", Scenario.CLIENT);

      assertThat(scenario.http.post(BASE + "/token", call).text("/error"))
          .isEqualTo("invalid_grant");
    }
  }

  private static String code(Scenario scenario) throws Exception {
    return Scenario.code(scenario.http.get(BASE + "/authorize?" + PlainClient.form(request())));
  }

  @Test
  void tokens_of_one_provider_open_nothing_at_another() throws Exception {
    try (var scenario = Scenario.acme()) {
      String token = scenario.tokens().text("/access_token");

      assertThat(scenario.http.get(BASE + "/userinfo", "authorization", "Bearer " + token).status())
          .isEqualTo(401);
      assertThat(
              scenario
                  .http
                  .post(
                      BASE + "/token",
                      redemption(scenario.code()),
                      "authorization",
                      PlainClient.basic(Scenario.CLIENT, Scenario.SECRET))
                  .text("/error"))
          .isEqualTo("invalid_grant");
    }
  }

  @Test
  void what_is_not_played_is_not_found() throws Exception {
    try (var scenario = Scenario.acme()) {
      assertThat(scenario.http.get("https://login.example.com/else").status()).isEqualTo(404);
      assertThat(scenario.http.get(Scenario.API + "/v1/else").status()).isEqualTo(404);
      assertThat(scenario.http.get(Scenario.API + "/userinfo").status()).isEqualTo(404);
      assertThat(scenario.http.get(BASE + "/token").status()).isEqualTo(405);
    }
  }

  @Test
  void a_tenant_s_host_is_known_by_its_pattern() throws Exception {
    try (var acme =
        Scenario.acmeBut(
            "{\"authorizationUrl\": \"https://{shop}.acme.example/oauth/{version}/authorize\"}")) {
      String query = "?" + PlainClient.form(request());

      assertThat(acme.http.get("https://one.acme.example/oauth/v1/authorize" + query).body())
          .contains("Acme");
      assertThat(acme.http.get("https://TWO.acme.example:443/oauth/v2/authorize" + query).body())
          .contains("Acme");
      assertThat(acme.http.get("https://acme.example/oauth/v1/authorize" + query).body())
          .doesNotContain("Acme");
    }
  }
}
