package wasl.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RememberedAnswerTest {
  private static final String FIRST =
      "{\"v\":1,\"status\":201,\"headers\":{\"content-type\":\"text/plain\"}}\nbody";

  @Test
  void is_read_in_the_form_that_it_was_written_in_and_in_no_other() {
    var read = IdempotentCalls.read(bytes(FIRST));

    assertThat(read.status()).isEqualTo(201);
    assertThat(read.headers()).isEqualTo(Map.of("content-type", "text/plain"));
    assertThat(read.body()).isEqualTo(bytes("body"));
    for (var other :
        new String[] {FIRST.replace("\"v\":1", "\"v\":2"), FIRST.replace("\"v\":1,", "")}) {
      assertThatThrownBy(() -> IdempotentCalls.read(bytes(other)))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
