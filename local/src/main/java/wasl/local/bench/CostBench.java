package wasl.local.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import wasl.local.function.Invoker;
import wasl.local.host.InvocationResult;
import wasl.local.intercept.Interceptor;
import wasl.local.ledger.Ledger;
import wasl.local.ledger.Meter;
import wasl.local.ledger.MeteredInvoker;
import wasl.local.ledger.Prices;
import wasl.local.ledger.PrintedLines;
import wasl.local.ledger.Tally;
import wasl.local.scene.Api;
import wasl.local.scene.Road;
import wasl.local.template.Deployment;
import wasl.local.template.FunctionDefinition;

/// Says what the road costs on AWS, from what a run of it really did here.
///
/// Counted are calls, sizes, invocations and printed bytes. Computed is what happens inside AWS:
/// the pollers of idle queues, SQS's own use of KMS, Lambda's own log lines.
public final class CostBench {
  private static final String SCAN = "due-scan";
  private static final String SCHEDULED =
      "{\"version\":\"0\",\"detail-type\":\"Scheduled"
          + " Event\",\"source\":\"aws.scheduler\",\"detail\":\"{}\"}";
  private static final List<String> QUEUES =
      List.of("wasl-Inbound", "wasl-Fanout", "wasl-Delivery");
  private static final int WARM_UP = 150;
  private static final int WEBHOOKS = 300;
  private static final int SCANS = 10;
  private static final double PER_SECOND = 25;
  private static final double MILLION = 1e6;
  private static final double GIGABYTE = 1024.0 * 1024 * 1024;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  // Longer than the runner's pollers wait for a message.
  private static final Duration LONGEST_POLL = Duration.ofSeconds(3);

  // A month as AWS's calculator takes it.
  private static final double HOURS = 730;
  private static final double SECONDS = HOURS * 3600;
  // https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html: five long polls of 20 s at a time.
  private static final double EMPTY_POLLS_A_SECOND = 5 / 20.0;
  // START, END and REPORT as Lambda writes them in plain text.
  private static final double SYSTEM_LINES = 70 + 53 + 125;
  // Beyond the first in each second, 5 % of requests are traced.
  private static final double SAMPLED = 0.05;
  private static final double VAULT_CACHE_SECONDS = 300;

  private final Ledger ledger = new Ledger();
  private final PrintedLines printed = new PrintedLines(ledger);
  private final Turnstile turnstile = new Turnstile();
  private final PrintStream out;
  private final Prices prices = Prices.read();
  private final Declared declared;
  private volatile Map<String, Integer> memory = Map.of();
  private volatile @Nullable Invoker metered;

  /// @param template of the bundle that will be run
  public CostBench(Path template, PrintStream out) {
    this.out = out;
    this.declared = Declared.in(template);
  }

  /// What has to stand between the bundle and AWS.
  public List<Interceptor> interceptors() {
    return List.of(turnstile, ledger);
  }

  /// What has to stand around the bundle's functions. Their schedule does not run: scans are
  /// counted apart.
  public Invoker metered(Invoker functions) {
    var meter = new MeteredInvoker(ledger, functions, function -> memory.getOrDefault(function, 0));
    metered = meter;
    return (function, event) ->
        function.equals(SCAN)
            ? new InvocationResult.Answered(new byte[0])
            : meter.invoke(function, event);
  }

  /// Takes each line of the bundle's log.
  public void printed(String line) {
    printed.accept(line);
  }

