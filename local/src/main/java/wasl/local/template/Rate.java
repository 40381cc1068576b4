package wasl.local.template;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads `rate(1 minute)`.
final class Rate {
  private static final Pattern RATE =
      Pattern.compile("rate\\(\\s*([1-9][0-9]{0,5})\\s+(minute|hour|day)s?\\s*\\)");

  private Rate() {}

  static Optional<Duration> parse(String expression) {
    Matcher rate = RATE.matcher(expression);
    if (!rate.matches()) {
      return Optional.empty();
    }
    long count = Long.parseLong(rate.group(1));
    return Optional.of(
        switch (rate.group(2)) {
          case "minute" -> Duration.ofMinutes(count);
          case "hour" -> Duration.ofHours(count);
          default -> Duration.ofDays(count);
        });
  }
}
