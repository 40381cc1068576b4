package wasl.local.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import wasl.local.runtime.Mailbox;
import wasl.local.runtime.RuntimeApi;
import wasl.local.runtime.RuntimeClient;
import wasl.local.runtime.Step;
import wasl.local.runtime.Work;

/// Measures the built functions' cold starts, each in a fresh JVM under the official runtime client
/// on one processor, beside the least function that there can be.
///
/// Ratios hold from machine to machine, milliseconds do not.
public final class ColdBench {
  private static final int RUNS = 7;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String ACCESS_KEY = "AKIABENCH";
  private static final String HELLO = "hello-world";
  private static final List<String> FUNCTIONS =
      List.of(
          Scene.RECEIPT,
          Scene.CALLBACK,
          "management-api",
          "event-router",
          "outbound-fanout",
          "outbound-delivery",
          "due-scan");

  private final Path root;
  private final PrintStream out;
  private final Path folder;
  private final Scene scene;
  private final StandIn aws;
  private final TlsIdentity tls;
  private final List<String> pin;
  private final RuntimeClient runtime;

  private ColdBench(
      Path root,
      PrintStream out,
      Path folder,
      Scene scene,
      StandIn aws,
      TlsIdentity tls,
      List<String> pin,
      RuntimeClient runtime) {
    this.root = root;
    this.out = out;
    this.folder = folder;
    this.scene = scene;
    this.aws = aws;
    this.tls = tls;
    this.pin = pin;
    this.runtime = runtime;
  }

