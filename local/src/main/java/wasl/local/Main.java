package wasl.local;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import wasl.local.bench.ColdBench;
import wasl.local.bench.CostBench;
import wasl.local.bench.ReadersBench;
import wasl.local.bench.RoadBench;
import wasl.local.bench.ScanBench;
import wasl.local.demo.Demo;
import wasl.local.endure.FailureLog;
import wasl.local.endure.FaultInterceptor;
import wasl.local.endure.FaultsRun;
import wasl.local.endure.KillsRun;
import wasl.local.endure.ScratchRoot;
import wasl.local.endure.Stack;
import wasl.local.intercept.Interceptor;
import wasl.local.template.TemplateException;
import wasl.provider.VerifyCommand;

/// What the launcher `./wasl` starts.
///
/// Exit codes: 0 done, 1 it did not work, 2 the command line cannot be understood.
public final class Main {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

  private static final String USAGE =
      """
      usage:
        ./wasl demo     runs the main job end to end on free ports, says each step, and ends
        ./wasl up [--port 3000] [--aws-port 4566] [--set Parameter=Value]… [--info FILE]
                  [--ephemeral] [--isolate] [--endpoint URL [--stack NAME]]
                        runs the bundle until it is stopped; data is kept under .wasl/
          --port, --aws-port   0 takes any free port
          --set                gives a template parameter another value; may be empty
          --info               where to write addresses and API key (default .wasl/local.json)
          --ephemeral          forgets all data at the end
          --isolate            runs each function as Lambda does: in processes of its own under
                               the official runtime client, with its own memory, variables and
                               permissions (Linux only)
          --endpoint           uses another AWS emulator instead of the embedded AWS
          --stack              takes the resources of a CloudFormation stack that exists there
        ./wasl verify --provider P [--scheme S] --secret-file F --at TIME --request FILE
                        says whether a captured webhook is genuine, and if not, why
        ./wasl bench cold [function]…
                        measures cold starts of the built functions beside a hello-world's
        ./wasl bench road [--count N] [--rate R] [--fan-out F] [--highest]
                        sends signed webhooks through the whole bundle and measures their way;
                        without options 50/s and then 20/s, a minute each
          --count, --rate      how many webhooks, and how many a second
          --fan-out            outbound webhooks that each event goes to (default 1)
          --highest            searches the highest rate whose deliveries take at most 1 s (p95)
        ./wasl bench cost
                        counts what AWS would bill for, and prints USD per million webhooks and
                        USD per month idle
        ./wasl bench scan [--connections N]… [--due D]
                        counts what a scan for due tokens reads and writes, among 1,000 and
                        100,000 connections of which 50 are due
        ./wasl bench readers [--readers N] [--call-ms M]
                        has 100 readers read one connection's ended token at the same time, on one
                        host and on two, and prints how much longer than its refresh they waited
        ./wasl endure faults [--minutes 30] [--percent 5] [--rate 5] [--seed 1]
                        sends webhooks while AWS fails at random, and accounts for each
        ./wasl endure kills [--webhooks 500] [--rate 10]
                        sends webhooks while processes are killed, and accounts for each
      exit codes: 0 done or genuine, 1 failed or refused, 2 bad usage, 3 no JDK 25, 4 build failed
      """;

  // Clients give up after 3 s: some hang for less, some for more.
  private static final Duration LONGEST_HANG = Duration.ofSeconds(6);
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(3);
  private static final int REFUSED = 3;
  private static final int POISON = 2;
  private static final Duration QUICK = Duration.ofSeconds(5);

  private final Path root;
  private final PrintStream out;

  private Main(Path root, PrintStream out) {
    this.root = root;
    this.out = out;
  }

  public static void main(String[] args) {
    Path root = Path.of(System.getProperty("wasl.root", "."));
    System.exit(
        new Main(
                root,
                new PrintStream(
                    new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8))
            .run(List.of(args)));
  }

