package wasl.local.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import wasl.local.simulator.PlainClient.Answer;

class RefreshTest {
  @Test
  void each_use_gives_another_refresh_token_where_the_manifest_says_so() throws Exception {
    try (var acme = Scenario.acme()) {
      Answer first = acme.tokens("acct_7");
      Answer second = acme.refresh(first.text("/refresh_token"));
      Answer third = acme.refresh(second.text("/refresh_token"));

      assertThat(second.status()).isEqualTo(200);
      assertThat(second.text("/refresh_token")).isNotEqualTo(first.text("/refresh_token"));
      assertThat(second.text("/access_token")).isNotEqualTo(first.text("/access_token"));
      assertThat(third.text("/account/id")).isEqualTo("acct_7");
      assertThat(third.text("/scope")).isEqualTo("read write");
      assertThat(acme.whoami(third.text("/access_token")).status()).isEqualTo(200);
    }
  }

  @Test
  void a_refresh_token_used_again_ends_its_whole_family() throws Exception {
    try (var acme = Scenario.acme()) {
      Answer first = acme.tokens();
      Answer second = acme.refresh(first.text("/refresh_token"));

      assertThat(acme.refresh(first.text("/refresh_token")).text("/error"))
          .isEqualTo("invalid_grant");
      assertThat(acme.refresh(second.text("/refresh_token")).text("/error"))
          .isEqualTo("invalid_grant");
      assertThat(acme.whoami(second.text("/access_token")).status()).isEqualTo(401);
    }
  }

  @Test
  void a_used_one_still_counts_for_as_long_as_the_manifest_says() throws Exception {
    try (var acme = Scenario.acmeBut("{\"refresh\": {\"rotates\": true, \"graceSeconds\": 60}}")) {
      String token = acme.tokens().text("/refresh_token");
      acme.refresh(token);

      acme.move(Duration.ofSeconds(59));
      assertThat(acme.refresh(token).status()).isEqualTo(200);
      acme.move(Duration.ofSeconds(1));
      assertThat(acme.refresh(token).text("/error")).isEqualTo("invalid_grant");
    }
  }

  @Test
  void one_refresh_token_serves_for_good_where_they_do_not_rotate() throws Exception {
    try (var acme = Scenario.acmeBut("{\"refresh\": {\"rotates\": false}}")) {
      String token = acme.tokens().text("/refresh_token");

      for (int use = 0; use < 3; use++) {
        Answer answer = acme.refresh(token);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().has("refresh_token")).isFalse();
      }
    }
  }

  @Test
  void a_refresh_token_ends_when_the_manifest_says() throws Exception {
    try (var acme = Scenario.acmeBut("{\"refresh\": {\"rotates\": true, \"seconds\": 86400}}")) {
      String token = acme.tokens().text("/refresh_token");
      acme.move(Duration.ofDays(1).minusMillis(1));
      String next = acme.refresh(token).text("/refresh_token");
      assertThat(next).startsWith("simrt_");

      acme.move(Duration.ofDays(1));
      assertThat(acme.refresh(next).text("/error")).isEqualTo("invalid_grant");
    }
  }

  @Test
  void there_is_no_refresh_token_where_the_manifest_knows_none_unless_one_is_ordered()
      throws Exception {
    try (var acme = Scenario.acme(manifest -> Scenario.mode(manifest).remove("refresh"))) {
      assertThat(acme.tokens().json().has("refresh_token")).isFalse();

      acme.behave("{\"refreshToken\": \"rotate\"}");
      String token = acme.tokens().text("/refresh_token");
      assertThat(acme.refresh(token).text("/refresh_token")).isNotEqualTo(token);
    }
  }

  @Test
  void refresh_tokens_can_be_kept_or_left_out_by_order() throws Exception {
    try (var acme = Scenario.acme()) {
      acme.behave("{\"refreshToken\": \"keep\"}");
      String kept = acme.tokens().text("/refresh_token");
      assertThat(acme.refresh(kept).status()).isEqualTo(200);

      acme.behave("{\"refreshToken\": \"omit\"}");
      assertThat(acme.tokens().json().has("refresh_token")).isFalse();
      Answer refreshed = acme.refresh(kept);
      assertThat(refreshed.status()).isEqualTo(200);
      assertThat(refreshed.json().has("refresh_token")).isFalse();
    }
  }

  @Test
  void a_refresh_token_is_bound_to_its_client() throws Exception {
    try (var acme = Scenario.acme()) {
      Answer answer =
          acme.http.post(
              Scenario.ID + "/token",
              Map.of(
                  "grant_type",
                  "refresh_token",
                  "refresh_token",
                  acme.tokens().text("/refresh_token")),
              "authorization",
              PlainClient.basic("client-2", Scenario.SECRET));

      assertThat(answer.text("/error")).isEqualTo("invalid_grant");
    }
  }

  @Test
  void a_refresh_never_widens_the_scopes() throws Exception {
    try (var acme = Scenario.acme()) {
      Answer answer =
          acme.token(
              Map.of(
                  "grant_type",
                  "refresh_token",
                  "refresh_token",
                  acme.tokens().text("/refresh_token"),
                  "scope",
                  "read admin"));

      assertThat(answer.status()).isEqualTo(400);
    }
  }

  @Test
  void one_that_was_issued_elsewhere_works_and_from_then_on_as_any_other() throws Exception {
    try (var acme = Scenario.acme()) {
      Answer first = acme.refresh("imported");
      assertThat(first.status()).isEqualTo(200);
      assertThat(acme.whoami(first.text("/access_token")).status()).isEqualTo(200);

      assertThat(acme.refresh("imported").text("/error")).isEqualTo("invalid_grant");
      assertThat(acme.refresh(first.text("/refresh_token")).text("/error"))
          .isEqualTo("invalid_grant");
    }
  }

  @Test
  void one_that_nobody_issued_is_refused() throws Exception {
    try (var acme = Scenario.acme()) {
      assertThat(acme.refresh("simrt_nobodys").text("/error")).isEqualTo("invalid_grant");
      assertThat(acme.refresh("an-invalid-one").text("/error")).isEqualTo("invalid_grant");
    }
  }
}
