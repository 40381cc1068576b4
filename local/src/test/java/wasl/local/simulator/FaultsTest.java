package wasl.local.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wasl.local.simulator.PlainClient.Answer;

class FaultsTest {
  @Test
  void a_status_comes_once_and_the_token_is_as_it_was() throws Exception {
    try (var acme = Scenario.acme()) {
      String token = acme.tokens().text("/refresh_token");
      acme.fault(
          """
          {"provider": "acme", "on": "refresh", "kind": "status", "status": 429, "retryAfter": 7}
          """);

      Answer refused = acme.refresh(token);
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.header("retry-after")).isEqualTo("7");
      assertThat(acme.refresh(token).status()).isEqualTo(200);
    }
  }

  @Test
  void an_outage_lasts_for_its_period() throws Exception {
    try (var acme = Scenario.acme()) {
      String token = acme.tokens().text("/refresh_token");
      acme.fault(
          "{\"provider\": \"acme\", \"on\": \"any\", \"kind\": \"status\", \"forSeconds\": 3600}");

      assertThat(acme.refresh(token).status()).isEqualTo(503);
      assertThat(acme.whoami("imported").status()).isEqualTo(503);
      assertThat(acme.revoke(token).status()).isEqualTo(503);
      assertThat(acme.http.get(Scenario.API + "/v1/else").status()).isEqualTo(503);
      acme.move(Duration.ofHours(1));
      assertThat(acme.refresh(token).status()).isEqualTo(200);
    }
  }

  @Test
  void a_slow_answer_is_a_good_one() throws Exception {
    try (var acme = Scenario.acme()) {
      acme.fault(
          "{\"provider\": \"acme\", \"on\": \"whoami\", \"kind\": \"slow\", \"seconds\": 1}");
      Instant began = InstantSource.system().instant();

      assertThat(acme.whoami("imported").status()).isEqualTo(200);
      assertThat(Duration.between(began, InstantSource.system().instant()))
          .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }
  }

  @Test
  void a_refusal_is_said_in_the_provider_s_way() throws Exception {
    try (var acme = Scenario.acmeBut("{\"errorsWithStatus200\": true}")) {
      acme.fault("{\"provider\": \"acme\", \"on\": \"token\", \"kind\": \"invalid_grant\"}");
      Answer refused = acme.tokens();

      assertThat(refused.status()).isEqualTo(200);
      assertThat(refused.text("/error")).isEqualTo("invalid_grant");
      assertThat(acme.tokens().json().has("access_token")).isTrue();
    }
  }

  @Test
  void a_rotation_whose_answer_is_lost_has_happened() throws Exception {
    try (var acme = Scenario.acme()) {
      String token = acme.tokens().text("/refresh_token");
      acme.fault("{\"provider\": \"acme\", \"on\": \"refresh\", \"kind\": \"rotate_then_drop\"}");

      assertThatThrownBy(() -> acme.refresh(token)).isInstanceOf(IOException.class);
      assertThat(acme.refresh(token).text("/error")).isEqualTo("invalid_grant");
    }
  }

  @Test
  void a_connection_that_ends_at_once_has_changed_nothing() throws Exception {
    try (var acme = Scenario.acme()) {
      String token = acme.tokens().text("/refresh_token");
      acme.fault("{\"provider\": \"acme\", \"on\": \"refresh\", \"kind\": \"close\"}");

      assertThatThrownBy(() -> acme.refresh(token)).isInstanceOf(IOException.class);
      assertThat(acme.refresh(token).status()).isEqualTo(200);
    }
  }

  @Test
  void answers_can_be_a_page_or_10_mb_or_nothing() throws Exception {
    try (var acme = Scenario.acme()) {
      String token = acme.tokens().text("/refresh_token");
      for (String kind : new String[] {"html", "huge", "empty"}) {
        acme.fault(
            "{\"provider\": \"acme\", \"on\": \"refresh\", \"kind\": \"%s\"}".formatted(kind));
      }

      Answer page = acme.refresh(token);
      assertThat(page.status()).isEqualTo(200);
      assertThat(page.header("content-type")).startsWith("text/html");
      Answer huge = acme.refresh(token);
      assertThat(huge.body().length()).isGreaterThan(10 * 1024 * 1024);
      assertThat(huge.json().isObject()).isTrue();
      Answer empty = acme.refresh(token);
      assertThat(empty.status()).isEqualTo(200);
      assertThat(empty.body()).isEmpty();
      assertThat(acme.refresh(token).status()).isEqualTo(200);
    }
  }

  @Test
  void a_token_of_64_kb_works() throws Exception {
    try (var acme = Scenario.acme()) {
      acme.fault("{\"provider\": \"acme\", \"on\": \"token\", \"kind\": \"huge_token\"}");
      String token = acme.tokens().text("/access_token");

      assertThat(token.length()).isGreaterThanOrEqualTo(64 * 1024);
      acme.revoke(token);
      assertThat(acme.tokens().text("/access_token").length()).isLessThan(100);
    }
  }

  @Test
  void a_fault_of_a_host_strikes_that_host_alone_and_the_oldest_strikes_first() throws Exception {
    try (var acme = Scenario.acme()) {
      acme.fault(
          "{\"host\": \"id.acme.example\", \"on\": \"any\", \"kind\": \"status\", \"times\": 2}");
      acme.fault("{\"provider\": \"acme\", \"on\": \"token\", \"kind\": \"empty\"}");

      assertThat(acme.whoami("imported").status()).isEqualTo(200);
      assertThat(acme.refresh("imported").status()).isEqualTo(503);
      assertThat(acme.refresh("imported").status()).isEqualTo(503);
      assertThat(acme.refresh("imported").body()).isEmpty();
      assertThat(acme.refresh("imported").status()).isEqualTo(200);
    }
  }

  @Test
  void a_fault_of_the_token_endpoint_strikes_refreshes_too_and_one_of_refreshes_no_codes()
      throws Exception {
    try (var acme = Scenario.acme()) {
      acme.fault(
          "{\"provider\": \"acme\", \"on\": \"refresh\", \"kind\": \"status\", \"times\": 9}");
      assertThat(acme.tokens().status()).isEqualTo(200);
      acme.http.control("DELETE", "/faults", "");

      acme.fault("{\"provider\": \"acme\", \"on\": \"token\", \"kind\": \"status\", \"times\": 9}");
      assertThat(acme.tokens().status()).isEqualTo(503);
      assertThat(acme.refresh("imported").status()).isEqualTo(503);
      acme.http.control("DELETE", "/faults", "");
      assertThat(acme.refresh("imported").status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"on\": \"any\", \"kind\": \"empty\"}",
        "{\"provider\": \"acme\", \"host\": \"a.example\", \"on\": \"any\", \"kind\": \"empty\"}",
        "{\"provider\": \"nobody\", \"on\": \"any\", \"kind\": \"empty\"}",
        "{\"host\": \"no host\", \"on\": \"any\", \"kind\": \"empty\"}",
        "{\"provider\": \"acme\", \"kind\": \"empty\"}",
        "{\"provider\": \"acme\", \"on\": \"consent\", \"kind\": \"empty\"}",
        "{\"provider\": \"acme\", \"on\": \"any\"}",
        "{\"provider\": \"acme\", \"on\": \"any\", \"kind\": \"fire\"}",
        "{\"provider\": \"acme\", \"on\": \"any\", \"kind\": \"invalid_grant\"}",
        "{\"provider\": \"acme\", \"on\": \"whoami\", \"kind\": \"huge_token\"}",
        "{\"provider\": \"acme\", \"on\": \"any\", \"kind\": \"empty\", \"seconds\": 1}",
        "{\"provider\": \"acme\", \"on\": \"any\", \"kind\": \"slow\", \"status\": 500}",
        "{\"provider\": \"acme\", \"on\": \"any\", \"kind\": \"html\", \"retryAfter\": 1}",
        "{\"provider\": \"acme\", \"on\": \"any\", \"kind\": \"status\", \"status\": 200}",
        "{\"provider\": \"acme\", \"on\": \"any\", \"kind\": \"empty\", \"times\": 0}",
        "{\"provider\": \"acme\", \"on\": \"any\", \"kind\": \"empty\", \"times\": 1,"
            + " \"forSeconds\": 1}",
        "{\"provider\": \"acme\", \"on\": \"any\", \"kind\": \"empty\", \"colour\": 1}"
      })
  void an_order_that_makes_no_sense_is_refused_and_breaks_nothing(String order) throws Exception {
    try (var acme = Scenario.acme()) {
      Answer answer = acme.fault(order);

      assertThat(answer.status()).as(answer.body()).isEqualTo(422);
      assertThat(answer.json().path("errors").size()).as(answer.body()).isOne();
      assertThat(acme.whoami("imported").status()).isEqualTo(200);
    }
  }
}
