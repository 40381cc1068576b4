package wasl.web;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads and writes times as RFC 3339 section 5.6 has them.
final class Times {
  static final String EXPECTATION = "must be a time such as 2026-11-20T15:00:00Z";

  // Seconds are required and years have four digits, which ISO 8601 alone does not say.
  private static final Pattern RFC_3339 =
      Pattern.compile(
          "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?(Z|[+-]\\d{2}:\\d{2})");

  // Always of one width, so that the order of the text is the order of the times.
  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Times() {}

  static String write(Instant time) {
    return UTC.format(time);
  }

  static Optional<Instant> read(String text) {
    var upper = text.toUpperCase(Locale.ROOT);
    if (!RFC_3339.matcher(upper).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(OffsetDateTime.parse(upper).toInstant());
    } catch (DateTimeException noSuchTime) {
      return Optional.empty();
    }
  }
}
