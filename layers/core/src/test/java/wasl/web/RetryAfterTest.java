package wasl.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
  private static final Instant NOW = Instant.parse("2026-11-20T15:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7|7",
        " 120 |120",
        "86400|86400",
        "86401|86400",
        "Fri, 20 Nov 2026 15:00:30 GMT|30",
        "Fri, 27 Nov 2026 15:00:30 GMT|86400"
      })
  void reads_seconds_and_dates_and_bounds_them(String header, long seconds) {
    assertThat(RetryAfter.of(new Headers(Map.of("retry-after", header)), NOW))
        .contains(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "-5",
        "soon",
        "1.5",
        "99999999999999999999",
        "Fri, 20 Nov 2026 14:59:30 GMT"
      })
  void ignores_what_says_nothing(String header) {
    assertThat(RetryAfter.of(new Headers(Map.of("retry-after", header)), NOW)).isEmpty();
  }

  @Test
  void counts_from_the_servers_own_clock() {
    var headers =
        new Headers(
            Map.of(
                "retry-after",
                "Fri, 20 Nov 2026 16:00:30 GMT",
                "date",
                "Fri, 20 Nov 2026 16:00:00 GMT"));

    assertThat(RetryAfter.of(headers, NOW)).contains(Duration.ofSeconds(30));
  }
}