  private int run(List<String> arguments) {
    String command = arguments.isEmpty() ? "" : arguments.getFirst();
    List<String> rest = arguments.isEmpty() ? List.of() : arguments.subList(1, arguments.size());
    try {
      return switch (command) {
        case "up" -> up(Options.parse(rest));
        case "demo" -> demo(rest);
        case "bench" -> bench(rest);
        case "endure" -> endure(rest);
        case "verify" -> VerifyCommand.run(rest, out, System.err);
        default -> usage(command);
      };
    } catch (Options.BadUsage e) {
      System.err.println(e.getMessage());
      System.err.print(USAGE);
      return 2;
    } catch (CannotStart | TemplateException e) {
      System.err.println("wasl: " + e.getMessage());
      return 1;
    } catch (RuntimeException e) {
      // Threads of a half-started stack would keep this process up.
      e.printStackTrace();
      return 1;
    }
  }

  private int usage(String command) {
    if (!command.isEmpty() && !command.equals("help") && !command.equals("--help")) {
      System.err.println("unknown command " + command);
      System.err.print(USAGE);
      return 2;
    }
    out.print(USAGE);
    return command.isEmpty() ? 2 : 0;
  }

  private int up(Options options) {
    Path kept = root.resolve(".wasl");
    Path info = options.info().orElse(kept.resolve("local.json"));
    CountDownLatch stopped = new CountDownLatch(1);
    Optional<Path> data = options.ephemeral() ? Optional.empty() : Optional.of(kept);
    Runner runner =
        Runner.start(
            new Runner.Settings(
                root,
                dynamoDbJars(),
                data,
                options.port(),
                options.awsPort(),
                options.parameters(),
                options.endpoint(),
                List.of(),
                options.stack(),
                options.isolate()),
            this::stamped,
            this::stamped);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("stop")
                .unstarted(() -> {
                  remove(info);
                  runner.close();
                  stopped.countDown();
                }));
    DataFolder.writeForOwner(info, info(runner));
    out.printf(
        """

        Wasl is up.
          API        %s
          AWS        %s  (any credentials, any region)
          providers  %s  (played here; --set ProvidersAt= calls the real ones)
          API key    %s
          all this   %s
        Ctrl-C stops it.

        """,
        runner.api(), runner.aws(), runner.simulator(), runner.apiKey(), info);
    out.flush();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  private int demo(List<String> arguments) {
    if (!arguments.isEmpty()) {
      throw new Options.BadUsage(List.of("demo takes no options"));
    }
    Path file = root.resolve(".wasl").resolve("demo.log");
    // Apart, so that the story can be read.
    try (PrintStream log = logTo(file);
        Runner runner =
            Runner.start(
                new Runner.Settings(
                    root,
                    dynamoDbJars(),
                    Optional.empty(),
                    0,
                    0,
                    // So that a newcomer sees retries within seconds.
                    Map.of("OutboundRetrySchedule", "1,2,5"),
                    Optional.empty(),
                    List.of()),
                this::stamped,
                log::println)) {
      Demo.Told told = Demo.run(runner.api(), runner.apiKey(), InstantSource.system(), out);
      out.println();
      out.println("The functions' logs of this run: " + root.relativize(file));
      return told.exit();
    }
  }

