package wasl.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wasl.road.EmbeddedStack;

/// What comes of what token endpoints answer: a connection that is right, or a clear word and
/// nothing stored.
@ExtendWith(EmbeddedStack.Shared.class)
@Timeout(120)
class ProviderAnswersTest {
  private ConnectScenario scenario;
  private ConsentProvider provider;

  @BeforeEach
  void start(EmbeddedStack stack) {
    scenario = new ConnectScenario(stack, Map.of("WASL_REFRESH_HTTP_TIMEOUT_SECONDS", "2"));
    provider = scenario.provider();
  }

  @AfterEach
  void stop() {
    scenario.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          200 | text/html        | <!doctype html><h1>Sign in</h1>                 | provider_answer_invalid
          200 | application/json | ``                                              | provider_answer_invalid
          200 | application/json | {"token": "a"}                                  | provider_answer_invalid
          302 | text/html        | elsewhere                                       | provider_answer_invalid
          200 | application/json | {"ok": false, "error": "invalid_code"}          | invalid_code
          200 | application/x-www-form-urlencoded | error=bad_verification_code    | bad_verification_code
          400 | application/json | {"error": "invalid_scope"}                      | invalid_scope
          401 | application/json | {"error": "invalid_client"}                     | invalid_client
          403 | text/html        | no                                              | provider_refused
          429 | application/json | {}                                              | provider_unavailable
          503 | text/html        | <h1>Down</h1>                                   | provider_unavailable
          """)
  void says_what_went_wrong_and_stores_nothing(int status, String type, String body, String error) {
    provider.answerNext(status, type, body);

    var back = scenario.connect("");

    assertThat(back.status()).isEqualTo(302);
    assertThat(back.sentBack("error")).isEqualTo(error);
    assertThat(scenario.connections()).isZero();
  }

  @Test
  void passes_the_token_endpoints_own_words_on() {
    provider.answerNext(
        400,
        "application/json",
        "{\"error\":\"invalid_request\",\"error_description\":\"Ask\\r\\nthe admin\"}");

    assertThat(scenario.connect("").header("location"))
        .endsWith("&error=invalid_request&error_description=Ask%20the%20admin");
  }

  @Test
  void takes_neither_ten_megabytes_nor_a_token_of_64_kilobytes() {
    provider.answerNext(exchange -> {
      exchange.getResponseHeaders().set("content-type", "application/json");
      exchange.sendResponseHeaders(200, 0);
      var chunk = new byte[64 * 1024];
      Arrays.fill(chunk, (byte) ' ');
      try (var out = exchange.getResponseBody()) {
        for (int sent = 0; sent < 10 * 1024 * 1024; sent += chunk.length) {
          out.write(chunk);
        }
      } catch (IOException hungUp) {
        // It has read enough.
      }
    });
    var large = scenario.connect("");
    var token = "secret-" + "t".repeat(64 * 1024);
    provider.answerNext(200, "application/json", "{\"access_token\":\"" + token + "\"}");
    var long64 = scenario.connect("");
    provider.answerNext(
        200, "application/json", "{\"access_token\":\"" + token.substring(0, 20_000) + "\"}");
    var long20 = scenario.connect("");

    assertThat(large.sentBack("error")).isEqualTo("provider_answer_invalid");
    assertThat(long64.sentBack("error")).isEqualTo("provider_answer_invalid");
    assertThat(long20.sentBack("error")).isEqualTo("provider_answer_invalid");
    assertThat(scenario.connections()).isZero();
    assertThat(scenario.logged()).doesNotContain("secret-");
  }

  @Test
  void does_not_wait_for_ever_and_not_for_one_that_hangs_up() {
    var over = new CountDownLatch(1);
    provider.answerNext(exchange -> {
      try {
        over.await();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    });
    var slow = scenario.connect("");
    over.countDown();
    provider.answerNext(HttpExchange::close);
    var hungUp = scenario.connect("");

    assertThat(slow.sentBack("error")).isEqualTo("provider_unavailable");
    assertThat(hungUp.sentBack("error")).isEqualTo("provider_unavailable");
  }

  @Test
  void reads_a_form_whose_token_never_ends() {
    provider.answerNext(
        200,
        "application/x-www-form-urlencoded; charset=utf-8",
        "access_token=gho_abc&scope=read%2Cwrite&token_type=bearer");

    var connection = scenario.connection(scenario.connect("").sentBack("connection"));

    assertThat(connection.path("status").asText()).isEqualTo("active");
    assertThat(connection.path("scopes").toString()).isEqualTo("[\"read\",\"write\"]");
    assertThat(connection.has("expiresAt")).isFalse();
    assertThat(connection.path("externalAccountId").isNull()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "x": 1               | 0
          "expires_in": 0      | 0
          "expires_in": "0"    | 0
          "expires_in": "1800" | 1800
          "expires_in": 1800   | 1800
          """)
  void knows_when_a_token_ends_however_it_is_said(String life, long seconds) {
    provider.answerNext(200, "application/json", "{\"access_token\":\"a\"," + life + "}");

    var connection = scenario.connection(scenario.connect("").sentBack("connection"));

    assertThat(connection.path("expiresAt").asText())
        .isEqualTo(seconds == 0 ? "" : scenario.clock().instant().plusSeconds(seconds).toString());
  }

  @Test
  void keeps_a_connection_that_got_fewer_scopes_and_says_so() {
    provider.grantOnly("read profile");

    var connection = scenario.connection(scenario.connect("").sentBack("connection"));

    assertThat(connection.path("status").asText()).isEqualTo("active");
    assertThat(connection.path("statusReason").asText()).isEqualTo("scopes_missing");
    assertThat(connection.path("scopes").toString()).isEqualTo("[\"read\",\"profile\"]");
  }

  @Test
  void takes_the_scopes_that_were_asked_for_where_the_answer_does_not_say() {
    provider.answerNext(200, "application/json", "{\"access_token\":\"a\"}");

    var connection = scenario.connection(scenario.connect("").sentBack("connection"));

    assertThat(connection.has("statusReason")).isFalse();
    assertThat(connection.path("scopes").toString()).isEqualTo("[\"read\",\"write\"]");
  }
}
