package wasl.local.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import wasl.local.simulator.PlainClient.Answer;

class RevocationTest {
  @Test
  void a_refresh_token_is_taken_back_with_all_that_came_of_it() throws Exception {
    try (var acme = Scenario.acme()) {
      Answer tokens = acme.tokens();
      assertThat(acme.revoke(tokens.text("/refresh_token")).status()).isEqualTo(200);

      assertThat(acme.whoami(tokens.text("/access_token")).status()).isEqualTo(401);
      assertThat(acme.refresh(tokens.text("/refresh_token")).text("/error"))
          .isEqualTo("invalid_grant");
    }
  }

  @Test
  void an_access_token_is_taken_back_alone() throws Exception {
    try (var acme = Scenario.acme()) {
      Answer tokens = acme.tokens();
      assertThat(acme.revoke(tokens.text("/access_token")).status()).isEqualTo(200);

      assertThat(acme.whoami(tokens.text("/access_token")).status()).isEqualTo(401);
      assertThat(acme.refresh(tokens.text("/refresh_token")).status()).isEqualTo(200);
    }
  }

  @Test
  void a_token_that_nobody_knows_is_taken_back_too() throws Exception {
    try (var acme = Scenario.acme()) {
      assertThat(acme.revoke("anything").status()).isEqualTo(200);
    }
  }

  @Test
  void the_client_must_prove_itself_and_that_the_token_is_its_own() throws Exception {
    try (var acme = Scenario.acme()) {
      String token = acme.tokens().text("/refresh_token");
      String url = Scenario.ID + "/revoke";

      assertThat(acme.http.post(url, Map.of("token", token)).text("/error"))
          .isEqualTo("invalid_client");
      assertThat(
              acme.http
                  .post(
                      url,
                      Map.of("token", token),
                      "authorization",
                      PlainClient.basic("client-2", Scenario.SECRET))
                  .text("/error"))
          .isEqualTo("invalid_grant");
      assertThat(acme.revoke("").text("/error")).isEqualTo("invalid_request");
      assertThat(acme.refresh(token).status()).isEqualTo(200);
    }
  }

  @Test
  void a_provider_of_its_own_ways_takes_the_token_from_the_url() throws Exception {
    try (var acme =
        Scenario.acmeBut(
            """
            {"revocation": {"method": "DELETE",
                            "url": "https://api.acme.example/v1/refresh-tokens/{refreshToken}"}}
            """)) {
      Answer tokens = acme.tokens();
      String url = Scenario.API + "/v1/refresh-tokens/" + tokens.text("/refresh_token");

      assertThat(acme.http.send("DELETE", url, "").status()).isEqualTo(204);
      assertThat(acme.whoami(tokens.text("/access_token")).status()).isEqualTo(401);
      assertThat(acme.http.send("DELETE", url, "").status()).isEqualTo(404);
      assertThat(acme.calls("").body())
          .contains("/v1/refresh-tokens/{refreshToken}")
          .doesNotContain(tokens.text("/refresh_token"));
    }
  }

  @Test
  void it_takes_the_token_from_the_header_or_the_body_and_says_its_verdict() throws Exception {
    try (var acme =
        Scenario.acmeBut(
            """
            {"revocation": {"method": "POST", "path": "/auth.revoke"},
             "whoami": {"method": "GET", "path": "/v1/me", "account": "user.id",
                        "success": {"json": "ok", "equals": "true"}}}
            """)) {
      String url = Scenario.API + "/auth.revoke";
      String one = acme.tokens().text("/access_token");
      String other = acme.tokens().text("/access_token");

      assertThat(acme.http.post(url, Map.of(), "authorization", "Bearer " + one).body())
          .isEqualTo("{\"ok\":true}");
      assertThat(acme.http.postJson(url, Map.of("access_token", other)).body())
          .isEqualTo("{\"ok\":true}");
      assertThat(acme.http.postJson(url, Map.of("access_token", other)).body())
          .isEqualTo("{\"ok\":false,\"error\":\"invalid_auth\"}");
    }
  }

  @Test
  void it_wants_the_client_s_or_the_token_s_proof_where_the_manifest_says() throws Exception {
    try (var client =
            Scenario.acmeBut(
                """
                {"revocation": {"method": "DELETE", "client": "basic",
                                "url": "https://api.acme.example/apps/{clientId}/token"}}
                """);
        var bearer =
            Scenario.acmeBut(
                "{\"revocation\": {\"method\": \"POST\", \"path\": \"/leave\", \"bearer\":"
                    + " true}}")) {
      String token = client.tokens().text("/access_token");
      String url = Scenario.API + "/apps/client-1/token";
      String form = PlainClient.form(Map.of("access_token", token));
      String[] headers = {"content-type", "application/x-www-form-urlencoded"};
      assertThat(client.http.send("DELETE", url, form, headers).status()).isEqualTo(401);
      String[] proven = {
        "content-type",
        "application/x-www-form-urlencoded",
        "authorization",
        PlainClient.basic(Scenario.CLIENT, Scenario.SECRET)
      };
      assertThat(client.http.send("DELETE", url, form, proven).status()).isEqualTo(204);

      String other = bearer.tokens().text("/access_token");
      String leave = Scenario.API + "/leave";
      assertThat(bearer.http.post(leave, Map.of("token", other)).status()).isEqualTo(401);
      assertThat(bearer.http.post(leave, Map.of(), "authorization", "Bearer " + other).status())
          .isEqualTo(200);
    }
  }

  @Test
  void it_takes_the_account_where_no_token_is_sent() throws Exception {
    try (var acme =
        Scenario.acmeBut("{\"revocation\": {\"url\": \"https://id.acme.example/leave\"}}")) {
      String leaving = acme.tokens("acct_1").text("/access_token");
      String staying = acme.tokens("acct_2").text("/access_token");
      Answer answer =
          acme.http.post(
              Scenario.ID + "/leave", Map.of("client_id", Scenario.CLIENT, "user", "acct_1"));

      assertThat(answer.status()).isEqualTo(200);
      assertThat(acme.whoami(leaving).status()).isEqualTo(401);
      assertThat(acme.whoami(staying).status()).isEqualTo(200);
    }
  }
}
