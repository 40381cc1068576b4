package wasl.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import wasl.road.EmbeddedStack;

/// What a second consent does: one account has one connection, and that keeps its id.
@ExtendWith(EmbeddedStack.Shared.class)
@Timeout(120)
class ReconnectTest {
  private ConnectScenario scenario;
  private ConsentProvider provider;

  @BeforeEach
  void start(EmbeddedStack stack) {
    scenario = new ConnectScenario(stack);
    provider = scenario.provider();
  }

  @AfterEach
  void stop() {
    scenario.close();
  }

  private String connected(String more) {
    var back = scenario.connect(more);
    assertThat(back.sentBack("error")).isEmpty();
    return back.sentBack("connection");
  }

  private String refused(String more) {
    var back = scenario.connect(more);
    assertThat(back.sentBack("connection")).isEmpty();
    return back.sentBack("error");
  }

  private String token(String connection) {
    return credentials(connection).path("accessToken").asText();
  }

  private JsonNode credentials(String connection) {
    return scenario.api().get("/v1/connections/" + connection + "/credentials").body();
  }

  @Test
  void an_account_that_is_connected_already_keeps_its_connection() {
    var first = connected(",\"alias\":\"main\",\"tags\":[\"a\"]");
    var before = token(first);

    var second = connected("");

    assertThat(second).isEqualTo(first);
    assertThat(token(first)).isNotEqualTo(before);
    assertThat(scenario.connection(first).path("alias").asText()).isEqualTo("main");
    assertThat(scenario.connection(first).path("tags").toString()).isEqualTo("[\"a\"]");
    assertThat(scenario.connections()).isEqualTo(1);
    assertThat(provider.calls("/revoke")).isEmpty();
  }

  @Test
  void another_account_is_another_connection() {
    var first = connected("");
    provider.logIn("acct-2");

    assertThat(connected("")).isNotEqualTo(first);
    assertThat(scenario.connections()).isEqualTo(2);
  }

  @Test
  void an_alias_whose_account_nobody_knows_is_connected_anew() {
    provider.logIn("");
    var first = connected(",\"alias\":\"main\"");

    assertThat(connected(",\"alias\":\"main\"")).isEqualTo(first);
    provider.logIn("acct-1");
    assertThat(connected(",\"alias\":\"main\"")).isEqualTo(first);
    assertThat(scenario.connection(first).path("externalAccountId").asText()).isEqualTo("acct-1");
    assertThat(scenario.connections()).isEqualTo(1);
  }

  @Test
  void an_alias_of_another_account_is_taken_and_the_fresh_token_given_back() {
    var first = connected(",\"alias\":\"main\"");
    var before = token(first);
    provider.logIn("acct-2");

    assertThat(refused(",\"alias\":\"main\"")).isEqualTo("alias_taken");
    assertThat(token(first)).isEqualTo(before);
    assertThat(scenario.connections()).isEqualTo(1);
    assertThat(provider.calls("/revoke"))
        .extracting(call -> call.form().get("token_type_hint"))
        .containsExactly("refresh_token", "access_token");
    assertThat(provider.calls("/revoke"))
        .extracting(call -> call.form().get("token"))
        .doesNotContain(before)
        .allMatch(provider.secrets()::contains);
  }

  @Test
  void a_grant_of_nobody_knows_which_account_is_not_given_back() {
    var first = connected(",\"alias\":\"main\"");
    provider.logIn("");

    assertThat(refused(",\"alias\":\"main\"")).isEqualTo("alias_taken");
    // It may be of the account that is connected, and end its connection at the provider.
    assertThat(provider.calls("/revoke")).isEmpty();
    assertThat(scenario.connection(first).path("status").asText()).isEqualTo("active");
  }

  @Test
  void an_alias_stays_anothers_also_for_an_account_that_is_connected() {
    connected(",\"alias\":\"one\"");
    provider.logIn("acct-2");
    var second = connected(",\"alias\":\"two\"");
    var before = token(second);

    assertThat(refused(",\"alias\":\"one\"")).isEqualTo("alias_taken");
    assertThat(token(second)).isEqualTo(before);
    // At many providers that would end the connection that stands.
    assertThat(provider.calls("/revoke")).isEmpty();
    assertThat(connected(",\"alias\":\"three\"")).isEqualTo(second);
    assertThat(scenario.connection(second).path("alias").asText()).isEqualTo("three");
  }

  @Test
  void a_session_for_one_connection_takes_no_other_account() {
    var first = connected("");
    var wish = ",\"connection\":\"" + first + "\"";
    provider.logIn("acct-2");

    assertThat(refused(wish)).isEqualTo("account_mismatch");
    assertThat(provider.calls("/revoke")).hasSize(2);
    assertThat(scenario.connections()).isEqualTo(1);
    provider.logIn("acct-1");
    assertThat(connected(wish)).isEqualTo(first);
  }

