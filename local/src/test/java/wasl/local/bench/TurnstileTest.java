package wasl.local.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import wasl.local.intercept.AwsAnswer;
import wasl.local.intercept.AwsCall;

@Timeout(30)
class TurnstileTest {
  private final Turnstile turnstile = new Turnstile();
  private final AtomicInteger passed = new AtomicInteger();

  private String receive(String accessKey) throws IOException {
    return body("ReceiveMessage", accessKey, "{\"QueueUrl\":\"http://aws/0/Inbound\"}");
  }

  private String body(String operation, String accessKey, String input) throws IOException {
    var call =
        new AwsCall("sqs", operation, accessKey, "POST", "/", Map.of(), input.getBytes(UTF_8));
    var answer =
        turnstile.answer(
            call,
            each -> {
              passed.incrementAndGet();
              return new AwsAnswer(
                  200,
                  Map.of(),
                  "{\"Messages\":[{\"Body\":\"a\"},{\"Body\":\"b\"}]}".getBytes(UTF_8));
            });
    return new String(answer.body(), UTF_8);
  }

  @Test
  void holds_pollers_back_and_then_lets_one_batch_through_at_a_time()
      throws IOException, InterruptedException {
    turnstile.close(List.of("Inbound"));
    assertThat(receive("runner")).isEqualTo("{}");
    assertThat(passed).hasValue(0);
    var before = turnstile.passed("Inbound");

    turnstile.open("Inbound");
    assertThat(receive("runner")).contains("Messages");
    assertThat(receive("runner")).as("while the first is in work").isEqualTo("{}");
    body(
        "DeleteMessageBatch",
        "runner",
        "{\"QueueUrl\":\"http://aws/0/Inbound\",\"Entries\":[{},{}]}");
    turnstile.await("Inbound", before, 2, Duration.ofSeconds(1));

    assertThat(receive("runner")).contains("Messages");
    assertThat(turnstile.passed("Inbound")).isEqualTo(new Turnstile.Passed(2, 4, 2));
  }

  @Test
  void functions_pass_at_any_time() throws IOException {
    turnstile.close(List.of("Inbound"));

    assertThat(receive("local")).contains("Messages");
  }
}
