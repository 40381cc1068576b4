package wasl.signing;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/// How a provider writes a time.
public enum TimeFormat {
  SECONDS(12),
  MILLISECONDS(15),
  RFC3339(40);

  private final int longest;

  TimeFormat(int longest) {
    this.longest = longest;
  }

  /// The time; empty if the text is no such time. Numbers are ASCII digits only.
  public Optional<Instant> parse(String text) {
    if (text.isEmpty() || text.length() > longest) {
      return Optional.empty();
    }
    if (this == RFC3339) {
      return rfc3339(text);
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return Optional.empty();
      }
    }
    long number = Long.parseLong(text);
    return Optional.of(
        this == SECONDS ? Instant.ofEpochSecond(number) : Instant.ofEpochMilli(number));
  }

  private static Optional<Instant> rfc3339(String text) {
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException malformed) {
      return Optional.empty();
    }
  }
}
