package wasl.local.endure;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import wasl.local.endpoint.AwsEndpoint;
import wasl.local.host.FunctionHost;

/// Sends webhooks while processes are killed, and accounts for each: the function host three times,
/// DynamoDB Local, then the whole runner, which is started again on the same data and ports.
public final class KillsRun {
  private static final String DYNAMODB =
      "software.amazon.dynamodb.services.local.main.ServerRunner";
  private static final String PREFIX = "evt_kills_";
  private static final Duration EACH = Duration.ofSeconds(10);
  private static final Duration TO_ACCEPT = Duration.ofMinutes(3);

  /// What to run and how much.
  ///
  /// @param mainClass what `./wasl` runs
  /// @param root whose `.wasl` keeps the data
  /// @param rate webhooks a second
  /// @param toDeliver how long after the restart everything must have come
  public record Settings(
      String mainClass, Path root, int webhooks, double rate, Duration toDeliver) {}

  /// What a run came to.
  ///
  /// @param kills how many processes were killed
  /// @param childrenEnded whether the runner's children ended when it was killed
  /// @param lastDelivery how long after the restart the last webhook came first; zero where all had
  ///   come before
  public record Result(
      Account.Statement account,
      int kills,
      boolean childrenEnded,
      int deadLetters,
      Duration lastDelivery) {
    public boolean isGood() {
      return account.isGood()
          && account.accepted() == account.sent()
          && childrenEnded
          && deadLetters == 0;
    }
  }

  /// A kill that is to come.
  ///
  /// @param at after how many webhooks
  private record Kill(int at, Victim victim) {}

  private enum Victim {
    FUNCTION_HOST("the function host"),
    DYNAMODB("DynamoDB Local"),
    RUNNER("the whole runner");

    private final String words;

    Victim(String words) {
      this.words = words;
    }
  }

  private final Settings settings;
  private final StackProcess.Settings process;
  private final InstantSource clock;
  private final Load load;
  private final Report report;
  private final List<RoadQueue> queues;
  private volatile StackProcess running;
  private volatile Instant restarted;
  private CompletableFuture<Void> restart = CompletableFuture.completedFuture(null);
  private int kills;
  private boolean childrenEnded = true;

  private KillsRun(
      Settings settings,
      StackProcess.Settings process,
      StackProcess running,
      Load load,
      List<RoadQueue> queues,
      InstantSource clock,
      Report report) {
    this.settings = settings;
    this.process = process;
    this.running = running;
    this.load = load;
    this.queues = queues;
    this.clock = clock;
    this.report = report;
    this.restarted = clock.instant();
  }

  public static Result run(Settings settings, InstantSource clock, PrintStream out)
      throws InterruptedException {
    Report report = new Report(out, clock);
    report.title("Webhooks, while processes are killed");
    StackProcess.Settings process =
        new StackProcess.Settings(
            settings.mainClass(),
            settings.root(),
            // Seconds instead of hours, so that a run ends.
            List.of("--set", "OutboundRetrySchedule=1,2,5,10,20,30,60"));
    StackProcess first = StackProcess.start(process, 0, 0);
    try (AwsEndpoint aws = new AwsEndpoint(first.stack().aws(), Stack.REGION, Stack.OBSERVER);
        Load load = Load.on(first.stack(), clock)) {
      KillsRun run =
          new KillsRun(settings, process, first, load, RoadQueue.all(aws), clock, report);
      // The stack is no child that ends with this process.
      Runtime.getRuntime()
          .addShutdownHook(Thread.ofPlatform().unstarted(() -> run.running.close()));
      try {
        return run.run();
      } finally {
        run.running.close();
      }
    } finally {
      first.close();
    }
  }

  private Result run() throws InterruptedException {
    report.say("the stack is up; its log is " + process.log());
    send();
    restart.join();
    if (!Load.awaited(TO_ACCEPT, () -> load.provider().waiting() == 0)) {
      report.say("not every webhook was answered 2xx within " + TO_ACCEPT.toMinutes() + " minutes");
    }
    await();
    Account.Statement account = load.account().statement();
    Duration last =
        account
            .lastDelivery()
            .filter(at -> at.isAfter(restarted))
            .map(at -> Duration.between(restarted, at))
            .orElse(Duration.ZERO);
    report.title("The account");
    report.account(account);
    report.line("processes killed", kills);
    report.line("children ended with the runner", childrenEnded ? "yes" : "NO");
    report.line("dead letters", deadLetters());
    report.line("last delivery after the restart", last.toSeconds() + " s");
    return new Result(account, kills, childrenEnded, deadLetters(), last);
  }

  private void send() throws InterruptedException {
    Deque<Kill> toCome = kills();
    long began = System.nanoTime();
    long each = (long) (1e9 / settings.rate);
    for (int number = 1; number <= settings.webhooks; number++) {
      load.provider().send(PREFIX + number, number);
      while (!toCome.isEmpty() && toCome.getFirst().at <= number) {
        kill(toCome.removeFirst().victim);
      }
      Thread.sleep(Duration.ofNanos(Math.max(0, began + number * each - System.nanoTime())));
    }
    report.progress(load.account().statement(), "; all are under way");
  }

  private Deque<Kill> kills() {
    int all = settings.webhooks;
    return new ArrayDeque<>(
        List.of(
                new Kill(all * 15 / 100, Victim.FUNCTION_HOST),
                new Kill(all * 35 / 100, Victim.FUNCTION_HOST),
                new Kill(all * 45 / 100, Victim.DYNAMODB),
                new Kill(all * 60 / 100, Victim.FUNCTION_HOST),
                new Kill(all * 80 / 100, Victim.RUNNER))
            .stream()
            .sorted(Comparator.comparingInt(Kill::at))
            .toList());
  }

  private void kill(Victim victim) throws InterruptedException {
    report.progress(load.account().statement(), "; SIGKILL of " + victim.words);
    kills++;
    switch (victim) {
      case FUNCTION_HOST -> killChild(FunctionHost.class.getName());
      case DYNAMODB -> killChild(DYNAMODB);
      case RUNNER -> {
        childrenEnded = running.kill();
        Stack stack = running.stack();
        // Beside the sending, which goes on against a closed port: so do providers.
        restart =
            CompletableFuture.runAsync(
                () -> restart(stack.api().getPort(), stack.aws().getPort()),
                Thread::startVirtualThread);
      }
    }
  }

  private void killChild(String mainClass) throws InterruptedException {
    // One that was killed a moment ago may not have its successor yet.
    boolean found =
        Load.awaited(Duration.ofSeconds(20), () -> running.child(mainClass).isPresent());
    if (!found) {
      throw new IllegalStateException("no process runs " + mainClass);
    }
    running.child(mainClass).orElseThrow().destroyForcibly();
  }

  private void restart(int port, int awsPort) {
    try {
      running = StackProcess.start(process, port, awsPort);
      restarted = clock.instant();
      report.say("up again, on the same data and ports");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // Also for what only comes again: a message that was in hand when its worker died.
  private void await() throws InterruptedException {
    Instant end = restarted.plus(settings.toDeliver);
    while (clock.instant().isBefore(end)) {
      if (Load.awaited(
          EACH,
          () ->
              load.account().statement().lost().isEmpty()
                  && queues.stream().allMatch(queue -> queue.size() == 0))) {
        return;
      }
      report.progress(load.account().statement(), "");
    }
  }

  private int deadLetters() {
    return queues.stream().mapToInt(RoadQueue::deadLetters).sum();
  }
}
