package wasl.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RetryScheduleTest {
  private static final RetrySchedule USUAL =
      new RetrySchedule(
          Stream.of(5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
              .map(Duration::ofSeconds)
              .toList());

  @Test
  void waits_as_the_schedule_says_within_a_fifth() {
    var random = new Random(1);
    for (int attempt = 1; attempt <= 9; attempt++) {
      var planned = USUAL.waits().get(attempt - 1);
      for (int time = 0; time < 200; time++) {
        assertThat(USUAL.after(attempt, random))
            .hasValueSatisfying(wait ->
                assertThat(wait.toMillis())
                    .isBetween(planned.toMillis() * 8 / 10, planned.toMillis() * 12 / 10));
      }
    }
  }

  @Test
  void spreads_the_waits() {
    var random = new Random(1);
    assertThat(Stream.generate(() -> USUAL.after(2, random)).limit(50).distinct().count())
        .isGreaterThan(40);
  }

  @Test
  void ends_after_the_last_wait_s_attempt_and_lasts_three_days() {
    assertThat(USUAL.after(10, new Random(1))).isEmpty();
    assertThat(USUAL.waits().stream().reduce(Duration.ZERO, Duration::plus))
        .isBetween(Duration.ofDays(3), Duration.ofDays(4));
  }

  @Test
  void a_schedule_without_waits_has_one_attempt() {
    assertThat(new RetrySchedule(List.of()).after(1, new Random(1))).isEmpty();
  }
}