  /// Measures one function, or all of them, and prints a table.
  ///
  /// @param root where the bundle was built
  /// @param functions names; none for all
  /// @return the exit code: 2 for a function that is none
  public static int run(Path root, List<String> functions, PrintStream out) {
    for (var function : functions) {
      if (!FUNCTIONS.contains(function)) {
        out.println("unknown function " + function + "; there are " + String.join(", ", FUNCTIONS));
        return 2;
      }
    }
    try {
      var folder = Files.createTempDirectory("wasl-bench");
      try {
        return run(root, functions.isEmpty() ? FUNCTIONS : functions, out, folder);
      } finally {
        remove(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the bench cannot work: " + e.getMessage(), e);
    }
  }

  private static int run(Path root, List<String> functions, PrintStream out, Path folder)
      throws IOException {
    var scene = new Scene(root.resolve("events"));
    var tls = TlsIdentity.make(folder);
    var pin = Processors.pinChildrenApartFromThis(out);
    try (var aws = new StandIn(tls.context(), scene.items(), scene.dataKey())) {
      aws.warm(tls.context());
      var runtime = RuntimeClient.unpackedIn(folder);
      new ColdBench(root, out, folder, scene, aws, tls, pin, runtime).measure(functions);
    }
    return 0;
  }

  /// What one function is to be measured with.
  private record Subject(String name, String handler, Path task) {}

  /// One run.
  ///
  /// @param total from the process's start to the first answer
  /// @param primed how long the first call took after priming and restore; 0 where not measured
  private record Run(
      long init, long first, long total, long primed, long cpuMillis, long peakKilobytes) {}

  /// All runs of one function.
  private record Result(Subject subject, List<Run> runs) {
    Result(Subject subject) {
      this(subject, new ArrayList<>());
    }
  }

  private void measure(List<String> functions) throws IOException {
    var subjects = new ArrayList<Subject>();
    subjects.add(hello());
    for (var function : functions) {
      subjects.add(subject(function));
    }
    var results = subjects.stream().map(Result::new).toList();
    // In turns, so that whatever else this machine does meets all alike; the first turn warms disk
    // cache and stand-in, and does not count.
    for (int turn = 0; turn <= RUNS; turn++) {
      for (var result : results) {
        var run = run(result.subject());
        if (turn > 0) {
          result.runs().add(run);
        }
      }
      out.print(turn == 0 ? "measuring " : ".");
      out.flush();
    }
    out.println();
    print(results);
  }

  private Run run(Subject subject) throws IOException {
    var event =
        subject.name().equals(HELLO)
            ? "{}".getBytes(StandardCharsets.UTF_8)
            : scene.eventFor(subject.name());
    long primed = primed(subject, event);
    try (var api = RuntimeApi.start();
        var mailbox = api.open(subject.name(), ACCESS_KEY);
        var process = start(subject, mailbox, "on-demand")) {
      var ready = ready(subject, mailbox);
      long invoked = mailbox.give(work(event));
      var answered = answered(subject, mailbox);
      return new Run(
          ready - process.startedAt(),
          answered - invoked,
          answered - process.startedAt(),
          primed,
          process.cpuMillis(),
          process.peakKilobytes());
    }
  }

  /// The first call of a process that went through SnapStart's hooks.
  private long primed(Subject subject, byte[] event) throws IOException {
    try (var api = RuntimeApi.start();
        var mailbox = api.open(subject.name(), ACCESS_KEY);
        var _ = start(subject, mailbox, "snap-start")) {
      ready(subject, mailbox);
      long invoked = mailbox.give(work(event));
      return answered(subject, mailbox) - invoked;
    }
  }

  private static Work work(byte[] event) {
    return new Work(
        "bench-" + UUID.randomUUID(),
        Instant.now().plusSeconds(15),
        "arn:aws:lambda:eu-central-1:000000000000:function:bench",
        event);
  }

  private static long ready(Subject subject, Mailbox mailbox) {
    return switch (next(subject, mailbox)) {
      case Step.Ready(long nanos) -> nanos;
      case Step.Failed(long nanos, String type, String message) ->
          throw new IllegalStateException(
              subject.name() + " failed in its init: " + type + ": " + message);
      case Step.Answered answered -> throw new IllegalStateException("it answered nobody");
      case Step.Ended ended -> throw new IllegalStateException("nobody closed the mailbox");
    };
  }

  private long answered(Subject subject, Mailbox mailbox) {
    return switch (next(subject, mailbox)) {
      case Step.Answered(long nanos, byte[] payload) -> {
        var answer = new String(payload, StandardCharsets.UTF_8);
        if (isFailure(answer)) {
          out.println(subject.name() + " answered a failure: " + answer);
        }
        yield nanos;
      }
      case Step.Failed(long nanos, String type, String message) -> {
        out.println(subject.name() + " failed: " + type + ": " + message);
        yield nanos;
      }
      case Step.Ready ready -> throw new IllegalStateException("it did not answer");
      case Step.Ended ended -> throw new IllegalStateException("nobody closed the mailbox");
    };
  }

  private static Step next(Subject subject, Mailbox mailbox) {
    try {
      return mailbox.next(PATIENCE);
    } catch (TimeoutException e) {
      throw new IllegalStateException(subject.name() + " did nothing for " + PATIENCE, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static boolean isFailure(String answer) {
    return answer.startsWith("{\"statusCode\":4") || answer.startsWith("{\"statusCode\":5");
  }

  private FunctionProcess start(Subject subject, Mailbox mailbox, String initialization)
      throws IOException {
    var environment = new LinkedHashMap<String, String>();
    environment.put("AWS_LAMBDA_RUNTIME_API", mailbox.address());
    environment.put("AWS_LAMBDA_INITIALIZATION_TYPE", initialization);
    environment.put("AWS_LAMBDA_FUNCTION_NAME", subject.name());
    environment.put(
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(FunctionProcess.MEMORY_MEGABYTES));
    environment.put("AWS_LAMBDA_FUNCTION_VERSION", "1");
    environment.put("AWS_REGION", "eu-central-1");
    environment.put("AWS_ACCESS_KEY_ID", ACCESS_KEY);
    environment.put("AWS_SECRET_ACCESS_KEY", "bench");
    environment.put("AWS_SESSION_TOKEN", "bench");
    environment.put("AWS_CA_BUNDLE", tls.authorities().toString());
    // What /opt/lib is on Lambda.
    var platform = architecture().equals("aarch_64") ? "armv8" : "x86_64";
    environment.put(
        "LD_LIBRARY_PATH",
        root.resolve("layers/aws/target/native/linux/" + platform + "/glibc").toString());
    environment.put("PATH", "/usr/bin:/bin");
    environment.put("TZ", ":UTC");
    environment.putAll(aws.inClear());
    environment.putAll(aws.overTls());
    environment.putAll(variables());
    return FunctionProcess.start(
        new FunctionProcess.Command(
            pin, java(), runtime, subject.task(), subject.handler(), environment),
        folder.resolve(subject.name() + ".log"));
  }

  /// What every function reads from its environment.
  static Map<String, String> variables() {
    return Map.ofEntries(
        Map.entry("WASL_CONNECTIONS_TABLE", "Connections"),
        Map.entry("WASL_EVENTS_TABLE", "Events"),
        Map.entry("WASL_KEYS_TABLE", "Keys"),
        Map.entry("WASL_BUCKET", "bodies"),
        Map.entry("WASL_KMS_KEY", "arn:aws:kms:eu-central-1:000000000000:key/bench"),
        Map.entry("WASL_BUS", "wasl"),
        Map.entry("WASL_INBOUND_QUEUE_URL", "https://localhost/000000000000/Inbound"),
        Map.entry("WASL_DELIVERY_QUEUE_URL", "https://localhost/000000000000/Delivery"),
        Map.entry("WASL_PRIME_QUEUE_URL", "https://localhost/000000000000/Prime"),
        Map.entry("WASL_PUBLIC_URL", "https://api.example.com"),
        Map.entry("WASL_OUTBOUND_RETRY_SCHEDULE", "5,300,1800,7200,18000,36000,50400,72000,86400"),
        Map.entry("WASL_OUTBOUND_BREAKER_FAILURES", "10"),
        Map.entry("WASL_OUTBOUND_BREAKER_SECONDS", "60"),
        Map.entry("WASL_OUTBOUND_DISABLE_AFTER_HOURS", "120"),
        Map.entry("WASL_EGRESS_ALLOW", ""),
        Map.entry("WASL_PROVIDERS_AT", ""),
        Map.entry("WASL_REFRESH_HTTP_TIMEOUT_SECONDS", "27"),
        Map.entry("WASL_REFRESH_IDLE_DAYS", "7"),
        Map.entry("WASL_INBOUND_DEDUP_HOURS", "24"),
        Map.entry("WASL_MAX_BODY_BYTES", "4194304"),
        Map.entry("WASL_BODY_RETENTION_DAYS", "14"));
  }

  private void print(List<Result> results) {
    out.printf(
        "%nMedians of %d runs, milliseconds; each run a fresh JVM (C1, SerialGC) under the runtime"
            + " client%n%n",
        RUNS);
    out.printf(
        "%-18s %10s %8s %11s %22s %8s %9s %7s %10s%n",
        "function",
        "cold total",
        "init",
        "first call",
        "first call if primed",
        "CPU",
        "peak MB",
        "ratio",
        "CPU ratio");
    double hello = 0;
    long helloCpu = 0;
    for (var result : results) {
      var all = result.runs();
      double total = millis(all, Run::total);
      long cpu = Math.max(1, median(all, Run::cpuMillis));
      hello = hello == 0 ? total : hello;
      helloCpu = helloCpu == 0 ? cpu : helloCpu;
      out.printf(
          Locale.ROOT,
          "%-18s %10.0f %8.0f %11.0f %22.1f %8d %9d %6.1fx %9.1fx%n",
          result.subject().name(),
          total,
          millis(all, Run::init),
          millis(all, Run::first),
          millis(all, Run::primed),
          cpu,
          median(all, Run::peakKilobytes) / 1024,
          total / hello,
          (double) cpu / helloCpu);
    }
    out.printf(
        "%nwebhook-receipt speaks TLS to a stand-in of AWS, a port for each service; the others"
            + " speak plain HTTP to it,%nsince the SDK's client trusts the system's authorities"
            + " only.%n");
  }

  private static double millis(List<Run> runs, ToLongFunction<Run> value) {
    return median(runs, value) / 1e6;
  }

  private static long median(List<Run> runs, ToLongFunction<Run> value) {
    var sorted = runs.stream().mapToLong(value).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private Subject hello() throws IOException {
    var task = Files.createDirectories(folder.resolve(HELLO));
    var file = HelloHandler.class.getName().replace('.', '/') + ".class";
    var target = task.resolve(file);
    Files.createDirectories(target.getParent());
    try (InputStream in = HelloHandler.class.getClassLoader().getResourceAsStream(file)) {
      Files.copy(java.util.Objects.requireNonNull(in), target);
    }
    return new Subject(HELLO, HelloHandler.class.getName(), task);
  }

  private Subject subject(String function) throws IOException {
    if (!scene.hasEvent(function)) {
      throw new IOException("events/" + function + ".json is missing");
    }
    var task = Files.createDirectories(folder.resolve(function));
    // The runtime client reads the function's own lib before the layer's, each in the order of
    // names.
    // The layer's place is fixed to /opt, so its jars stand here behind the function's.
    unzip(
        root.resolve("functions/" + function + "/target/" + function + ".zip"), "lib/", task, "a-");
    unzip(root.resolve("layers/aws/target/layer.zip"), "java/lib/", task, "b-");
    var handler = "wasl.function." + function.replace("-", "") + ".Handler";
    return new Subject(function, handler, task);
  }

  private static void unzip(Path zip, String under, Path task, String prefix) throws IOException {
    var lib = Files.createDirectories(task.resolve("lib"));
    try (var file = new ZipFile(zip.toFile())) {
      for (var entry : file.stream().toList()) {
        if (entry.getName().startsWith(under) && !entry.isDirectory()) {
          try (InputStream in = file.getInputStream(entry)) {
            Files.copy(in, lib.resolve(prefix + entry.getName().substring(under.length())));
          }
        }
      }
    }
  }

  private static String architecture() {
    return System.getProperty("os.arch").equals("aarch64") ? "aarch_64" : "x86_64";
  }

  private static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      for (var path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
