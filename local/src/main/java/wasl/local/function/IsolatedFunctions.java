package wasl.local.function;

import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import wasl.local.host.InvocationResult;
import wasl.local.process.ChildJvm;
import wasl.local.runtime.Mailbox;
import wasl.local.runtime.RuntimeApi;
import wasl.local.runtime.RuntimeClient;
import wasl.local.template.FunctionDefinition;

/// Invokes functions as Lambda does: each in processes of its own under the official runtime
/// client, with its own variables, memory, class path and permissions.
///
/// A process serves one invocation at a time and stays for the next; it starts when all others of
/// its function are busy, so none runs of what nobody calls.
public final class IsolatedFunctions implements Invoker, AutoCloseable {
  /// How many processes a function may have: enough that callers seldom wait for each other, few
  /// enough for a laptop.
  public static final int SANDBOXES = 4;

  /// @param folder where code is unpacked
  /// @param aws the endpoint that the functions' clients call
  public record Settings(List<FunctionDefinition> functions, Path folder, URI aws, String region) {
    public Settings {
      functions = List.copyOf(functions);
      // The processes work elsewhere.
      folder = folder.toAbsolutePath();
    }
  }

  private final Settings settings;
  private final Consumer<String> log;
  private final RuntimeClient client;
  private final RuntimeApi api;
  private final Map<String, SandboxPool> pools = new HashMap<>();

  private IsolatedFunctions(
      Settings settings, RuntimeClient client, RuntimeApi api, Consumer<String> log) {
    this.settings = settings;
    this.client = client;
    this.api = api;
    this.log = log;
  }

  /// Lays out the functions' code; their processes start when they are invoked.
  ///
  /// @param log gets a line per invocation, and what functions print
  /// @throws IllegalStateException if this system cannot run the runtime client
  public static IsolatedFunctions start(Settings settings, Consumer<String> log) {
    if (!RuntimeClient.isForThisSystem()) {
      throw new IllegalStateException("Lambda's runtime client has a library for Linux alone");
    }
    FunctionCode code = new FunctionCode(settings.folder().resolve("code"));
    IsolatedFunctions functions =
        new IsolatedFunctions(
            settings,
            RuntimeClient.unpackedIn(settings.folder().resolve("runtime")),
            RuntimeApi.start(),
            log);
    for (FunctionDefinition function : settings.functions()) {
      functions.add(function, code.task(function), code.libraries(function));
    }
    return functions;
  }

  @Override
  public InvocationResult invoke(String function, byte[] event) {
    long start = System.nanoTime();
    InvocationResult result = pool(function).invoke(event);
    log.accept(Functions.line(function, (System.nanoTime() - start) / 1_000_000, result));
    return result;
  }

  /// The processes of a function at this moment.
  public List<Long> pids(String function) {
    return pool(function).pids();
  }

  @Override
  public void close() {
    pools.values().forEach(SandboxPool::close);
    api.close();
  }

  private SandboxPool pool(String function) {
    SandboxPool pool = pools.get(function);
    if (pool == null) {
      throw new IllegalArgumentException("no function " + function + " in " + pools.keySet());
    }
    return pool;
  }

  private void add(FunctionDefinition function, Path task, List<Path> libraries) {
    Sandbox.Plan plan =
        new Sandbox.Plan(
            function.timeout(),
            "arn:aws:lambda:" + settings.region() + ":000000000000:function:" + function.name(),
            mailbox -> command(function, task, libraries, mailbox));
    AtomicInteger number = new AtomicInteger();
    pools.put(
        function.name(),
        new SandboxPool(
            () ->
                Sandbox.start(
                    plan,
                    api.open(
                        function.name() + "-" + number.incrementAndGet(), function.logicalId()),
                    InstantSource.system(),
                    log),
            Math.min(SANDBOXES, function.concurrency()),
            function.timeout().toMillis()));
  }

  private ChildJvm.Command command(
      FunctionDefinition function, Path task, List<Path> libraries, Mailbox mailbox) {
    return new ChildJvm.Command(
        Path.of(System.getProperty("java.home"), "bin", "java"),
        RuntimeClient.MAIN_CLASS,
        client.jars().stream().map(Path::toString).toList(),
        client.jvmArguments(function.memoryMegabytes()),
        List.of(function.handler()),
        environment(function, task, libraries, mailbox),
        Optional.of(task));
  }

  private Map<String, String> environment(
      FunctionDefinition function, Path task, List<Path> libraries, Mailbox mailbox) {
    Map<String, String> environment = new TreeMap<>(function.environment());
    environment.putAll(
        Map.ofEntries(
            Map.entry("_HANDLER", function.handler()),
            Map.entry("AWS_DEFAULT_REGION", settings.region()),
            Map.entry("AWS_EC2_METADATA_DISABLED", "true"),
            Map.entry("AWS_ENDPOINT_URL", settings.aws().toString()),
            Map.entry("AWS_EXECUTION_ENV", "AWS_Lambda_java25"),
            Map.entry(
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(function.memoryMegabytes())),
            Map.entry("AWS_LAMBDA_FUNCTION_NAME", function.name()),
            Map.entry("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            Map.entry("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + function.name()),
            Map.entry("AWS_LAMBDA_LOG_STREAM_NAME", "local"),
            Map.entry("AWS_LAMBDA_RUNTIME_API", mailbox.address()),
            Map.entry("AWS_REGION", settings.region()),
            Map.entry("LAMBDA_TASK_ROOT", task.toString()),
            Map.entry("LANG", "en_US.UTF-8"),
            Map.entry("PATH", "/usr/local/bin:/usr/bin:/bin"),
            Map.entry("TZ", ":UTC")));
    if (!libraries.isEmpty()) {
      environment.put(
          "LD_LIBRARY_PATH", String.join(":", libraries.stream().map(Path::toString).toList()));
    }
    if (function.snapStart()) {
      environment.put("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start");
      // A snapshot outlives keys, so that Lambda gives none with it.
      environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", mailbox.credentials());
      environment.put("AWS_CONTAINER_AUTHORIZATION_TOKEN", function.logicalId());
    } else {
      environment.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
      environment.put("AWS_ACCESS_KEY_ID", function.logicalId());
      environment.put("AWS_SECRET_ACCESS_KEY", function.logicalId());
      environment.put("AWS_SESSION_TOKEN", function.logicalId());
    }
    return environment;
  }
}