  /// Runs the bench against a bundle that was started with all that.
  ///
  /// @param address of the HTTP API
  /// @return the exit code
  public int run(URI address, String apiKey, Deployment deployment) {
    memory =
        deployment.functions().stream()
            .collect(
                Collectors.toMap(FunctionDefinition::name, FunctionDefinition::memoryMegabytes));
    try (var api = new Api(address, apiKey);
        var receiver = Arrivals.start()) {
      var road = Road.build(api);
      var load = new Load(api, road, InstantSource.system());
      out.printf(
          "%nPrices of %s, %s, first tier, no free tier. Lambda's seconds are this machine's.%n",
          prices.date(), prices.region());

      burst(load, receiver, "warm", WARM_UP, 2);
      print(
          "Inbound stored: a webhook becomes an event on the bus; nobody subscribes",
          burst(load, receiver, "inbound", WEBHOOKS, 2));

      receiver.trust(road.deliverTo(receiver.url()));
      burst(load, receiver, "warmer", WARM_UP, 3);
      var inAndOut = burst(load, receiver, "inout", WEBHOOKS, 3);
      print("In and out: the same, and one delivery of each event", inAndOut);

      printInUse(inAndOut);
      printIdle(scans());
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException("the bench cannot set its scene: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  /// What one burst came to, for one webhook.
  private record Burst(Tally each, double batch) {}

  /// Sends webhooks while queues are held back, then lets queue after queue work them off.
  ///
  /// @param queues how many of the road's queues they pass
  private Burst burst(Load load, Arrivals receiver, String name, int count, int queues)
      throws InterruptedException {
    var passing = QUEUES.subList(0, queues);
    turnstile.close(QUEUES);
    Thread.sleep(LONGEST_POLL);
    var before = ledger.tally();
    long bytes = receiver.bytes();
    var passed = passing.stream().map(turnstile::passed).toList();
    var sent = load.send(name, count, PER_SECOND);
    long refused = sent.stream().filter(each -> !each.isAccepted()).count();
    if (refused > 0) {
      throw new IllegalStateException(refused + " webhooks were not accepted");
    }
    double batches = 0;
    double messages = 0;
    for (int at = 0; at < queues; at++) {
      turnstile.open(passing.get(at));
      turnstile.await(passing.get(at), passed.get(at), count, PATIENCE);
      var now = turnstile.passed(passing.get(at));
      batches += now.batches() - passed.get(at).batches();
      messages += now.messages() - passed.get(at).messages();
    }
    QUEUES.forEach(turnstile::open);
    // What functions print is read a moment later.
    Thread.sleep(Duration.ofSeconds(1));
    var tally =
        ledger
            .tally()
            .since(before)
            .plus(Meter.HTTP_API_REQUEST, "POST /webhooks", count)
            .plus(
                Meter.LOG_GB,
                "the API's own line (computed)",
                count * declared.accessLine() / GIGABYTE)
            .plus(Meter.EGRESS_GB, "deliveries", (receiver.bytes() - bytes) / GIGABYTE);
    return new Burst(beside(tally).per(count), messages / batches);
  }

  // What AWS does by itself for each invocation.
  private Tally beside(Tally counted) {
    double invocations = counted.amount(Meter.LAMBDA_REQUEST);
    var tally = counted;
    if (declared.systemLog()) {
      tally =
          tally.plus(
              Meter.LOG_GB,
              "Lambda's START, END, REPORT (computed)",
              invocations * SYSTEM_LINES / GIGABYTE);
    }
    return tally.plus(
        Meter.XRAY_TRACE, "5 % of invocations (computed)", traceable(counted) * SAMPLED);
  }

  private double traceable(Tally counted) {
    return counted.amounts().entrySet().stream()
        .filter(each -> each.getKey().meter() == Meter.LAMBDA_REQUEST)
        .filter(each -> declared.traced().contains(each.getKey().what()))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  private void print(String title, Burst burst) {
    out.printf(
        Locale.ROOT,
        "%n%s%n  %d webhooks, %.1f messages a batch on average%n",
        title,
        WEBHOOKS,
        burst.batch());
    new Bill(out, prices).print(burst.each(), "per webhook", MILLION, "USD per million");
  }

  /// One scan when nothing is due.
  private Tally scans() throws InterruptedException {
    var functions = metered;
    if (functions == null) {
      throw new IllegalStateException("the bundle was started without the meter");
    }
    var event = SCHEDULED.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    functions.invoke(SCAN, event);
    Thread.sleep(Duration.ofSeconds(1));
    var before = ledger.tally();
    for (int at = 0; at < SCANS; at++) {
      functions.invoke(SCAN, event);
    }
    Thread.sleep(Duration.ofSeconds(1));
    return beside(ledger.tally().since(before)).per(SCANS);
  }

  private void printInUse(Burst inAndOut) {
    double principals = 3;
    // A million in a month are less than one a second: nearly all are the first of their second.
    double traces =
        Math.min(
            traceable(inAndOut.each()) * MILLION * (1 - SAMPLED),
            declared.traced().size() * SECONDS);
    var inUse =
        Tally.NOTHING
            .plus(Meter.CUSTOM_METRIC_MONTH, "put in this run", printed.metrics().size())
            .plus(
                Meter.KMS_REQUEST,
                "SQS, a data key per queue and %d s (computed)"
                    .formatted(declared.keyReuseSeconds()),
                declared.workQueues() * principals * SECONDS / declared.keyReuseSeconds())
            .plus(
                Meter.KMS_REQUEST,
                "the vault, 3 functions, 1 project (computed)",
                3 * SECONDS / VAULT_CACHE_SECONDS)
            .plus(Meter.XRAY_TRACE, "the first of each second, at a million (computed)", traces);
    out.printf(
        "%nIn use, by the hour and not by the webhook: a month in which something comes in every"
            + " hour%n");
    new Bill(out, prices).print(inUse, "per month", 1, "USD per month");
  }

  private void printIdle(Tally scan) {
    var idle =
        scan.times(declared.schedules() * SECONDS / 60)
            .plus(Meter.SCHEDULER_INVOCATION, "every minute", declared.schedules() * SECONDS / 60)
            .plus(
                Meter.SQS_REQUEST,
                "empty receives of %d pollers (computed)".formatted(5 * declared.workQueues()),
                declared.workQueues() * EMPTY_POLLS_A_SECOND * SECONDS)
            .plus(Meter.KEY_MONTH, "in the template", declared.keys())
            .plus(Meter.ALARM_METRIC_MONTH, "in the template", declared.alarmMetrics())
            .plus(Meter.DASHBOARD_MONTH, "in the template", declared.dashboards())
            .plus(Meter.DYNAMODB_GB_MONTH, "set-up data, at most 1 MB", 0.001)
            .plus(Meter.PITR_GB_MONTH, "set-up data, at most 1 MB", 0.001);
    out.printf("%nIdle: a month in which nothing comes in%n");
    new Bill(out, prices).print(idle, "per month", 1, "USD per month");
    out.printf(
        Locale.ROOT,
        "  %-77s %16.2f%n",
        "after what AWS leaves every account free, where nothing else uses it",
        prices.afterWhatIsFree(idle));
  }
}
