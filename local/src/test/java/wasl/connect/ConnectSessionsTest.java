package wasl.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import wasl.road.ApiClient;
import wasl.road.EmbeddedStack;

/// What a project asks for on its own behalf: sessions, and integrations that say how.
@ExtendWith(EmbeddedStack.Shared.class)
@Timeout(120)
class ConnectSessionsTest {
  private ConnectScenario scenario;
  private ApiClient api;

  @BeforeEach
  void start(EmbeddedStack stack) {
    scenario = new ConnectScenario(stack);
    api = scenario.api();
  }

  @AfterEach
  void stop() {
    scenario.close();
  }

  private ApiClient.Answer session(String wish) {
    return api.post("/v1/connect-sessions", wish);
  }

  private static List<String> faults(ApiClient.Answer answer) {
    assertThat(answer.status()).isEqualTo(422);
    return answer.body().path("errors").findValuesAsText("pointer");
  }

  private static String detail(ApiClient.Answer answer) {
    return answer.body().at("/errors/0/detail").asText();
  }

  @Test
  void gives_a_url_that_is_good_for_half_an_hour() {
    var answer = session("{\"integration\":\"acme\"}");

    assertThat(answer.status()).isEqualTo(201);
    var id = answer.body().path("id").asText();
    assertThat(id).matches("ses_[0-9A-Za-z]{30}");
    assertThat(answer.body().path("connectUrl").asText())
        .isEqualTo("http://127.0.0.1:1/oauth/authorize?session=" + id);
    assertThat(Instant.parse(answer.body().path("expiresAt").asText()))
        .isEqualTo(scenario.clock().instant().plusSeconds(1800));
    assertThat(answer.body()).hasSize(3);
  }

  @Test
  void takes_a_redirect_url_that_is_on_the_list() {
    for (var url :
        List.of(
            ConnectScenario.BACK,
            "http://127.0.0.1/cb",
            "http://127.0.0.1:1/cb",
            "http://127.0.0.1:65535/cb")) {
      assertThat(session("{\"integration\":\"acme\",\"redirectUrl\":\"" + url + "\"}").status())
          .as(url)
          .isEqualTo(201);
    }
  }

  private static final List<String> ELSEWHERE =
      List.of(
          "https://app.example/back",
          "https://app.example/back?tab=2&x=1",
          "https://app.example/back?tab=2#x",
          "https://app.example:443/back?tab=2",
          "https://app.example:8443/back?tab=2",
          "https://APP.example/back?tab=2",
          "https://app.example./back?tab=2",
          "https://app.example/a/../back?tab=2",
          "https://app.example//back?tab=2",
          "https://app.example/back%2F?tab=2",
          "https://evil@app.example/back?tab=2",
          "https://app.example@evil.example/back?tab=2",
          "https://app.example.evil.example/back?tab=2",
          "https:app.example/back?tab=2",
          "//app.example/back?tab=2",
          "///app.example/back?tab=2",
          "/back?tab=2",
          "https:\\\\/app.example/back?tab=2",
          "http://app.example/back?tab=2",
          "http://127.0.0.1/cb/",
          "http://127.0.0.1/other",
          "http://127.0.0.1/cb?x=1",
          "http://127.0.0.1:0/cb",
          "http://127.0.0.1:65536/cb",
          "http://127.0.0.1:/cb",
          "http://127.0.0.1:80@evil.example/cb",
          "http://127.0.0.1:+80/cb",
          "http://127.0.0.2/cb",
          "http://localhost/cb",
          "http://127.0.0.1.evil.example/cb",
          "https://127.0.0.1/cb",
          "javascript:alert(1)",
          " https://app.example/back?tab=2",
          "x");

  @Test
  void refuses_any_other_redirect_url_and_names_the_field() {
    for (var url : ELSEWHERE) {
      var answer = session("{\"integration\":\"acme\",\"redirectUrl\":\"" + url + "\"}");

      assertThat(faults(answer)).as(url).containsExactly("/redirectUrl");
    }
  }

  @Test
  void names_every_fault_of_a_wish() {
    assertThat(
            faults(
                session(
                    "{\"integration\":\"nobodys\",\"connection\":\"con_x\",\"alias\":\"\","
                        + "\"redirectUrl\":1,\"tags\":[\"\"],\"scopes\":[]}")))
        .containsExactlyInAnyOrder(
            "/integration", "/connection", "/alias", "/redirectUrl", "/tags/0", "/scopes");
    assertThat(faults(session("{}"))).containsExactly("/integration");
    assertThat(faults(session("{\"connection\":null}"))).containsExactly("/integration");
    assertThat(faults(session("{\"integration\":null,\"connection\":\"con_x\"}")))
        .contains("/connection");
  }

  @Test
  void is_for_those_who_may_write_connections() {
    var viewer = api.withScopes("connections:read");

    assertThat(viewer.post("/v1/connect-sessions", "{}").status()).isEqualTo(403);
    assertThat(api.with("").post("/v1/connect-sessions", "{}").status()).isEqualTo(401);
  }

  @Test
  void takes_the_integration_from_the_connection_that_is_to_be_authorized_anew() {
    var connection = scenario.connect("").sentBack("connection");
    api.call("PUT", "/v1/integrations/other", "{\"provider\":\"github\",\"clientId\":\"x\"}");

    assertThat(session("{\"connection\":\"" + connection + "\"}").status()).isEqualTo(201);
    assertThat(session("{\"connection\":\"" + connection + "\",\"integration\":\"acme\"}").status())
        .isEqualTo(201);
    assertThat(faults(session("{\"connection\":\"" + connection + "\",\"integration\":\"other\"}")))
        .containsExactly("/integration");
  }

