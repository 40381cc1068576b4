package wasl.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wasl.provider.CredentialCheck.Verdict;
import wasl.provider.CredentialCheck.Verdict.Bad;
import wasl.provider.CredentialCheck.Verdict.Good;
import wasl.provider.CredentialCheck.Verdict.Unasked;
import wasl.provider.CredentialCheck.Verdict.Unclear;
import wasl.provider.CredentialCheck.Verdict.Unsendable;
import wasl.provider.ProviderStandIn.Answer;

/// What the answers of a provider say of credentials.
@Timeout(30)
class CredentialCheckTest {
  private final ProviderStandIn providers = new ProviderStandIn();

  @AfterEach
  void close() {
    providers.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          stripe     | 200 | {"id":"acct_1"}                              | good acct_1
          stripe     | 200 | {"id":"acct_1","settings":{"dashboard":{"display_name":"Shop"}}} | good acct_1 Shop
          stripe     | 200 | <html>                                       | good
          stripe     | 200 | {"id":7}                                     | good 7
          stripe     | 204 | -                                            | good
          stripe     | 401 | {"error":{"message":"no"}}                   | bad http_401
          stripe     | 403 | {}                                           | good
          hubspot    | 403 | {}                                           | bad http_403
          stripe     | 302 | -                                            | unclear http_302
          stripe     | 400 | {}                                           | unclear http_400
          stripe     | 404 | {}                                           | unclear http_404
          stripe     | 429 | {}                                           | unclear http_429
          stripe     | 500 | {}                                           | unclear http_500
          stripe     | 503 | {"error":"invalid"}                          | unclear http_503
          slack      | 200 | {"ok":true,"team_id":"T1","team":"Us"}       | good T1 Us
          slack      | 200 | {"ok":false,"error":"invalid_auth"}          | bad invalid_auth
          slack      | 200 | {"ok":false}                                 | bad unsuccessful
          slack      | 200 | {"ok":false,"error":"internal_error"}        | unclear http_200
          slack      | 200 | {"ok":false,"error":"ratelimited"}           | unclear http_200
          slack      | 200 | <html>                                       | unclear http_200
          slack      | 200 | {}                                           | unclear http_200
          cloudflare | 200 | {"success":true,"result":{"id":"1"}}         | good
          cloudflare | 400 | {"success":false,"errors":[{"code":6003}]}   | bad http_400
          cloudflare | 400 | <html>                                       | unclear http_400
          tap        | 404 | {"errors":[{"code":"1143"}]}                 | good
          tap        | 401 | {"errors":[{"code":"2107"}]}                 | bad http_401
          tap        | 500 | {}                                           | unclear http_500
          supabase   | 200 | [{"id":"org1","name":"Org"},{"id":"org2"}]   | good org1 Org
          supabase   | 200 | []                                           | good
          xero       | 200 | [{"tenantId":"t-1","tenantName":"Books"}]    | good t-1 Books
          github     | 200 | {"login":"octocat","name":null}              | good octocat
          twilio     | 200 | {"sid":"AC1","friendly_name":"Calls"}        | good AC1 Calls
          """)
  void reads_the_verdict(String provider, int status, String body, String verdict) {
    providers.answer(status, body == null ? "" : body);

    assertThat(said(check(provider))).isEqualTo(verdict);
    assertThat(providers.asked()).hasSize(1);
  }

  private static String said(Verdict verdict) {
    return switch (verdict) {
      case Good(var account, var name) ->
          "good" + account.map(" "::concat).orElse("") + name.map(" "::concat).orElse("");
      case Bad(var why) -> "bad " + why;
      case Unclear(var why, var _) -> "unclear " + why;
      case Unsendable(var fields) -> "unsendable " + fields.keySet();
      case Unasked() -> "unasked";
    };
  }

  @Test
  void takes_a_throttled_call_for_none_whatever_its_status() {
    providers.answer(ask -> Answer.json(403, "{}").with("x-ratelimit-remaining", "0"));
    assertThat(check("github")).isEqualTo(new Unclear("http_403", Optional.empty()));

    providers.answer(ask -> Answer.json(403, "{}").with("retry-after", "90"));
    assertThat(check("github"))
        .isEqualTo(new Unclear("http_403", Optional.of(Duration.ofSeconds(90))));

    providers.answer(ask -> Answer.json(403, "{}").with("x-ratelimit-remaining", "4999"));
    assertThat(check("github")).isEqualTo(new Bad("http_403"));

    providers.answer(ask -> Answer.json(401, "{}").with("x-ratelimit-remaining", "0"));
    assertThat(check("github")).isEqualTo(new Bad("http_401"));
  }

  @Test
  void cannot_tell_of_a_provider_that_does_not_answer() {
    providers.fallSilent();

    assertThat(said(check("stripe"))).isEqualTo("unclear connection_refused");
  }

  @Test
  void waits_no_longer_than_its_deadline() {
    var release = new java.util.concurrent.CountDownLatch(1);
    providers.answer(ask -> {
      try {
        release.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return Answer.json(200, "{}");
    });

    assertThat(said(check("stripe", Duration.ofMillis(200), providers.egress())))
        .isEqualTo("unclear timeout");
    release.countDown();
  }

  @Test
  void asks_nothing_of_a_provider_whose_manifest_names_no_call() {
    assertThat(check("api-key")).isEqualTo(new Unasked());
    assertThat(providers.asked()).isEmpty();
  }

  @Test
  void asks_nothing_with_what_cannot_be_sent() {
    var account = Accounts.of(Accounts.manifest("stripe"), Map.of("apiKey", "sk\n"));

    assertThat(check(account, Duration.ofSeconds(5), providers.egress()))
        .isInstanceOf(Unsendable.class);
    assertThat(providers.asked()).isEmpty();
  }

  @Test
  void takes_no_account_that_could_not_be_a_name() {
    providers.answer(200, "{\"id\":\"a\\nb\"}");
    assertThat(check("stripe")).isEqualTo(new Good(Optional.empty(), Optional.empty()));

    providers.answer(200, "{\"id\":\"" + "a".repeat(201) + "\"}");
    assertThat(check("stripe")).isEqualTo(new Good(Optional.empty(), Optional.empty()));

    providers.answer(200, "{\"id\":\"  \"}");
    assertThat(check("stripe")).isEqualTo(new Good(Optional.empty(), Optional.empty()));
  }

  @Test
  void suspects_the_secret_fields_that_were_given() {
    assertThat(CredentialCheck.suspects(Accounts.of(Accounts.manifest("twilio"), Map.of())))
        .containsExactly("password");
    assertThat(
            CredentialCheck.suspects(
                Accounts.of(Accounts.manifest("basic"), Map.of("username", "u"))))
        .containsExactly("username");
  }

  private Verdict check(String provider) {
    return check(provider, Duration.ofSeconds(5), providers.egress());
  }

  private static Verdict check(String provider, Duration deadline, wasl.egress.Egress egress) {
    return check(Accounts.of(Accounts.manifest(provider), Map.of()), deadline, egress);
  }

  private static Verdict check(
      ProviderAccount account, Duration deadline, wasl.egress.Egress egress) {
    var calls =
        new ProviderCalls(
            (request, keys, scope, now) -> {
              throw new AssertionError("nothing here is signed");
            },
            () -> Accounts.NOW);
    return new CredentialCheck(egress, calls, () -> Accounts.NOW, deadline).check(account);
  }
}
