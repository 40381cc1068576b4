package wasl.local.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wasl.local.host.InvocationResult.Answered;
import wasl.local.host.InvocationResult.Failed;
import wasl.local.host.InvocationResult.Lost;

class BatchVerdictTest {
  private static final Set<String> BATCH = Set.of("a", "b");

  @Test
  void named_messages_stay_and_the_others_are_done() {
    assertThat(verdict("{\"batchItemFailures\":[{\"itemIdentifier\":\"a\"}]}"))
        .containsExactly("b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "null", "{}", "{\"batchItemFailures\":[]}", "{\"batchItemFailures\":null}"})
  void no_failures_in_any_spelling_is_success(String answer) {
    assertThat(verdict(answer)).isEqualTo(BATCH);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no json",
        "{\"batchItemFailures\":{}}",
        "{\"batchItemFailure\":[]}",
        "{\"batchItemFailures\":[{\"itemIdentifier\":\"\"}]}",
        "{\"batchItemFailures\":[{\"itemIdentifier\":null}]}",
        "{\"batchItemFailures\":[{\"id\":\"a\"}]}",
        "{\"batchItemFailures\":[{\"itemIdentifier\":\"c\"}]}"
      })
  void an_answer_that_cannot_be_understood_deletes_nothing(String answer) {
    assertThat(verdict(answer)).isEmpty();
  }

  @Test
  void a_function_that_failed_deletes_nothing() {
    assertThat(BatchVerdict.done(BATCH, true, new Failed("E", ""))).isEmpty();
    assertThat(BatchVerdict.done(BATCH, false, new Lost())).isEmpty();
  }

  @Test
  void without_partial_failures_any_answer_is_success() {
    assertThat(BatchVerdict.done(BATCH, false, new Answered(new byte[] {'x'}))).isEqualTo(BATCH);
  }

  private static Set<String> verdict(String answer) {
    return BatchVerdict.done(BATCH, true, new Answered(answer.getBytes(StandardCharsets.UTF_8)));
  }
}
