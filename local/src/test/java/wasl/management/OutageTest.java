package wasl.management;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wasl.road.EmbeddedStack;
import wasl.road.Outages;

/// What a caller hears while AWS is down: to come again, and that nothing was done.
@ExtendWith(EmbeddedStack.Shared.class)
class OutageTest {
  private final Outages outages = new Outages();
  private EmbeddedStack behind;
  private Api admin;

  @BeforeEach
  void start(EmbeddedStack stack) {
    behind = stack.through(outages);
    admin = Api.on(behind).newProject("dev");
  }

  @AfterEach
  void end() {
    behind.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kms      | DOWN       | /v1/outbound-webhooks | {\"url\":\"https://hooks.example.com/a\"}",
        "kms      | SILENT     | /v1/outbound-webhooks | {\"url\":\"https://hooks.example.com/a\"}",
        "dynamodb | DOWN       | /v1/outbound-webhooks | {\"url\":\"https://hooks.example.com/a\"}",
        "dynamodb | THROTTLING | /v1/api-keys          | {\"name\":\"k\",\"role\":\"viewer\"}",
        "sqs      | DOWN       | /v1/events            | {\"type\":\"a\",\"data\":{}}",
        "sqs      | THROTTLING | /v1/events            | {\"type\":\"a\",\"data\":{}}",
      })
  void a_request_is_to_be_sent_again_and_then_succeeds(
      String service, Outages.Kind kind, String path, String body) {
    outages.begin(service, kind);
    var refused = admin.post(path, body);

    assertThat(refused.status()).as(refused.json().toString()).isEqualTo(503);
    assertThat(refused.headers())
        .containsEntry("content-type", "application/problem+json")
        .containsEntry("retry-after", "5");
    assertThat(refused.text("/type")).isEqualTo("https://wasl.dev/problems/unavailable");
    assertThat(refused.json().toString()).doesNotContainIgnoringCase(service);

    outages.end();
    int before = path.equals("/v1/events") ? 0 : admin.get(path).json().path("items").size();
    assertThat(before).isEqualTo(path.equals("/v1/api-keys") ? 1 : 0);
    assertThat(admin.post(path, body).status()).isBetween(201, 202);
  }
}
