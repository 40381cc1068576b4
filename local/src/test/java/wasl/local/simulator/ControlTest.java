package wasl.local.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wasl.local.simulator.PlainClient.Answer;

class ControlTest {
  @Test
  void calls_are_told_with_what_they_were_about_and_without_a_secret() throws Exception {
    try (var acme = Scenario.acme()) {
      Answer tokens = acme.tokens();
      acme.refresh(tokens.text("/refresh_token"));
      acme.whoami(tokens.text("/access_token"));
      Answer calls = acme.calls("");

      assertThat(calls.json().at("/calls/2"))
          .isEqualTo(
              Scenario.object(
                  """
                  {"at": "%s", "provider": "acme", "on": "token", "method": "POST",
                   "host": "id.acme.example", "path": "/token", "grantType": "authorization_code"}
                  """
                      .formatted(calls.text("/calls/2/at"))));
      assertThat(calls.text("/calls/3/grantType")).isEqualTo("refresh_token");
      assertThat(calls.json().path("count").asInt()).isEqualTo(5);
      assertThat(calls.json().path("counts"))
          .isEqualTo(
              Scenario.object(
                  """
                  {"authorize": 2, "token": 1, "refresh": 1, "whoami": 1, "revoke": 0, "other": 0}
                  """));
      assertThat(calls.body())
          .doesNotContain("simat_", "simrt_", "simcode_", Scenario.SECRET, Scenario.VERIFIER);
    }
  }

  @Test
  void calls_are_filtered_by_host_and_path_and_forgotten_by_order() throws Exception {
    try (var acme = Scenario.acme()) {
      acme.tokens();
      acme.whoami("imported");

      assertThat(acme.calls("?host=api.acme.example").text("/count")).isEqualTo("1");
      assertThat(acme.calls("?host=id.acme.example&path=/token").text("/count")).isEqualTo("1");
      assertThat(acme.calls("?path=/nothing").text("/count")).isEqualTo("0");
      assertThat(acme.calls("?grant=x").status()).isEqualTo(422);

      assertThat(acme.http.control("DELETE", "/calls", "").status()).isEqualTo(204);
      assertThat(acme.calls("").text("/count")).isEqualTo("0");
    }
  }

  @Test
  void all_tokens_of_an_account_are_revoked_by_order() throws Exception {
    try (var acme = Scenario.acme()) {
      Answer one = acme.tokens("acct_1");
      Answer two = acme.tokens("acct_1");
      Answer other = acme.tokens("acct_2");
      Answer revoked =
          acme.http.control("POST", "/revoke", "{\"provider\": \"acme\", \"account\": \"acct_1\"}");

      assertThat(revoked.body()).isEqualTo("{\"revoked\":2}");
      assertThat(acme.whoami(one.text("/access_token")).status()).isEqualTo(401);
      assertThat(acme.refresh(two.text("/refresh_token")).text("/error"))
          .isEqualTo("invalid_grant");
      assertThat(acme.whoami(other.text("/access_token")).status()).isEqualTo(200);
    }
  }

  @Test
  void behavior_is_set_whole_so_that_an_empty_order_makes_it_usual() throws Exception {
    try (var acme = Scenario.acme()) {
      Answer set =
          acme.behave(
              """
              {"accessTokenSeconds": 60, "refreshToken": "keep", "consent": "auto",
               "account": "acct_9", "scopes": ["read"], "omitExpiresIn": true}
              """);
      assertThat(set.json())
          .isEqualTo(
              Scenario.object(
                  """
                  {"accessTokenSeconds": 60, "refreshToken": "keep", "consent": "auto",
                   "account": "acct_9", "scopes": ["read"], "omitExpiresIn": true}
                  """));

      assertThat(acme.behave("{}").body())
          .isEqualTo("{\"consent\":\"ask\",\"omitExpiresIn\":false}");
      assertThat(acme.tokens().text("/expires_in")).isEqualTo("3600");
    }
  }

  @Test
  void a_provider_can_be_named_by_any_of_its_hosts() throws Exception {
    try (var acme = Scenario.acme()) {
      acme.http.control("PUT", "/providers/id.acme.example", "{\"accessTokenSeconds\": 60}");

      assertThat(acme.tokens().text("/expires_in")).isEqualTo("60");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PUT|/providers/acme|{\"consent\": \"maybe\"}|422",
        "PUT|/providers/acme|{\"refreshToken\": true}|422",
        "PUT|/providers/acme|{\"accessTokenSeconds\": -1}|422",
        "PUT|/providers/acme|{\"scopes\": \"read\"}|422",
        "PUT|/providers/acme|{\"color\": \"red\"}|422",
        "PUT|/providers/acme|{|400",
        "PUT|/providers/nobody|{}|422",
        "GET|/providers/acme||405",
        "POST|/keys|{\"provider\": \"acme\", \"key\": \"k\"}|422",
        "POST|/keys|{\"provider\": \"acme\", \"key\": \"k\", \"good\": true, \"x\": 1}|422",
        "POST|/keys|{\"provider\": \"nobody\", \"key\": \"k\", \"good\": true}|422",
        "PUT|/keys||405",
        "POST|/revoke|{\"provider\": \"acme\"}|422",
        "POST|/revoke|{\"provider\": \"acme\", \"account\": \"a\", \"x\": 1}|422",
        "POST|/calls||405",
        "GET|/faults||405",
        "GET|/nothing||404"
      })
  void an_order_that_makes_no_sense_is_refused_clearly(
      String method, String path, String body, int status) throws Exception {
    try (var acme = Scenario.acme()) {
      Answer answer = acme.http.control(method, path, body == null ? "" : body);

      assertThat(answer.status()).as(answer.body()).isEqualTo(status);
      assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
      if (status == 422) {
        assertThat(answer.json().path("errors").size()).as(answer.body()).isOne();
      }
    }
  }

  @Test
  void a_provider_without_urls_is_named_by_the_host_that_its_configuration_brings()
      throws Exception {
    try (var oauth2 =
        Scenario.as(
            "oauth2", manifest -> manifest.remove(java.util.List.of("auth", "modes", "whoami")))) {
      assertThat(oauth2.http.control("PUT", "/providers/oauth2", "{}").status()).isEqualTo(422);
      assertThat(oauth2.http.control("PUT", "/providers/login.example.com", "{}").status())
          .isEqualTo(200);
    }
  }

  @Test
  void a_body_beyond_1_mib_is_refused() throws Exception {
    try (var acme = Scenario.acme()) {
      assertThat(
              acme.http.send("POST", Scenario.ID + "/token", "a".repeat(1024 * 1024 + 1)).status())
          .isEqualTo(413);
    }
  }
}
