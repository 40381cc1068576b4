package wasl.local.endure;

import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import wasl.inbound.InboundMessage;
import wasl.inbound.InboundMessages;
import wasl.local.endpoint.AwsEndpoint;

/// Sends webhooks while AWS fails at random, and accounts for each; sets poison aside, and brings
/// back what was set aside.
public final class FaultsRun {
  /// Events with this in their id are refused by the bus while faults last: five failures set them
  /// aside, as an outage would, and redriving brings them back.
  public static final String REFUSED = "evt_refused_";

  private static final String PLAIN = "evt_endure_";
  private static final String POISON = "poison ";
  private static final String AS_POISON = "poison";
  private static final Duration EACH = Duration.ofSeconds(10);
  // In flight up to 150 s after a lost answer, and that several times over.
  private static final Duration TO_SETTLE = Duration.ofMinutes(12);
  private static final Duration TO_SET_ASIDE = Duration.ofMinutes(5);

  /// How long and how much.
  ///
  /// @param rate webhooks a second
  /// @param refused how many of them the bus refuses while faults last
  /// @param poison how many messages that nobody can handle are put on each queue
  /// @param quickVisibility the queues' visibility once no fault is left, so that what is to fail
  ///   five times has soon done so; whole seconds
  public record Settings(
      Duration load, double rate, int refused, int poison, Duration quickVisibility) {}

  private final Settings settings;
  private final FaultInterceptor faults;
  private final FailureLog failures;
  private final Load load;
  private final List<RoadQueue> queues;
  private final Report report;

  private FaultsRun(
      Settings settings,
      FaultInterceptor faults,
      FailureLog failures,
      Load load,
      List<RoadQueue> queues,
      Report report) {
    this.settings = settings;
    this.faults = faults;
    this.failures = failures;
    this.load = load;
    this.queues = queues;
    this.report = report;
  }

  /// What a run came to.
  ///
  /// @param refusedLeft how many of the refused were not at the receiver in the end
  /// @param wronglyDead dead letters that are neither poison nor refused on purpose, each with
  ///   queue and reasons
  /// @param poisonBack whether each piece of poison was set aside, and was so again after its
  ///   redrive
  public record Result(
      Account.Statement account, int refusedLeft, List<String> wronglyDead, boolean poisonBack) {
    public boolean isGood() {
      return account.isGood() && refusedLeft == 0 && wronglyDead.isEmpty() && poisonBack;
    }
  }

  /// Runs against a stack that stands behind these faults.
  ///
  /// @param failures what the stack's log goes through
  public static Result run(
      Settings settings,
      Stack stack,
      FaultInterceptor faults,
      FailureLog failures,
      InstantSource clock,
      PrintStream out)
      throws InterruptedException {
    try (AwsEndpoint aws = new AwsEndpoint(stack.aws(), Stack.REGION, Stack.OBSERVER);
        Load load = Load.on(stack, clock)) {
      return new FaultsRun(
              settings, faults, failures, load, RoadQueue.all(aws), new Report(out, clock))
          .run();
    }
  }

  private Result run() throws InterruptedException {
    report.title("Webhooks, while AWS fails");
    faults.begin();
    sendPoison();
    sendWebhooks();
    faults.end();
    report.say("no more faults, no more webhooks; waiting until all is settled");
    settle();
    SetAside setAside = setAside();
    List<String> wronglyDead = setAside.wrongly;
    redrive();
    boolean poisonBack = setAside.poison == poisonSent() && deadLetters() == poisonSent();

    Account.Statement all = load.account().statement();
    Account.Statement refused = load.account().statement(isRefused());
    report.title("The account");
    report.account(all);
    report.line("dead letters that are no poison", wronglyDead.isEmpty() ? "0" : wronglyDead);
    report.title("The faults");
    report.line("calls to AWS", faults.calls());
    faults.byKind().forEach((kind, count) -> report.line(kind.toString(), count));
    faults.byOperation().forEach((operation, count) -> report.line(operation, count));
    return new Result(all, refused.accepted() - refused.delivered(), wronglyDead, poisonBack);
  }

  private void sendPoison() {
    for (RoadQueue queue : queues) {
      for (int at = 0; at < settings.poison; at++) {
        queue.send(POISON + at);
      }
    }
  }

