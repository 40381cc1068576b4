package wasl.local.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static wasl.local.simulator.Scenario.authorizationUrl;
import static wasl.local.simulator.Scenario.request;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wasl.local.simulator.PlainClient.Answer;

class ConsentTest {
  @Test
  void the_page_names_provider_client_and_scopes_and_asks_for_the_account() throws Exception {
    try (var acme = Scenario.acme()) {
      Answer page = acme.http.get(authorizationUrl(request()));

      assertThat(page.status()).isEqualTo(200);
      assertThat(page.header("content-type")).startsWith("text/html");
      assertThat(page.body())
          .contains("<h1>Acme &amp; Sons</h1>", "client-1", "<li>read</li>", "<li>write</li>")
          .contains(">Allow</button>", ">Deny</button>");
      assertThat(acme.http.form(authorizationUrl(request())).account()).isEqualTo("acct_1");
    }
  }

  @Test
  void what_the_request_says_is_shown_as_text_and_never_as_markup() throws Exception {
    try (var acme = Scenario.acme()) {
      Map<String, String> request = request();
      request.put("client_id", "<script>alert(1)</script>");
      request.put("state", "\"><script>");

      assertThat(acme.http.get(authorizationUrl(request)).body()).doesNotContain("<script>");
    }
  }

  @Test
  void allowing_sends_the_browser_back_with_a_code_and_the_state() throws Exception {
    try (var acme = Scenario.acme()) {
      Answer answer =
          acme.http.press(acme.http.form(authorizationUrl(request())), "acct_1", "allow");

      assertThat(answer.status()).isEqualTo(303);
      assertThat(answer.header("location")).startsWith(Scenario.CALLBACK + "?");
      assertThat(answer.sentBack()).containsOnlyKeys("code", "state");
      assertThat(answer.sentBack()).containsEntry("state", "state & more");
    }
  }

  @Test
  void a_query_of_the_redirect_url_is_kept() throws Exception {
    try (var acme = Scenario.acme()) {
      Map<String, String> request = request();
      request.put("redirect_uri", Scenario.CALLBACK + "?mine=1");
      acme.behave("{\"consent\": \"auto\"}");

      assertThat(acme.http.get(authorizationUrl(request)).sentBack())
          .containsEntry("mine", "1")
          .containsKey("code");
    }
  }

  @Test
  void denying_sends_it_back_with_access_denied() throws Exception {
    try (var acme = Scenario.acme()) {
      Answer answer =
          acme.http.press(acme.http.form(authorizationUrl(request())), "acct_1", "deny");

      assertThat(answer.sentBack())
          .containsEntry("error", "access_denied")
          .containsEntry("state", "state & more")
          .doesNotContainKey("code");
    }
  }

  @Test
  void the_redirect_names_the_account_where_the_manifest_says_so() throws Exception {
    try (var acme = Scenario.acmeBut("{\"accountParameter\": \"realmId\"}")) {
      Answer answer =
          acme.http.press(acme.http.form(authorizationUrl(request())), "realm 7", "allow");

      assertThat(answer.sentBack()).containsEntry("realmId", "realm 7");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/relative", "ftp://example.com/", "https://example.com/#part"})
  void nobody_is_sent_to_a_redirect_url_that_is_not_absolute(String redirectUri) throws Exception {
    try (var acme = Scenario.acme()) {
      Map<String, String> request = request();
      request.put("redirect_uri", redirectUri);
      Answer answer = acme.http.get(authorizationUrl(request));

      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.headers().map()).doesNotContainKey("location");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "an-invalid-client"})
  void nobody_is_sent_back_to_an_unknown_client(String client) throws Exception {
    try (var acme = Scenario.acme()) {
      Map<String, String> request = request();
      request.put("client_id", client);

      assertThat(acme.http.get(authorizationUrl(request)).status()).isEqualTo(400);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "response_type, token, unsupported_response_type",
    "response_type, '', unsupported_response_type",
    "state, '', invalid_request",
    "scope, read invalid, invalid_scope",
    "code_challenge, short, invalid_request",
    "code_challenge_method, plain, invalid_request"
  })
  void another_fault_of_the_request_is_told_to_the_client(
      String parameter, String value, String error) throws Exception {
    try (var acme = Scenario.acme()) {
      Map<String, String> request = request();
      request.put(parameter, value);
      Answer answer = acme.http.get(authorizationUrl(request));

      assertThat(answer.status()).isEqualTo(303);
      assertThat(answer.sentBack()).containsEntry("error", error).doesNotContainKey("code");
    }
  }

  @Test
  void a_parameter_that_stands_twice_is_a_fault() throws Exception {
    try (var acme = Scenario.acme()) {
      Answer answer = acme.http.get(authorizationUrl(request()) + "&state=another");

      assertThat(answer.sentBack()).containsEntry("error", "invalid_request");
    }
  }

  @Test
  void a_proof_key_must_be_there_where_the_manifest_requires_it() throws Exception {
    Map<String, String> bare = request();
    bare.remove("code_challenge");
    bare.remove("code_challenge_method");
    try (var strict = Scenario.acmeBut("{\"pkce\": \"required\"}");
        var usual = Scenario.acme()) {
      assertThat(strict.http.get(authorizationUrl(bare)).sentBack())
          .containsEntry("error", "invalid_request");
      assertThat(usual.http.get(authorizationUrl(bare)).status()).isEqualTo(200);
    }
  }

  @Test
  void further_parameters_must_be_there_where_the_manifest_names_them() throws Exception {
    try (var acme =
        Scenario.acmeBut("{\"authorizationParameters\": {\"access_type\": \"offline\"}}")) {
      Map<String, String> request = request();
      assertThat(acme.http.get(authorizationUrl(request)).sentBack())
          .containsEntry("error", "invalid_request");

      request.put("access_type", "offline");
      assertThat(acme.http.get(authorizationUrl(request)).status()).isEqualTo(200);
    }
  }

  @Test
  void the_user_can_be_spared_the_page_or_be_made_to_refuse() throws Exception {
    try (var acme = Scenario.acme()) {
      acme.behave("{\"consent\": \"auto\", \"account\": \"acct_auto\"}");
      Answer allowed = acme.http.get(authorizationUrl(request()));
      assertThat(acme.redeem(Scenario.code(allowed)).text("/account/id")).isEqualTo("acct_auto");

      acme.behave("{\"consent\": \"deny\"}");
      assertThat(acme.http.get(authorizationUrl(request())).sentBack())
          .containsEntry("error", "access_denied");
    }
  }

  @Test
  void an_authorization_url_of_the_sandbox_is_played_too() throws Exception {
    try (var acme =
        Scenario.acmeBut(
            "{\"sandbox\": {\"authorizationUrl\":"
                + " \"https://id.sandbox.acme.example/authorize\"}}")) {
      String url = "https://id.sandbox.acme.example/authorize?" + PlainClient.form(request());

      assertThat(acme.http.get(url).status()).isEqualTo(200);
    }
  }
}
