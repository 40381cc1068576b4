package wasl.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import wasl.local.aws.DeclaredQueue;
import wasl.local.aws.EmbeddedAws;
import wasl.local.aws.EmbeddedAwsConfig;
import wasl.local.endpoint.AwsEndpoint;
import wasl.local.endpoint.AwsFault;
import wasl.local.function.Functions;
import wasl.local.function.HostProcess;
import wasl.local.function.Invoker;
import wasl.local.function.IsolatedFunctions;
import wasl.local.gateway.Gateway;
import wasl.local.host.InvocationResult;
import wasl.local.host.InvocationResult.Answered;
import wasl.local.intercept.InterceptedEndpoint;
import wasl.local.intercept.Interceptor;
import wasl.local.policy.Enforcement;
import wasl.local.runtime.RuntimeClient;
import wasl.local.simulator.Simulator;
import wasl.local.template.Bundle;
import wasl.local.template.Deployment;
import wasl.local.template.QueueMapping;
import wasl.local.template.StreamMapping;
import wasl.local.trigger.Checkpoints;
import wasl.local.trigger.QueuePoller;
import wasl.local.trigger.Scheduler;
import wasl.local.trigger.StreamPoller;
import wasl.manifest.Catalog;

/// Runs the whole bundle on this machine: what `./wasl up` is, and what the demo stands on.
public final class Runner implements AutoCloseable {
  private static final String REGION = "us-east-1";
  private static final Pattern CRT = Pattern.compile("aws-crt-[0-9.]+\\.jar");
  // One machine gets no more done by more batches at once; they would only wait for each other.
  private static final String AT_ONCE = "6";
  private static final String KEY_FILE = "api-key.json";
  private static final String SIMULATOR_FILE = "simulator.json";
  private static final String CHECKPOINT_FILE = "streams.json";
  private static final String BOOTSTRAP = "{\"wasl\":\"bootstrap\",\"project\":\"local\"}";
  private static final String BOOTSTRAP_AGAIN =
      "{\"wasl\":\"bootstrap\",\"project\":\"local\",\"replace\":true}";

  /// @param root the folder that holds `template.yaml` and what was built
  /// @param dynamoDbJars the folder that holds DynamoDB Local
  /// @param data where everything is kept; empty: removed at the end
  /// @param parameters of the template, by name
  /// @param endpoint another emulator to use instead of the embedded AWS
  /// @param interceptors see every call to AWS of functions and pollers; none: no detour
  /// @param stack a stack at that emulator whose resources are taken; empty: they are made
  /// @param isolate whether each function runs as on Lambda: in processes of its own, with its own
  ///   permissions
  public record Settings(
      Path root,
      Path dynamoDbJars,
      Optional<Path> data,
      int port,
      int awsPort,
      Map<String, String> parameters,
      Optional<URI> endpoint,
      List<Interceptor> interceptors,
      Optional<String> stack,
      boolean isolate) {
    /// Settings that take no resources of a stack and run all functions in one process.
    public Settings(
        Path root,
        Path dynamoDbJars,
        Optional<Path> data,
        int port,
        int awsPort,
        Map<String, String> parameters,
        Optional<URI> endpoint,
        List<Interceptor> interceptors) {
      this(
          root,
          dynamoDbJars,
          data,
          port,
          awsPort,
          parameters,
          endpoint,
          interceptors,
          Optional.empty(),
          false);
    }

    /// The same, with every function isolated.
    public Settings isolated() {
      return new Settings(
          root, dynamoDbJars, data, port, awsPort, parameters, endpoint, interceptors, stack, true);
    }
  }

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final Settings settings;
  private final Consumer<String> progress;
  private final Consumer<String> log;
  private final Gateway gateway;
  private final Simulator simulator;
  private final AwsEndpoint aws;
  private final Invoker functions;
  private final Optional<Functions> host;
  private final Optional<Enforcement> permissions;
  private final Deployment deployment;
  private final String apiKey;