  private void sendWebhooks() throws InterruptedException {
    long began = System.nanoTime();
    long end = began + settings.load.toNanos();
    long each = (long) (1e9 / settings.rate);
    long nextProgress = began + EACH.toNanos();
    for (int number = 1; System.nanoTime() < end; number++) {
      load.provider().send((number <= settings.refused ? REFUSED : PLAIN) + number, number);
      Thread.sleep(Duration.ofNanos(Math.max(0, began + number * each - System.nanoTime())));
      if (System.nanoTime() > nextProgress) {
        progress();
        nextProgress += EACH.toNanos();
      }
    }
  }

  private void progress() {
    long broken = faults.byKind().values().stream().mapToLong(Long::longValue).sum();
    report.progress(
        load.account().statement(), ", faults %d of %d calls".formatted(broken, faults.calls()));
  }

  private void settle() throws InterruptedException {
    boolean settled =
        watched(
            TO_SETTLE,
            () ->
                load.provider().waiting() == 0
                    && load.account().statement(isRefused().negate()).lost().isEmpty());
    report.say(
        settled ? "every webhook is accounted for" : "not everything came within 12 minutes");
  }

  /// What stood in the dead-letter queues.
  private record SetAside(int poison, List<String> wrongly) {}

  private SetAside setAside() throws InterruptedException {
    report.say(
        "the queues' visibility goes down to "
            + settings.quickVisibility.toSeconds()
            + " s, so that what is to fail five times has soon done so");
    queues.forEach(queue -> queue.setVisibility((int) settings.quickVisibility.toSeconds()));
    if (!watched(TO_SET_ASIDE, this::queuesAreEmpty)) {
      report.say("the queues are not empty: " + sizes());
    }
    int poison = 0;
    List<String> wronglyDead = new ArrayList<>();
    for (RoadQueue queue : queues) {
      for (RoadQueue.DeadLetter letter : queue.lookAtDeadLetters()) {
        String what = what(letter.body());
        String why =
            failures.reasons(letter.id()).stream().distinct().collect(Collectors.joining("; "));
        report.say(
            "dead letter of %s: %s: %s"
                .formatted(queue.name(), what.isEmpty() ? "NO POISON" : what, why));
        poison += what.equals(AS_POISON) ? 1 : 0;
        if (what.isEmpty()) {
          wronglyDead.add(queue.name() + ": " + why);
        }
      }
    }
    return new SetAside(poison, wronglyDead);
  }

  private void redrive() throws InterruptedException {
    report.title("Redriving");
    for (RoadQueue queue : queues) {
      if (queue.deadLetters() > 0) {
        report.say(queue.redriveCommand());
        queue.redrive();
      }
    }
    watched(
        TO_SET_ASIDE,
        () ->
            queuesAreEmpty()
                && deadLetters() == poisonSent()
                && load.account().statement().lost().isEmpty());
    report.say("dead letters now: " + sizes());
  }

  private boolean queuesAreEmpty() {
    return queues.stream().allMatch(queue -> queue.size() == 0);
  }

  private int poisonSent() {
    return settings.poison * queues.size();
  }

  private int deadLetters() {
    return queues.stream().mapToInt(RoadQueue::deadLetters).sum();
  }

  private String sizes() {
    return queues.stream()
        .map(queue ->
            "%s %d (waiting %d)".formatted(queue.name(), queue.deadLetters(), queue.size()))
        .collect(Collectors.joining(", "));
  }

  /// Waits, with a line of progress now and then.
  private boolean watched(Duration atMost, Load.Condition condition) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (System.nanoTime() < end) {
      if (Load.awaited(EACH, condition)) {
        return true;
      }
      report.progress(load.account().statement(), ", dead letters: " + sizes());
    }
    return false;
  }

  /// What a dead letter is that was to be one; empty for any other.
  private static String what(String body) {
    if (body.startsWith(POISON)) {
      return AS_POISON;
    }
    try {
      return InboundMessages.read(body) instanceof InboundMessage.Received received
              && received.body() instanceof InboundMessage.Body.Inline inline
              && new String(inline.body().body(), java.nio.charset.StandardCharsets.UTF_8)
                  .contains(REFUSED)
          ? "refused by the bus"
          : "";
    } catch (RuntimeException e) {
      return "";
    }
  }

  private static Predicate<String> isRefused() {
    return id -> id.startsWith(REFUSED);
  }

  /// The faults that a run is about.
  public static FaultInterceptor.Settings faults(
      double probability, Duration longestHang, Duration longestDelay) {
    return new FaultInterceptor.Settings(
        probability,
        longestHang,
        longestDelay,
        java.util.Set.of(Stack.OBSERVER),
        Optional.of(REFUSED));
  }
}
