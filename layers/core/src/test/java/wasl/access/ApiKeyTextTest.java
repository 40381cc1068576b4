package wasl.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ApiKeyTextTest {
  private static final ApiKeyId ID = ApiKeyId.next(Instant.EPOCH, new Random(1));
  private static final String KEY =
      ApiKeyText.next(Environment.STAGING, ID, new Random(2)).reveal();

  @Test
  void has_the_form_that_the_contract_says() {
    assertThat(KEY).matches("wasl_staging_[0-9A-Za-z]{20}[0-9A-Za-z]{43}[0-9A-Za-z]{6}");
    assertThat(ApiKeyText.read(KEY).orElseThrow().id()).isEqualTo(ID);
  }

  @Test
  void refuses_every_altered_character_by_the_checksum() {
    for (int at = 0; at < KEY.length(); at++) {
      char other = KEY.charAt(at) == 'x' ? 'y' : 'x';
      var altered = KEY.substring(0, at) + other + KEY.substring(at + 1);

      assertThat(ApiKeyText.read(altered)).as("at " + at).isEmpty();
    }
    assertThat(ApiKeyText.read(KEY.replace("staging", "prod"))).isEmpty();
    assertThat(ApiKeyText.read(KEY + "\n")).isEmpty();
  }

  @Test
  void does_not_show_itself() {
    assertThat(ApiKeyText.read(KEY).orElseThrow().toString()).isEqualTo("ApiKeyText(" + ID + ")");
  }

  @Test
  void has_ids_that_sort_by_time() {
    var later = ApiKeyId.next(Instant.EPOCH.plusMillis(1), new Random(3));

    assertThat(later.value()).isGreaterThan(ID.value());
  }
}
