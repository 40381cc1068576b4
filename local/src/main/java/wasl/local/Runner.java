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
import wasl.local.function.Functions;
import wasl.local.function.HostProcess;
import wasl.local.function.Invoker;
import wasl.local.gateway.Gateway;
import wasl.local.host.InvocationResult;
import wasl.local.host.InvocationResult.Answered;
import wasl.local.intercept.InterceptedEndpoint;
import wasl.local.intercept.Interceptor;
import wasl.local.template.Bundle;
import wasl.local.template.Deployment;
import wasl.local.template.QueueMapping;
import wasl.local.trigger.QueuePoller;
import wasl.local.trigger.Scheduler;

/// Runs the whole bundle on this machine: what `./wasl up` is, and what the demo stands on.
public final class Runner implements AutoCloseable {
  private static final String REGION = "us-east-1";
  private static final Pattern CRT = Pattern.compile("aws-crt-[0-9.]+\\.jar");
  private static final String KEY_FILE = "api-key.json";
  private static final String BOOTSTRAP = "{\"wasl\":\"bootstrap\",\"project\":\"local\"}";

  /// @param root the folder that holds `template.yaml` and what was built
  /// @param dynamoDbJars the folder that holds DynamoDB Local
  /// @param data where everything is kept; empty: removed at the end
  /// @param parameters of the template, by name
  /// @param endpoint another emulator to use instead of the embedded AWS
  /// @param interceptors see every call to AWS of functions and pollers; none: no detour
  public record Settings(
      Path root,
      Path dynamoDbJars,
      Optional<Path> data,
      int port,
      int awsPort,
      Map<String, String> parameters,
      Optional<URI> endpoint,
      List<Interceptor> interceptors) {}

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final Settings settings;
  private final Consumer<String> progress;
  private final Consumer<String> log;
  private final Gateway gateway;
  private final AwsEndpoint aws;
  private final Functions functions;
  private final Deployment deployment;
  private final String apiKey;

  private Runner(
      Settings settings,
      UnaryOperator<Invoker> around,
      Consumer<String> progress,
      Consumer<String> log) {
    this.settings = settings;
    this.progress = progress;
    this.log = log;
    boolean started = false;
    try {
      DataFolder data =
          open(settings.data().map(DataFolder::kept).orElseGet(DataFolder::ephemeral));
      this.gateway = open(bind(settings.port()));
      Bundle bundle =
          Bundle.read(
              settings.root().resolve("template.yaml"),
              settings.parameters(),
              Map.of("EgressAllow", "127.0.0.0/8,::1/128", "PublicUrl", gateway.uri().toString()));
      URI direct = endpoint(bundle, data);
      this.aws = open(new AwsEndpoint(intercepted(direct), REGION));
      progress.accept("making tables, queues, bus, key and bucket");
      this.deployment = bundle.deploy(aws);
      progress.accept("starting " + deployment.functions().size() + " functions");
      this.functions =
          open(
              Functions.start(
                  new HostProcess.Settings(
                      deployment.functions(), data.path(), aws.uri(), REGION, hostsOwnCrt()),
                  log));
      Invoker invoker = around.apply(functions);
      this.apiKey = apiKey(data);
      for (QueueMapping mapping : deployment.queues()) {
        open(QueuePoller.start(mapping, aws, invoker, log));
      }
      open(Scheduler.start(deployment.schedules(), invoker, InstantSource.system(), log));
      gateway.start(deployment.routes(), invoker);
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

  /// The bootstrap key: environment `dev`, every scope.
  public String apiKey() {
    return apiKey;
  }

  /// The name of the event bus.
  public String bus() {
    return deployment.bus();
  }

  /// What runs here.
  public Deployment deployment() {
    return deployment;
  }

  /// The process that runs the functions at this moment.
  public long functionHostPid() {
    return functions.hostPid();
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

  private static CannotStart portTaken(int port, String option, Exception cause) {
    return new CannotStart(
        "port %d is taken. Stop what listens there, or choose another by %s (0: any)."
            .formatted(port, option),
        cause);
  }

  private URI endpoint(Bundle bundle, DataFolder data) {
    return settings.endpoint().orElseGet(() -> embedded(bundle, data));
  }

  private URI intercepted(URI direct) {
    if (settings.interceptors().isEmpty()) {
      return direct;
    }
    try {
      return open(InterceptedEndpoint.start(direct, settings.interceptors())).uri();
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
    InvocationResult result =
        functions.invoke("management-api", BOOTSTRAP.getBytes(StandardCharsets.UTF_8));
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