  @Test
  void a_session_for_a_connection_of_an_unknown_account_takes_no_account_of_another_connection() {
    connected("");
    provider.logIn("");
    var unknown = connected(",\"alias\":\"unknown\"");
    provider.logIn("acct-1");

    assertThat(refused(",\"connection\":\"" + unknown + "\"")).isEqualTo("account_mismatch");
    assertThat(provider.calls("/revoke")).isEmpty();
    provider.logIn("acct-2");
    assertThat(connected(",\"connection\":\"" + unknown + "\"")).isEqualTo(unknown);
  }

  @Test
  void a_session_for_a_connection_that_was_deleted_connects_nothing() {
    var first = connected("");
    var browser = scenario.browser();
    var url = scenario.session(",\"connection\":\"" + first + "\"");
    var query = provider.consent(browser.open(url).link());
    scenario.api().call("DELETE", "/v1/connections/" + first, "");

    assertThat(browser.comeBack(query).sentBack("error")).isEqualTo("connection_gone");
    assertThat(scenario.connections()).isZero();
  }

  @Test
  void an_active_connection_keeps_its_refresh_token_where_a_second_consent_gives_none() {
    var first = connected("");
    var refresh = provider.secrets().stream().filter(s -> s.startsWith("refresh-")).findFirst();
    provider.answerNext(
        200,
        "application/json",
        "{\"access_token\":\"second\",\"account\":{\"id\":\"acct-1\"},\"expires_in\":60}");
    connected("");
    scenario.api().call("DELETE", "/v1/connections/" + first, "");

    assertThat(provider.calls("/revoke").getFirst().form())
        .containsEntry("token", refresh.orElseThrow())
        .containsEntry("token_type_hint", "refresh_token");
  }

  @Test
  void makes_a_connection_active_again_that_had_to_be_authorized_anew() {
    var first = connected("");
    scenario.putIntegration(scenario.config().put("clientAuth", "post"));
    assertThat(scenario.connection(first).path("status").asText()).isEqualTo("pending_auth");

    assertThat(connected("")).isEqualTo(first);
    assertThat(scenario.connection(first).path("status").asText()).isEqualTo("active");
  }

  @Test
  void leaves_a_suspended_connection_suspended() {
    var first = connected("");
    scenario.api().call("POST", "/v1/connections/" + first + "/suspend", "");

    assertThat(connected("")).isEqualTo(first);

    var suspended = scenario.connection(first);
    assertThat(suspended.path("status").asText()).isEqualTo("suspended");
    assertThat(suspended.path("statusReason").asText()).isEqualTo("suspended_by_user");
    scenario.api().call("POST", "/v1/connections/" + first + "/resume", "");
    assertThat(scenario.connection(first).path("status").asText()).isEqualTo("active");
  }

  @Test
  void keeps_no_grant_of_the_hosts_that_the_integration_was_turned_from_meanwhile() {
    var first = connected("");
    for (var account : new String[] {"acct-1", "acct-2"}) {
      provider.logIn(account);
      provider.answerNext(exchange -> {
        var elsewhere = provider.url("/revoke?of=" + account);
        scenario.putIntegration(scenario.config().put("revocationUrl", elsewhere));
        ConsentProvider.send(
            exchange,
            200,
            "application/json",
            "{\"access_token\":\"of-before\",\"account\":{\"id\":\"" + account + "\"}}");
      });

      assertThat(refused("")).isEqualTo("integration_changed");
    }

    assertThat(scenario.connections()).isEqualTo(1);
    assertThat(scenario.connection(first).path("status").asText()).isEqualTo("pending_auth");
    assertThat(scenario.connection(first).path("statusReason").asText())
        .isEqualTo("integration_changed");
  }

  @Test
  void gives_the_token_back_when_its_connection_is_deleted() {
    var first = connected("");
    var access = token(first);

    var answer = scenario.api().call("DELETE", "/v1/connections/" + first, "");

    assertThat(answer.status()).isEqualTo(204);
    assertThat(provider.calls("/revoke")).hasSize(2);
    assertThat(provider.calls("/revoke").getLast().form()).containsEntry("token", access);
    assertThat(provider.calls("/revoke").getFirst().authorization()).startsWith("Basic ");
  }

  @Test
  void deletes_a_connection_whose_provider_takes_nothing_back() {
    scenario.putIntegration(scenario.config().put("revocationUrl", provider.url("/nowhere")));
    var first = connected("");

    assertThat(scenario.api().call("DELETE", "/v1/connections/" + first, "").status())
        .isEqualTo(204);
    assertThat(scenario.connections()).isZero();
    assertThat(scenario.logged())
        .contains("\"message\":\"token not revoked\"", "\"why\":\"http_404\"", first)
        .doesNotContain(provider.secrets());
  }

  @Test
  void shows_no_token_to_a_host_that_the_configuration_names_later() {
    var first = connected("");
    try (var elsewhere = new ConsentProvider()) {
      scenario.putIntegration(scenario.config().put("revocationUrl", elsewhere.url("/revoke")));

      assertThat(scenario.api().call("DELETE", "/v1/connections/" + first, "").status())
          .isEqualTo(204);
      assertThat(elsewhere.calls("/revoke")).isEmpty();
      assertThat(scenario.logged()).contains("\"why\":\"other_host\"");
    }
  }
}