  @Test
  void says_what_an_integration_lacks() {
    api.call("PUT", "/v1/integrations/pay", "{\"provider\":\"api-key\"}");
    api.call("PUT", "/v1/integrations/git", "{\"provider\":\"github\"}");

    var noConsent = session("{\"integration\":\"pay\"}");
    var noClient = session("{\"integration\":\"git\"}");

    assertThat(faults(noConsent)).containsExactly("/integration");
    assertThat(detail(noConsent))
        .isEqualTo("is of a provider that is not connected by OAuth consent");
    assertThat(faults(noClient)).containsExactly("/integration");
    assertThat(detail(noClient)).isEqualTo("has no clientId");
  }

  @Test
  void opens_githubs_page_from_its_manifest_alone(EmbeddedStack stack) {
    api.call(
        "PUT",
        "/v1/integrations/git",
        "{\"provider\":\"github\",\"clientId\":\"gh\",\"scopes\":[\"repo\",\"read:user\"]}");
    var url = session("{\"integration\":\"git\"}").body().path("connectUrl").asText();

    var page = scenario.browser().open(url);

    assertThat(page.body()).contains("Continue to <bdi>GitHub</bdi>");
    assertThat(page.link())
        .startsWith(
            // As a browser finds it where the simulator stands for providers.
            stack.environment("oauth-callback").get("WASL_PROVIDERS_AT")
                + "/github.com/login/oauth/authorize?response_type=code&client_id=gh"
                + "&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Foauth%2Fcallback"
                + "&scope=repo%20read%3Auser&state=");
  }

  @Test
  void does_not_know_another_projects_integration_and_connection(EmbeddedStack stack) {
    var connection = scenario.connect("").sentBack("connection");
    try (var other = new ConnectScenario(stack)) {
      assertThat(
              faults(
                  other
                      .api()
                      .post("/v1/connect-sessions", "{\"connection\":\"" + connection + "\"}")))
          .contains("/connection");
    }
  }

  @Test
  void demands_of_a_generic_providers_config_what_no_manifest_says() {
    var none = api.call("PUT", "/v1/integrations/x", "{\"provider\":\"oauth2\"}");
    var empty = api.call("PUT", "/v1/integrations/x", "{\"provider\":\"oauth2\",\"config\":{}}");

    assertThat(faults(none))
        .containsExactlyInAnyOrder("/config/authorizationUrl", "/config/tokenUrl");
    assertThat(faults(empty))
        .containsExactlyInAnyOrder("/config/authorizationUrl", "/config/tokenUrl");
  }

  /// A member of the config, and the fault that it is; none for a good one.
  private static final String MEMBERS =
      """
      "tokenUrl": "http://login.example/t"       |
      "tokenUrl": "http://10.0.0.1/t"            | /config/tokenUrl
      "tokenUrl": "https://169.254.169.254/t"    | /config/tokenUrl
      "tokenUrl": "https://a:b@login.example/t"  | /config/tokenUrl
      "tokenUrl": "https://login.example/t#x"    | /config/tokenUrl
      "tokenUrl": "ftp://login.example/t"        | /config/tokenUrl
      "tokenUrl": "login.example"                | /config/tokenUrl
      "tokenUrl": 7                              | /config/tokenUrl
      "tokenUrl": null                           | /config/tokenUrl
      "revocationUrl": "https://0177.0.0.1/r"    | /config/revocationUrl
      "authorizationUrl": "javascript:alert(1)"  | /config/authorizationUrl
      "pkce": "yes"                              | /config/pkce
      "clientAuth": "private"                    | /config/clientAuth
      "scopeSeparator": ";"                      | /config/scopeSeparator
      "consentPage": "no"                        | /config/consentPage
      "consentPage": true                        |
      "account": ["a..b"]                        | /config/account/0
      "accessTokenSeconds": 0                    | /config/accessTokenSeconds
      "authorizationParameters": {"state": "x"}  | /config/authorizationParameters/state
      "tokenParameters": {"code": "x"}           | /config/tokenParameters/code
      "tokenUri": "https://login.example/t"      | /config/tokenUri
      """;

  @Test
  void checks_a_generic_providers_config_field_by_field() {
    for (var line : MEMBERS.lines().toList()) {
      var member = line.substring(0, line.indexOf('|'));
      var pointer = line.substring(line.indexOf('|') + 1).strip();
      var config = scenario.config();
      ConnectScenario.tree("{" + member + "}")
          .properties()
          .forEach(field -> config.set(field.getKey(), field.getValue()));
      var wish = "{\"provider\":\"oauth2\",\"config\":" + config + "}";

      var answer = api.call("PUT", "/v1/integrations/x", wish);

      if (pointer.isEmpty()) {
        assertThat(answer.status()).as(line).isIn(200, 201);
      } else {
        assertThat(faults(answer)).as(line).contains(pointer);
      }
    }
  }

  @Test
  void leaves_a_manifests_facts_to_the_manifest() {
    var answer =
        api.call(
            "PUT",
            "/v1/integrations/x",
            "{\"provider\":\"github\",\"config\":{\"tokenUrl\":\"https://evil.example/t\","
                + "\"consentPage\":false}}");

    assertThat(faults(answer)).containsExactly("/config/tokenUrl");
    assertThat(detail(answer)).isEqualTo("is fixed by the provider's manifest");
  }

  @Test
  void keeps_the_secret_from_a_host_that_it_was_not_given_for() {
    var turned = scenario.config().put("tokenUrl", "https://elsewhere.example/token");
    var wish = "{\"provider\":\"oauth2\",\"clientId\":\"client-1\",\"config\":" + turned + "}";

    assertThat(faults(api.call("PUT", "/v1/integrations/acme", wish)))
        .containsExactly("/clientSecret");
    assertThat(scenario.connect("").sentBack("connection")).startsWith("con_");
  }
}