  private Runner(
      Settings settings,
      UnaryOperator<Invoker> around,
      Consumer<String> progress,
      Consumer<String> log) {
    if (settings.isolate() && !RuntimeClient.isForThisSystem()) {
      throw new CannotStart(
          "--isolate needs Linux: Lambda's runtime client has no library for %s. Without it all"
                  .formatted(System.getProperty("os.name"))
              + " functions share one process.");
    }
    this.settings = settings;
    this.progress = progress;
    this.log = log;
    boolean started = false;
    try {
      DataFolder data =
          open(settings.data().map(DataFolder::kept).orElseGet(DataFolder::ephemeral));
      Checkpoints checkpoints =
          open(
              Checkpoints.open(
                  data.read(CHECKPOINT_FILE), text -> data.write(CHECKPOINT_FILE, text)));
      this.gateway = open(bind(settings.port()));
      this.simulator = open(simulator(data));
      Bundle bundle =
          Bundle.read(
              settings.root().resolve("template.yaml"),
              settings.parameters(),
              Map.of(
                  "EgressAllow",
                  "127.0.0.0/8,::1/128",
                  "PublicUrl",
                  gateway.uri().toString(),
                  "ProvidersAt",
                  simulator.uri().toString(),
                  "QueueConcurrency",
                  AT_ONCE));
      URI direct = endpoint(bundle, data);
      this.aws = open(new AwsEndpoint(intercepted(direct), REGION));
      this.deployment = deployment(bundle);
      progress.accept(
          "starting "
              + deployment.functions().size()
              + " functions"
              + (settings.isolate() ? ", each with its first call" : ""));
      this.permissions =
          settings.isolate() ? Optional.of(new Enforcement(deployment, log)) : Optional.empty();
      URI forFunctions =
          permissions.map(enforcement -> enforced(direct, enforcement)).orElse(aws.uri());
      this.host = settings.isolate() ? Optional.empty() : Optional.of(open(oneHost(data)));
      this.functions =
          around.apply(host.isPresent() ? host.get() : open(isolated(data, forFunctions)));
      this.apiKey = apiKey(data);
      for (QueueMapping mapping : deployment.queues()) {
        open(poller(mapping, forFunctions));
      }
      for (StreamMapping mapping : deployment.streams()) {
        open(poller(mapping, forFunctions, checkpoints));
      }
      open(Scheduler.start(deployment.schedules(), functions, InstantSource.system(), log));
      gateway.start(deployment.routes(), functions);
      started = true;
    } finally {
      if (!started) {
        close();
      }
    }
  }

  /// Starts everything; returns once every part answers.
  ///
  /// @param progress gets the few steps of starting
  /// @param log gets a line per invocation, what functions print, and what goes wrong
  /// @throws CannotStart with a message for the user
  public static Runner start(Settings settings, Consumer<String> progress, Consumer<String> log) {
    return start(settings, functions -> functions, progress, log);
  }

  /// As the first, with something around the functions that queues, schedules and the gateway call:
  /// to measure or to count their invocations.
  public static Runner start(
      Settings settings,
      UnaryOperator<Invoker> around,
      Consumer<String> progress,
      Consumer<String> log) {
    return new Runner(settings, around, progress, log);
  }

  /// The base URL of the API and of inbound webhooks.
  public URI api() {
    return gateway.uri();
  }

  /// The AWS endpoint, for any AWS client with any credentials.
  public URI aws() {
    return aws.uri();
  }

  /// Where every provider is played; what is meant for `https://<host>/<path>` is at
  /// `/<host>/<path>` there.
  public URI simulator() {
    return simulator.uri();
  }

  /// The bootstrap key: environment `dev`, every scope.
  public String apiKey() {
    return apiKey;
  }

  /// The name of the event bus.
  public String bus() {
    return deployment.bus();
  }

  /// The functions, for whoever calls them without gateway and queues.
  public Invoker functions() {
    return functions;
  }

  /// What was made, and what runs there.
  public Deployment deployment() {
    return deployment;
  }

  /// What decides about the functions' calls to AWS, where they are isolated.
  public Optional<Enforcement> permissions() {
    return permissions;
  }