  private static PrintStream logTo(Path file) {
    try {
      Files.createDirectories(file.getParent());
      return new PrintStream(Files.newOutputStream(file), true, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private int bench(List<String> arguments) {
    String what = arguments.isEmpty() ? "" : arguments.getFirst();
    List<String> rest = arguments.isEmpty() ? List.of() : arguments.subList(1, arguments.size());
    try {
      return switch (what) {
        case "cold" -> ColdBench.run(root, rest, out);
        case "road" -> road(rest);
        case "cost" -> cost(rest);
        case "scan" -> ScanBench.run(root, dynamoDbJars(), ScanBench.Options.parse(rest), out);
        case "readers" ->
            ReadersBench.run(root, dynamoDbJars(), ReadersBench.Options.parse(rest), out);
        default ->
            throw new IllegalArgumentException("bench measures: cold, road, cost, scan, readers");
      };
    } catch (IllegalArgumentException e) {
      throw new Options.BadUsage(List.of(String.valueOf(e.getMessage())));
    }
  }

  private int road(List<String> arguments) {
    RoadBench.Options options = RoadBench.Options.parse(arguments);
    Path file = root.resolve(".wasl").resolve("bench.log");
    try (PrintStream log = logTo(file);
        Runner runner = Runner.start(forBench(List.of()), this::stamped, log::println)) {
      return RoadBench.run(runner.api(), runner.apiKey(), options, out);
    }
  }

  private int cost(List<String> arguments) {
    if (!arguments.isEmpty()) {
      throw new IllegalArgumentException("bench cost takes no options");
    }
    CostBench bench = new CostBench(root.resolve("template.yaml"), out);
    Path file = root.resolve(".wasl").resolve("bench.log");
    try (PrintStream log = logTo(file);
        Runner runner =
            Runner.start(
                forBench(bench.interceptors()),
                bench::metered,
                this::stamped,
                line -> {
                  bench.printed(line);
                  log.println(line);
                })) {
      return bench.run(runner.api(), runner.apiKey(), runner.deployment());
    }
  }

  private Runner.Settings forBench(List<Interceptor> interceptors) {
    return new Runner.Settings(
        root, dynamoDbJars(), Optional.empty(), 0, 0, Map.of(), Optional.empty(), interceptors);
  }

  private int endure(List<String> arguments) {
    EndureOptions options = EndureOptions.parse(arguments);
    try {
      return switch (options) {
        case EndureOptions.Faults faults -> endureFaults(faults);
        case EndureOptions.Kills kills -> endureKills(kills);
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private int endureFaults(EndureOptions.Faults options) throws InterruptedException {
    Path file = root.resolve(".wasl").resolve("endure.log");
    FaultInterceptor faults =
        new FaultInterceptor(
            FaultsRun.faults(options.percent() / 100, LONGEST_HANG, LONGEST_DELAY),
            new Random(options.seed()));
    try (PrintStream log = logTo(file)) {
      FailureLog failures = new FailureLog(log::println);
      try (Runner runner =
          Runner.start(
              new Runner.Settings(
                  root,
                  dynamoDbJars(),
                  Optional.empty(),
                  0,
                  0,
                  // Seconds instead of hours, so that a run ends.
                  Map.of("OutboundRetrySchedule", "1,2,5,10,20,30,60"),
                  Optional.empty(),
                  List.of(faults)),
              this::stamped,
              failures)) {
        out.println("The functions' log of this run: " + root.relativize(file));
        FaultsRun.Result result =
            FaultsRun.run(
                new FaultsRun.Settings(options.time(), options.rate(), REFUSED, POISON, QUICK),
                new Stack(runner.api(), runner.aws(), runner.apiKey(), runner.bus()),
                faults,
                failures,
                InstantSource.system(),
                out);
        return verdict(result.isGood());
      }
    }
  }

  private int endureKills(EndureOptions.Kills options) throws InterruptedException {
    try {
      Path folder = Files.createTempDirectory("wasl-endure");
      KillsRun.Result result =
          KillsRun.run(
              new KillsRun.Settings(
                  Main.class.getName(),
                  ScratchRoot.in(folder, root.toAbsolutePath(), template -> template),
                  options.webhooks(),
                  options.rate(),
                  Duration.ofMinutes(8)),
              InstantSource.system(),
              out);
      if (result.isGood()) {
        ScratchRoot.remove(folder);
      } else {
        out.println("  Its data and log stay in " + folder);
      }
      return verdict(result.isGood());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a folder for the run's data", e);
    }
  }

  private int verdict(boolean good) {
    out.println();
    out.println(good ? "  Endured." : "  NOT endured.");
    return good ? 0 : 1;
  }

  private Path dynamoDbJars() {
    return root.resolve("local/dynamodb/target/lib");
  }

  private static String info(Runner runner) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("api", runner.api().toString())
        .put("aws", runner.aws().toString())
        .put("simulator", runner.simulator().toString())
        .put("apiKey", runner.apiKey())
        .put("bus", runner.bus())
        .put("pid", ProcessHandle.current().pid())
        .toPrettyString();
  }

  private void stamped(String line) {
    out.println(TIME.format(LocalTime.now(ZoneId.systemDefault())) + "  " + line);
  }

  private static void remove(Path info) {
    try {
      Files.deleteIfExists(info);
    } catch (IOException e) {
      System.err.println("cannot remove " + info + ": " + e.getMessage());
    }
  }
}
