package wasl.local.endure;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.stream.Collectors;

/// Prints what a run does and comes to.
final class Report {
  private static final int MOST_NAMED = 20;

  private final PrintStream out;
  private final InstantSource clock;
  private final Instant began;

  Report(PrintStream out, InstantSource clock) {
    this.out = out;
    this.clock = clock;
    this.began = clock.instant();
  }

  void title(String text) {
    out.println();
    out.println(text);
    out.println("─".repeat(text.length()));
  }

  /// A line with the time since the beginning.
  void say(String text) {
    Duration since = Duration.between(began, clock.instant());
    out.printf("  %02d:%02d  %s%n", since.toMinutes(), since.toSecondsPart(), text);
  }

  void line(String name, Object value) {
    out.printf("  %-34s %s%n", name, value);
  }

  void progress(Account.Statement now, String more) {
    say(
        "sent %d, accepted %d, on the bus %d, delivered %d%s"
            .formatted(now.sent(), now.accepted(), now.onBus(), now.delivered(), more));
  }

  void account(Account.Statement account) {
    line("webhooks sent", account.sent() + " (in " + account.requests() + " requests)");
    line(
        "answers",
        account.answers().entrySet().stream()
            .sorted(java.util.Map.Entry.comparingByKey())
            .map(answer ->
                (answer.getKey() == Account.NO_ANSWER ? "none" : answer.getKey().toString())
                    + " × "
                    + answer.getValue())
            .collect(Collectors.joining(", ")));
    line("answered 2xx", account.accepted());
    line("of these seen on the bus", account.onBus());
    line("of these at the receiver", account.delivered());
    line("lost", named(account.lost()));
    line(
        "repeats at the receiver",
        account.repeats()
            + (account.ambiguous().isEmpty()
                ? ", each with the first's webhook-id"
                : ", see those with several ids"));
    line("repeats on the bus", account.repeatedOnBus());
    line("webhooks with several event ids", named(account.ambiguous()));
    line("wrongly signed deliveries", account.forged());
    line("events that nobody sent", named(account.strangers()));
  }

  private static String named(java.util.Collection<String> ids) {
    return ids.isEmpty()
        ? "0"
        : ids.size() + ": " + ids.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
  }
}
