package wasl.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import wasl.queue.Batch;
import wasl.road.EmbeddedStack;

/// Accounts are connected by consent: the road from a session to a connection.
@ExtendWith(EmbeddedStack.Shared.class)
@Timeout(120)
class ConnectTest {
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

  @Test
  void connects_an_account_whose_provider_checks_every_step() {
    var browser = scenario.browser();
    var page = browser.open(scenario.session(",\"alias\":\"main\",\"tags\":[\"a\",\"b\"]"));
    var back = browser.comeBack(provider.consent(page.link()));

    assertThat(back.status()).isEqualTo(302);
    assertThat(back.header("location")).startsWith(ConnectScenario.BACK + "&connection=con_");
    assertThat(back.header("cache-control")).isEqualTo("no-store");
    var connection = scenario.connection(back.sentBack("connection"));
    assertThat(connection.path("status").asText()).isEqualTo("active");
    assertThat(connection.has("statusReason")).isFalse();
    assertThat(connection.path("alias").asText()).isEqualTo("main");
    assertThat(connection.path("externalAccountId").asText()).isEqualTo("acct-1");
    assertThat(connection.path("scopes").toString()).isEqualTo("[\"read\",\"write\"]");
    assertThat(connection.path("tags").toString()).isEqualTo("[\"a\",\"b\"]");
    assertThat(connection.path("health").asText()).isEqualTo("healthy");
    assertThat(connection.path("expiresAt").asText())
        .isEqualTo(scenario.clock().instant().plusSeconds(3600).toString());
    var credentials =
        scenario.api().get("/v1/connections/" + connection.path("id").asText() + "/credentials");
    assertThat(provider.secrets()).contains(credentials.body().path("accessToken").asText());
    assertThat(credentials.body().path("type").asText()).isEqualTo("oauth2");
    assertThat(credentials.body().has("refreshToken")).isFalse();
    // The step's cookie has gone, the session's is of no use any more.
    assertThat(browser.cookies()).hasSize(1);
  }

  @Test
  void lets_a_link_be_tried_again_whose_grant_could_not_be_stored(EmbeddedStack stack)
      throws IOException {
    var away = new AtomicBoolean();
    try (var behind =
            stack.through((call, next) -> {
              if (away.get() && call.operation().equals("TransactWriteItems")) {
                throw new IOException("DynamoDB is away");
              }
              return next.pass(call);
            });
        var other = new ConnectScenario(behind)) {
      var browser = other.browser();
      var url = other.session("");
      var query = other.provider().consent(browser.open(url).link());
      away.set(true);
      browser.speak("ar");
      var broken = browser.comeBack(query);
      assertThat(broken.status()).isEqualTo(503);
      assertThat(broken.header("content-type")).isEqualTo("text/html; charset=utf-8");
      assertThat(broken.header("retry-after")).isEqualTo("5");
      assertThat(broken.body()).contains("dir=\"rtl\"", "<code dir=\"ltr\">");
      away.set(false);

      var back = browser.comeBack(other.provider().consent(browser.open(url).link()));

      assertThat(back.sentBack("connection")).startsWith("con_");
      assertThat(browser.open(url).status()).isEqualTo(410);
    }
  }

  @Test
  void says_in_the_request_who_asks_for_what() {
    var config = scenario.config().put("scopeSeparator", ",");
    config.putObject("authorizationParameters").put("access_type", "offline").put("prompt", "a b");
    config.put("authorizationUrl", provider.url("/authorize?theme=dark"));
    scenario.putIntegration(config);

    var url = scenario.browser().open(scenario.session("")).link();

    var query = ConsentProvider.parameters(URI.create(url).getRawQuery());
    assertThat(url).startsWith(provider.url("/authorize?theme=dark&response_type=code"));
    assertThat(query.remove("state")).hasSize(43);
    assertThat(query.remove("code_challenge")).hasSize(43);
    assertThat(query)
        .isEqualTo(
            Map.of(
                "theme", "dark",
                "response_type", "code",
                "client_id", ConsentProvider.CLIENT_ID,
                "redirect_uri", "http://127.0.0.1:1/oauth/callback",
                "scope", "read,write",
                "code_challenge_method", "S256",
                "access_type", "offline",
                "prompt", "a b"));
    assertThat(url).doesNotContain("+");
  }