  /// The process that runs the functions at this moment.
  ///
  /// @throws IllegalStateException if they are isolated, so that there are many
  public long functionHostPid() {
    return host.orElseThrow(() -> new IllegalStateException("no host of all functions")).hostPid();
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        // The rest must be closed all the same.
        log.accept("while stopping: " + e);
      }
    }
  }

  private <T extends AutoCloseable> T open(T part) {
    opened.push(part);
    return part;
  }

  private static Gateway bind(int port) {
    try {
      return Gateway.bind(port, Gateway.Limits.OF_AWS, InstantSource.system());
    } catch (BindException e) {
      throw portTaken(port, "--port", e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on port " + port, e);
    }
  }

  private Simulator simulator(DataFolder data) {
    Optional<Path> file = settings.data().map(_ -> data.path().resolve(SIMULATOR_FILE));
    try {
      return Simulator.start(new Catalog(), file, InstantSource.system());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start the simulator of providers", e);
    }
  }

  private static CannotStart portTaken(int port, String option, Exception cause) {
    return new CannotStart(
        "port %d is taken. Stop what listens there, or choose another by %s (0: any)."
            .formatted(port, option),
        cause);
  }

  private Deployment deployment(Bundle bundle) {
    try {
      if (settings.stack().isPresent()) {
        progress.accept("taking tables, queues, bus, key and bucket of " + settings.stack().get());
        return bundle.findIn(settings.stack().get(), aws);
      }
      progress.accept("making tables, queues, bus, key and bucket");
      return bundle.deploy(aws);
    } catch (AwsFault | UncheckedIOException e) {
      // The embedded AWS is our own affair, and its fault one of ours.
      if (settings.endpoint().isEmpty()) {
        throw e;
      }
      throw new CannotStart("--endpoint " + settings.endpoint().get() + ": " + e.getMessage(), e);
    }
  }

  private URI endpoint(Bundle bundle, DataFolder data) {
    return settings.endpoint().orElseGet(() -> embedded(bundle, data));
  }

  private URI intercepted(URI direct) {
    return settings.interceptors().isEmpty()
        ? direct
        : standBefore(direct, settings.interceptors());
  }

  private URI standBefore(URI direct, List<Interceptor> interceptors) {
    try {
      return open(InterceptedEndpoint.start(direct, interceptors)).uri();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot stand before " + direct, e);
    }
  }

  private URI embedded(Bundle bundle, DataFolder data) {
    List<DeclaredQueue> queues = new ArrayList<>();
    bundle
        .queues(REGION)
        .forEach((name, attributes) -> queues.add(new DeclaredQueue(name, attributes)));
    progress.accept("starting the embedded AWS: DynamoDB Local, ElasticMQ, KMS, S3, EventBridge");
    EmbeddedAwsConfig config =
        EmbeddedAwsConfig.ephemeral(settings.dynamoDbJars())
            .withData(data.path())
            .withPort(settings.awsPort())
            .withQueues(queues)
            .withProgress(log);
    try {
      return open(EmbeddedAws.start(config)).endpoint();
    } catch (IllegalStateException e) {
      if (e.getCause() instanceof BindException) {
        throw portTaken(settings.awsPort(), "--aws-port", e);
      }
      throw e;
    }
  }

  private Functions oneHost(DataFolder data) {
    return Functions.start(
        new HostProcess.Settings(
            deployment.functions(), data.path(), aws.uri(), REGION, hostsOwnCrt()),
        log);
  }

  private IsolatedFunctions isolated(DataFolder data, URI endpoint) {
    return IsolatedFunctions.start(
        new IsolatedFunctions.Settings(deployment.functions(), data.path(), endpoint, REGION), log);
  }

  private URI enforced(URI direct, Enforcement permissions) {
    List<Interceptor> all = new ArrayList<>(settings.interceptors());
    all.add(permissions);
    return standBefore(direct, all);
  }

  /// Lambda receives in the name of the function that it receives for.
  private QueuePoller poller(QueueMapping mapping, URI endpoint) {
    if (permissions.isEmpty()) {
      return QueuePoller.start(mapping, aws, functions, log);
    }
    refuseIf(permissions.get().denial(mapping), "messages", mapping.function());
    return QueuePoller.start(
        mapping.atMost(IsolatedFunctions.SANDBOXES),
        endpointOf(mapping.function(), endpoint),
        functions,
        log);
  }

  /// Lambda reads in the name of the function that it reads for.
  private StreamPoller poller(StreamMapping mapping, URI endpoint, Checkpoints checkpoints) {
    AwsEndpoint own = aws;
    if (permissions.isPresent()) {
      refuseIf(permissions.get().denial(mapping), "records", mapping.function());
      own = endpointOf(mapping.function(), endpoint);
    }
    return StreamPoller.start(mapping, own, functions, checkpoints, InstantSource.system(), log);
  }

  private static void refuseIf(Optional<String> denial, String what, String function) {
    denial.ifPresent(reason -> {
      throw new CannotStart("AWS would not bring " + what + " to " + function + ". " + reason);
    });
  }

  private AwsEndpoint endpointOf(String function, URI endpoint) {
    String accessKey = deployment.function(function).logicalId();
    return open(new AwsEndpoint(endpoint, REGION, accessKey));
  }

  /// The layer holds aws-crt's libraries for Linux alone; other systems take the one with all.
  private List<Path> hostsOwnCrt() {
    if (System.getProperty("os.name").equals("Linux")) {
      return List.of();
    }
    try (Stream<Path> jars = Files.list(settings.root().resolve("local/target/lib"))) {
      return jars.filter(jar -> CRT.matcher(jar.getFileName().toString()).matches()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look for aws-crt", e);
    }
  }

  private String apiKey(DataFolder data) {
    // What another emulator keeps, or forgets, is not known here.
    boolean kept = settings.endpoint().isEmpty();
    Optional<String> known = kept ? data.read(KEY_FILE) : Optional.empty();
    if (known.isPresent()) {
      return key(known.get());
    }
    progress.accept("making the first project and its API key");
    // A key that another run made there is lost to this one: it was shown once.
    String command = kept ? BOOTSTRAP : BOOTSTRAP_AGAIN;
    InvocationResult result =
        functions.invoke("management-api", command.getBytes(StandardCharsets.UTF_8));
    if (!(result instanceof Answered(byte[] payload))) {
      throw new CannotStart("management-api did not make the first API key: " + result);
    }
    String answer = new String(payload, StandardCharsets.UTF_8);
    String key = key(answer);
    if (kept) {
      data.write(KEY_FILE, answer);
    }
    return key;
  }

  private static String key(String answer) {
    JsonNode json;
    try {
      json = new ObjectMapper().readTree(answer);
    } catch (JsonProcessingException e) {
      throw new CannotStart("management-api's answer to bootstrap is no JSON", e);
    }
    if (!json.path("apiKey").isTextual()) {
      throw new CannotStart("management-api's answer to bootstrap holds no apiKey");
    }
    return json.path("apiKey").textValue();
  }
}
