package wasl.web;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/// How long a server asks to be left alone (RFC 9110, section 10.2.3).
public final class RetryAfter {
  private static final Duration LONGEST = Duration.ofHours(24);

  private RetryAfter() {}

  /// Seconds or a time; empty where the header is absent, past or none of both. At most a day: what
  /// is longer is a mistake, or made so.
  public static Optional<Duration> of(Headers headers, Instant now) {
    return headers
        .get("retry-after")
        .flatMap(text -> seconds(text).or(() -> until(text, headers, now)))
        .filter(wait -> !wait.isNegative() && !wait.isZero())
        .map(wait -> wait.compareTo(LONGEST) < 0 ? wait : LONGEST);
  }

  /// The server's own time, from its header `Date`.
  public static Optional<Instant> date(Headers headers) {
    return headers.get("date").flatMap(RetryAfter::httpDate);
  }

  private static Optional<Duration> seconds(String text) {
    try {
      return Optional.of(Duration.ofSeconds(Long.parseLong(text.strip())));
    } catch (NumberFormatException noNumber) {
      return Optional.empty();
    }
  }

  // By the server's clock, whose time its header Date tells.
  private static Optional<Duration> until(String text, Headers headers, Instant now) {
    return httpDate(text).map(at -> Duration.between(date(headers).orElse(now), at));
  }

  private static Optional<Instant> httpDate(String text) {
    try {
      return Optional.of(
          ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException noDate) {
      return Optional.empty();
    }
  }
}