  @Test
  void asks_without_a_challenge_where_the_provider_knows_none() {
    scenario.putIntegration(scenario.config().put("pkce", false).put("clientAuth", "post"));

    var back = scenario.connect("");

    assertThat(back.sentBack("connection")).startsWith("con_");
    assertThat(provider.calls("/token").getFirst().form())
        .doesNotContainKey("code_verifier")
        .containsEntry("client_id", ConsentProvider.CLIENT_ID);
  }

  @Test
  void names_project_provider_and_scopes_before_it_leads_on() {
    scenario.putIntegration(scenario.config(), "read", "<b>all</b>");

    var page = scenario.browser().open(scenario.session(""));

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("content-type")).isEqualTo("text/html; charset=utf-8");
    assertThat(page.header("cache-control")).isEqualTo("no-store");
    assertThat(page.header("referrer-policy")).isEqualTo("no-referrer");
    assertThat(page.header("content-security-policy"))
        .startsWith("default-src 'none'; style-src 'sha256-")
        .contains("frame-ancestors 'none'");
    assertThat(page.body())
        .contains("<html lang=\"en\" dir=\"ltr\">")
        .contains("<bdi>a test&#39;s</bdi>")
        .contains("<bdi>Any service with OAuth 2</bdi>")
        .contains("<code dir=\"ltr\">&lt;b&gt;all&lt;/b&gt;</code>")
        .doesNotContain("<script", "<b>");
  }

  @Test
  void speaks_arabic_to_those_who_prefer_it() {
    var browser = scenario.browser();
    browser.speak("fr, ar-SA;q=0.9, en;q=0.8");

    var page = browser.open(scenario.session(""));

    assertThat(page.header("content-language")).isEqualTo("ar");
    assertThat(page.body())
        .contains("<html lang=\"ar\" dir=\"rtl\">")
        .contains("المتابعة إلى <bdi>أي خدمة تدعم OAuth 2</bdi>");
  }

  @Test
  void goes_on_at_once_where_the_integration_wants_no_page() {
    scenario.putIntegration(scenario.config().put("consentPage", false));
    var browser = scenario.browser();

    var page = browser.open(scenario.session(""));

    assertThat(page.status()).isEqualTo(302);
    assertThat(page.body()).isEmpty();
    assertThat(page.header("referrer-policy")).isEqualTo("no-referrer");
    assertThat(browser.comeBack(provider.consent(page.header("location"))).sentBack("connection"))
        .startsWith("con_");
  }

  @Test
  void ties_each_step_to_its_browser_by_a_cookie_that_scripts_do_not_see(EmbeddedStack stack) {
    var plain = scenario.browser().open(scenario.session(""));
    assertThat(plain.setCookies())
        .hasSize(2)
        .allMatch(cookie ->
            cookie.matches(
                "wasl-[0-9a-f]{24}=[\\w-]{43}; Path=/; Max-Age=(600|1800); HttpOnly;"
                    + " SameSite=Lax"));

    try (var https =
        new ConnectScenario(stack, Map.of("WASL_PUBLIC_URL", "https://wasl.example"))) {
      var browser = https.browser();
      var page = browser.open(https.session(""));

      assertThat(page.setCookies())
          .hasSize(2)
          .allMatch(cookie ->
              cookie.matches(
                  "__Host-wasl-[0-9a-f]{24}=[\\w-]{43}; Path=/; Max-Age=(600|1800); HttpOnly;"
                      + " SameSite=Lax; Secure"));
      assertThat(ConsentProvider.parameters(URI.create(page.link()).getRawQuery()))
          .containsEntry("redirect_uri", "https://wasl.example/oauth/callback");
      assertThat(browser.comeBack(https.provider().consent(page.link())).sentBack("connection"))
          .startsWith("con_");
    }
  }

  @Test
  void opens_a_session_in_one_browser_only_and_there_as_often_as_it_is_reloaded() {
    var url = scenario.session("");
    var first = scenario.browser();
    var page = first.open(url);

    var other = scenario.browser().open(url);
    var again = first.open(url);

    assertThat(other.status()).isEqualTo(403);
    assertThat(other.setCookies()).isEmpty();
    assertThat(other.body()).doesNotContain("<a href");
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.link()).isNotEqualTo(page.link());
    // The page from before the reload is as good as the one after.
    assertThat(first.comeBack(provider.consent(page.link())).sentBack("connection"))
        .startsWith("con_");
  }

  @Test
  void gives_a_session_that_many_browsers_open_at_once_to_one() {
    var url = scenario.session("");

    var statuses =
        Batch.each(List.of(1, 2, 3, 4, 5, 6, 7, 8), each -> scenario.browser().open(url).status())
            .stream()
            .map(result ->
                result.orElse(why -> {
                  throw why;
                }))
            .toList();

    assertThat(statuses).containsOnlyOnce(200).contains(403).hasSize(8);
  }

  @Test
  void makes_one_connection_of_a_session() {
    var url = scenario.session("");
    var browser = scenario.browser();
    var one = browser.open(url);
    var two = browser.open(url);
    browser.comeBack(provider.consent(one.link()));
    provider.logIn("acct-2");

    assertThat(browser.comeBack(provider.consent(two.link())).status()).isEqualTo(400);
    assertThat(browser.open(url).status()).isEqualTo(410);
    assertThat(scenario.connections()).isEqualTo(1);
  }

  @Test
  void does_not_know_a_session_that_is_over_or_never_was() {
    var url = scenario.session("");
    var browser = scenario.browser();
    browser.open(url);
    scenario.clock().move(Duration.ofMinutes(30));

    assertThat(browser.open(url).status()).isEqualTo(410);
    assertThat(scenario.browser().open(url).status()).isEqualTo(410);
    for (var session : List.of("", "ses_x", "ses_" + "0".repeat(30), "%00", "a&session=b")) {
      assertThat(browser.get("/oauth/authorize", "session=" + session).status())
          .as(session)
          .isEqualTo(410);
    }
    assertThat(browser.get("/oauth/other", "").status()).isEqualTo(404);
  }

  @Test
  void answers_the_event_of_a_browser_that_comes_much_too_late() throws IOException {
    var event = Files.readString(Path.of("..", "events", "oauth-callback.json"));

    var page = scenario.browser().send(ConnectScenario.tree(event));

    assertThat(page.status()).isEqualTo(410);
    assertThat(page.body()).contains("لم يَعُد هذا الرابط صالحًا");
    assertThat(scenario.logged()).contains("\"verdict\":\"SESSION_OVER\"").doesNotContain("ses_");
  }

  @Test
  void runs_two_connects_in_one_browser_at_the_same_time() {
    var browser = scenario.browser();
    var one = browser.open(scenario.session(",\"alias\":\"one\""));
    var two = browser.open(scenario.session(",\"alias\":\"two\""));
    provider.logIn("acct-2");
    var second = provider.consent(two.link());
    provider.logIn("acct-1");
    var first = provider.consent(one.link());

    var ids =
        Batch.each(List.of(first, second), query -> browser.comeBack(query).sentBack("connection"))
            .stream()
            .map(result ->
                result.orElse(why -> {
                  throw why;
                }))
            .toList();

    assertThat(scenario.connection(ids.get(0)).path("alias").asText()).isEqualTo("one");
    assertThat(scenario.connection(ids.get(1)).path("alias").asText()).isEqualTo("two");
    assertThat(scenario.connection(ids.get(1)).path("externalAccountId").asText())
        .isEqualTo("acct-2");
  }

  @Test
  void refuses_a_callback_of_another_browser_and_leaves_the_state_to_its_own() {
    var browser = scenario.browser();
    var query = provider.consent(browser.open(scenario.session("")).link());
    var cookies = browser.cookies();

    var stranger = scenario.browser();
    assertThat(stranger.comeBack(query).status()).isEqualTo(403);
    cookies.keySet().forEach(name -> stranger.take(name, "x".repeat(43)));
    assertThat(stranger.comeBack(query).status()).isEqualTo(403);
    cookies.keySet().forEach(name -> stranger.take(name, ""));
    var refused = stranger.comeBack(query);

    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.header("location")).isEmpty();
    assertThat(refused.setCookies()).isEmpty();
    assertThat(provider.calls("/token")).isEmpty();
    assertThat(browser.comeBack(query).sentBack("connection")).startsWith("con_");
  }

  @Test
  void refuses_the_state_of_another_connect_with_this_browsers_own_cookies() {
    var victim = scenario.browser();
    victim.open(scenario.session(""));
    var attacker = scenario.browser();
    var query = provider.consent(attacker.open(scenario.session("")).link());

    assertThat(victim.comeBack(query).status()).isEqualTo(403);
    assertThat(scenario.connections()).isZero();
  }

  @Test
  void refuses_a_state_that_nobody_made_or_that_is_said_twice() {
    var browser = scenario.browser();
    var query = provider.consent(browser.open(scenario.session("")).link());
    var state = java.util.Objects.requireNonNull(ConsentProvider.parameters(query).get("state"));

    for (var forged :
        List.of(
            "",
            "code=x",
            "code=x&state=",
            "code=x&state=" + "A".repeat(43),
            "code=x&state=" + state.substring(1),
            "code=x&state=" + state + "A",
            "code=x&state=" + state.toLowerCase(java.util.Locale.ROOT) + "&state=" + state,
            "code=x&state=%ZZ",
            "state[]=" + state)) {
      assertThat(browser.comeBack(forged).status()).as(forged).isEqualTo(400);
    }
    assertThat(browser.comeBack(query).sentBack("connection")).startsWith("con_");
  }

  @Test
  void takes_a_state_once_also_of_many_callbacks_at_once() {
    var browser = scenario.browser();
    var query = provider.consent(browser.open(scenario.session("")).link());

    var statuses =
        Batch.each(List.of(1, 2, 3, 4, 5, 6), each -> browser.comeBack(query).status()).stream()
            .map(result ->
                result.orElse(why -> {
                  throw why;
                }))
            .toList();

    assertThat(statuses).containsOnlyOnce(302).hasSize(6);
    assertThat(provider.calls("/token")).hasSize(1);
    assertThat(browser.comeBack(query).status()).isIn(400, 403);
    assertThat(scenario.connections()).isEqualTo(1);
  }

  @Test
  void forgets_a_state_after_ten_minutes() {
    var browser = scenario.browser();
    var query = provider.consent(browser.open(scenario.session("")).link());
    scenario.clock().move(Duration.ofMinutes(10));

    assertThat(browser.comeBack(query).status()).isEqualTo(400);
    assertThat(provider.calls("/token")).isEmpty();
  }

  @Test
  void finishes_what_was_begun_in_a_sessions_last_minute() {
    var browser = scenario.browser();
    var url = scenario.session("");
    scenario.clock().move(Duration.ofMinutes(29));
    var query = provider.consent(browser.open(url).link());
    scenario.clock().move(Duration.ofMinutes(9));

    assertThat(browser.comeBack(query).sentBack("connection")).startsWith("con_");
  }

  @Test
  void gets_nothing_for_a_code_that_was_used_or_is_anothers() {
    var used = scenario.browser();
    var query = provider.consent(used.open(scenario.session("")).link());
    used.comeBack(query);
    var code = ConsentProvider.parameters(query).get("code");
    var thief = scenario.browser();
    var link = thief.open(scenario.session("")).link();
    var state = ConsentProvider.parameters(URI.create(link).getRawQuery()).get("state");
    var fresh =
        ConsentProvider.parameters(
                provider.consent(scenario.browser().open(scenario.session("")).link()))
            .get("code");

    var again = thief.comeBack("code=" + code + "&state=" + state);
    var other = scenario.browser();
    var otherState =
        ConsentProvider.parameters(
                URI.create(other.open(scenario.session("")).link()).getRawQuery())
            .get("state");
    // Good, but asked for with another challenge.
    var injected = other.comeBack("code=" + fresh + "&state=" + otherState);

    assertThat(again.sentBack("error")).isEqualTo("invalid_grant");
    assertThat(injected.sentBack("error")).isEqualTo("invalid_grant");
    assertThat(scenario.connections()).isEqualTo(1);
  }

  @Test
  void sends_a_code_nowhere_once_the_integration_was_turned_to_another_host() {
    var browser = scenario.browser();
    var query = provider.consent(browser.open(scenario.session("")).link());
    try (var elsewhere = new ConsentProvider()) {
      scenario.putIntegration(scenario.config().put("tokenUrl", elsewhere.url("/token")));

      var back = browser.comeBack(query);

      assertThat(back.sentBack("error")).isEqualTo("integration_changed");
      assertThat(elsewhere.calls("/token")).isEmpty();
      assertThat(provider.calls("/token")).isEmpty();
    }
  }

  @Test
  void carries_the_providers_no_back() {
    var browser = scenario.browser();
    var link = browser.open(scenario.session("")).link();

    var back = browser.comeBack(ConsentProvider.deny(link));

    assertThat(back.status()).isEqualTo(302);
    assertThat(back.header("location"))
        .isEqualTo(
            ConnectScenario.BACK + "&error=access_denied&error_description=The%20user%20said%20no");
    assertThat(browser.comeBack(ConsentProvider.deny(link)).status()).isEqualTo(400);
    assertThat(scenario.connections()).isZero();
    // Whoever thinks better of it goes on where he was.
    assertThat(scenario.logged()).contains("\"error\":\"access_denied\"");
  }

  @Test
  void lets_a_browser_try_again_in_its_session_after_a_no() {
    var url = scenario.session("");
    var browser = scenario.browser();
    browser.comeBack(ConsentProvider.deny(browser.open(url).link()));

    var back = browser.comeBack(provider.consent(browser.open(url).link()));

    assertThat(back.sentBack("connection")).startsWith("con_");
  }

  @Test
  void shows_a_page_where_there_is_nowhere_to_go_back_to() {
    var answer = scenario.api().post("/v1/connect-sessions", "{\"integration\":\"acme\"}");
    var url = answer.body().path("connectUrl").asText();
    var browser = scenario.browser();

    var denied = browser.comeBack(ConsentProvider.deny(browser.open(url).link()));
    var connected = browser.comeBack(provider.consent(browser.open(url).link()));

    assertThat(denied.status()).isEqualTo(400);
    assertThat(denied.body()).contains("<code dir=\"ltr\">access_denied</code>");
    assertThat(connected.status()).isEqualTo(200);
    assertThat(connected.body()).contains("You may close this window.");
    assertThat(scenario.connections()).isEqualTo(1);
  }

  @Test
  void sends_nobody_to_a_url_that_was_taken_off_the_list() {
    var browser = scenario.browser();
    var query = provider.consent(browser.open(scenario.session("")).link());
    scenario
        .api()
        .call(
            "PUT",
            "/v1/integrations/acme",
            "{\"provider\":\"oauth2\",\"clientId\":\""
                + ConsentProvider.CLIENT_ID
                + "\",\"config\":"
                + scenario.config()
                + "}");

    var back = browser.comeBack(query);

    assertThat(back.status()).isEqualTo(200);
    assertThat(back.header("location")).isEmpty();
  }

  @Test
  void connects_nothing_through_an_integration_that_has_gone() {
    var url = scenario.session("");
    var browser = scenario.browser();
    var query = provider.consent(browser.open(url).link());
    scenario.api().call("DELETE", "/v1/integrations/acme", "");

    assertThat(browser.comeBack(query).body()).contains("integration_gone");
    assertThat(browser.open(url).status()).isEqualTo(409);
    assertThat(provider.calls("/token")).isEmpty();
  }

  @Test
  void writes_no_secret_into_logs_and_tables() {
    var browser = scenario.browser();
    var link = browser.open(scenario.session("")).link();
    var cookies = browser.cookies();
    var query = provider.consent(link);
    scenario.browser().comeBack(query);
    browser.comeBack(query);
    browser.comeBack(query);
    provider.answerNext(400, "application/json", "{\"error\":\"invalid_request\"}");
    scenario.connect("");

    var secrets = new java.util.ArrayList<>(provider.secrets());
    secrets.add(ConsentProvider.parameters(URI.create(link).getRawQuery()).get("state"));
    secrets.addAll(cookies.values());
    secrets.add(ConsentProvider.CLIENT_SECRET);
    assertThat(secrets).hasSizeGreaterThan(7).noneMatch(String::isEmpty);
    assertThat(scenario.logged()).contains("connected").doesNotContain(secrets);
    assertThat(scenario.logged()).doesNotContain("code=", "state=", "session=", "ses_");
    assertThat(scenario.stored()).contains("oauth-state").doesNotContain(secrets);
  }
}
