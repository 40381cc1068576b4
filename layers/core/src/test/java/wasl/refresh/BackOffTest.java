package wasl.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackOffTest {
  private static final Instant NOW = Instant.parse("2026-11-20T15:00:00Z");

  private final BackOff backOff = new BackOff(new Random(7));

  @ParameterizedTest
  @CsvSource({"0, 30", "1, 60", "2, 120", "6, 1920", "7, 3600", "8, 3600", "1000000, 3600"})
  void doubles_with_each_failure_up_to_an_hour(int failures, long seconds) {
    for (int round = 0; round < 100; round++) {
      assertThat(waited(failures, Optional.empty()).toMillis())
          .isBetween(seconds * 800, seconds * 1200);
    }
  }

  @Test
  void is_never_shorter_than_what_the_provider_asks_for() {
    assertThat(waited(0, Optional.of(Duration.ofMinutes(10)))).isEqualTo(Duration.ofMinutes(10));
    assertThat(waited(7, Optional.of(Duration.ofMinutes(10))))
        .isBetween(Duration.ofMinutes(48), Duration.ofMinutes(72));
  }

  @Test
  void a_provider_cannot_ask_for_more_than_a_day() {
    assertThat(waited(0, Optional.of(Duration.ofDays(400)))).isEqualTo(Duration.ofDays(1));
  }

  private Duration waited(int failures, Optional<Duration> asked) {
    return Duration.between(NOW, backOff.next(failures, asked, NOW));
  }
}
