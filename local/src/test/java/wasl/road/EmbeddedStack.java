package wasl.road;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.aws.AwsClients;
import wasl.aws.DynamoTable;
import wasl.aws.KmsDataKeys;
import wasl.id.Ids;
import wasl.local.aws.DeclaredQueue;
import wasl.local.aws.EmbeddedAws;
import wasl.local.aws.EmbeddedAwsConfig;
import wasl.local.endpoint.AwsEndpoint;
import wasl.local.intercept.InterceptedEndpoint;
import wasl.local.intercept.Interceptor;
import wasl.local.simulator.Simulator;
import wasl.local.template.Bundle;
import wasl.local.template.Deployment;
import wasl.local.template.FunctionDefinition;
import wasl.local.template.QueueMapping;
import wasl.manifest.Catalog;
import wasl.vault.CachedDataKeys;
import wasl.vault.Vault;

/// The embedded AWS with everything in it that `template.yaml` declares, for tests that run
/// handlers in process and move their clock.
///
/// One for all test classes of a JVM, since it takes seconds to start: write
/// `@ExtendWith(EmbeddedStack.Shared.class)` and take it as a parameter. Each test works in a
/// [#newTenant] of its own, so none sees what another left behind. Nothing polls and nothing is due
/// by itself: the test drives the queues by [#drive].
public final class EmbeddedStack implements AutoCloseable {
  private static final String REGION = "us-east-1";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RandomGenerator random = new SecureRandom();
  private final URI endpoint;
  private final AwsClients clients;
  private final Deployment deployment;
  private final Map<String, List<JsonNode>> bus;
  private final AutoCloseable server;
  private final Simulator simulator;

  private EmbeddedStack() {
    simulator = simulator();
    var bundle =
        Bundle.read(
            Path.of("..", "template.yaml"),
            Map.of(),
            Map.of(
                "EgressAllow",
                "127.0.0.0/8",
                "PublicUrl",
                "http://127.0.0.1:1",
                "ProvidersAt",
                simulator.uri().toString()));
    var queues = new ArrayList<DeclaredQueue>();
    bundle
        .queues(REGION)
        .forEach((name, attributes) -> queues.add(new DeclaredQueue(name, attributes)));
    var aws =
        EmbeddedAws.start(
            EmbeddedAwsConfig.ephemeral(Path.of("dynamodb", "target", "lib")).withQueues(queues));
    try (var deploying = new AwsEndpoint(aws.endpoint(), REGION)) {
      deployment = bundle.deploy(deploying);
    }
    server =
        () -> {
          aws.close();
          simulator.close();
        };
    endpoint = aws.endpoint();
    clients = clientsOf(endpoint);
    bus = new HashMap<>();
  }

  private EmbeddedStack(EmbeddedStack whole, InterceptedEndpoint between) {
    server = between;
    endpoint = between.uri();
    clients = clientsOf(endpoint);
    deployment = whole.deployment;
    bus = whole.bus;
    simulator = whole.simulator;
  }

  private static Simulator simulator() {
    try {
      return Simulator.start(new Catalog(), Optional.empty(), InstantSource.system());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static AwsClients clientsOf(URI endpoint) {
    return new AwsClients(
        Map.of(
            "AWS_ENDPOINT_URL",
            endpoint.toString(),
            "AWS_REGION",
            REGION,
            "AWS_ACCESS_KEY_ID",
            "test",
            "AWS_SECRET_ACCESS_KEY",
            "test"));
  }

  /// The same stack, reached through something that stands between: to break it, or to count.
  /// Closing it leaves the stack as it is.
  public EmbeddedStack through(Interceptor between) {
    try {
      return new EmbeddedStack(this, InterceptedEndpoint.start(endpoint, List.of(between)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What the template declares, made in the embedded AWS.
  public Deployment deployment() {
    return deployment;
  }

  /// The SDK's clients, of the embedded AWS.
  public AwsClients clients() {
    return clients;
  }

  /// Where this stack's AWS listens.
  public URI endpoint() {
    return endpoint;
  }

  /// Where all providers are played, and `/_control` says how.
  public URI providers() {
    return simulator.uri();
  }

  /// A function's environment variables, as the template says them.
  ///
  /// @param function its name: `event-router`
  public Map<String, String> environment(String function) {
    return deployment.functions().stream()
        .filter(definition -> definition.name().equals(function))
        .map(FunctionDefinition::environment)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no function " + function));
  }

  /// A table, by the name that the template gives it: `Connections`.
  public DynamoTable table(String name) {
    return new DynamoTable(
        clients.dynamoDb(), variable("WASL_" + name.toUpperCase(Locale.ROOT) + "_TABLE"));
  }

  /// A vault that has not used any data key yet.
  public Vault vault(InstantSource clock) {
    var keys =
        new KmsDataKeys(clients.kms(), variable("WASL_KMS_KEY"), table("Keys"), clock, random);
    return new Vault(new CachedDataKeys(keys, clock), random);
  }

  private String variable(String name) {
    return Optional.ofNullable(environment("management-api").get(name)).orElseThrow();
  }

  /// The URL of the queue that triggers a function.
  public String queueOf(String function) {
    return deployment.queues().stream()
        .filter(mapping -> mapping.function().equals(function))
        .map(QueueMapping::queueUrl)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no queue triggers " + function));
  }

  /// A project that no other test knows.
  public Tenant newTenant() {
    return new Tenant(
        new ProjectId(Ids.next(ProjectId.PREFIX, InstantSource.system().instant(), random)),
        Environment.DEV);
  }

  /// Hands what is visible on a function's queue to its handler, as Lambda does: one batch, of
  /// which what did not fail is deleted. Answers how many messages there were.
  public int drive(String function, RequestStreamHandler handler) {
    return driveQueue(queueOf(function), handler);
  }

  /// As [#drive], of any queue.
  public int driveQueue(String queueUrl, RequestStreamHandler handler) {
    var messages = receive(queueUrl);
    if (messages.isEmpty()) {
      return 0;
    }
    var failed = invoke(handler, "test", event(messages)).findValuesAsText("itemIdentifier");
    for (var message : messages) {
      if (!failed.contains(message.messageId())) {
        delete(queueUrl, message);
      }
    }
    return messages.size();
  }

  /// Drives until nothing is visible on the queue any more.
  public void driveAll(String function, RequestStreamHandler handler) {
    while (drive(function, handler) > 0) {
      // What a batch enqueued is the next batch's.
    }
  }

  /// Invokes a handler with an event, and reads its answer.
  public JsonNode invoke(RequestStreamHandler handler, String function, JsonNode event) {
    try {
      var out = new ByteArrayOutputStream();
      handler.handleRequest(
          new ByteArrayInputStream(JSON.writeValueAsBytes(event)),
          out,
          new TestContext(function, UUID.randomUUID().toString()));
      return JSON.readTree(out.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The bus events of a tenant's project that the template's rule has brought to the fan-out queue
  /// since the stack began, in no order. Takes them off the queue: it is for tests that do not run
  /// the fan-out.
  public List<JsonNode> onBus(Tenant tenant) {
    return onBus(tenant.project().value());
  }

  /// As [#onBus(Tenant)], by the project's id.
  public List<JsonNode> onBus(String project) {
    var queueUrl = queueOf("outbound-fanout");
    synchronized (bus) {
      for (var messages = receive(queueUrl); !messages.isEmpty(); messages = receive(queueUrl)) {
        for (var message : messages) {
          var event = read(message.body());
          bus.computeIfAbsent(
                  event.path("detail").path("project").asText(), first -> new ArrayList<>())
              .add(event);
          delete(queueUrl, message);
        }
      }
      return List.copyOf(bus.getOrDefault(project, List.of()));
    }
  }

  @Override
  public void close() {
    clients.close();
    try {
      server.close();
    } catch (Exception e) {
      throw new IllegalStateException("the embedded AWS does not end", e);
    }
  }

  private List<Message> receive(String queueUrl) {
    return clients
        .sqs()
        .receiveMessage(r ->
            r.queueUrl(queueUrl)
                .maxNumberOfMessages(10)
                .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
        .messages();
  }

  private void delete(String queueUrl, Message message) {
    clients.sqs().deleteMessage(r -> r.queueUrl(queueUrl).receiptHandle(message.receiptHandle()));
  }

  private static JsonNode event(List<Message> messages) {
    var event = JSON.createObjectNode();
    var records = event.putArray("Records");
    for (var message : messages) {
      var node =
          records
              .addObject()
              .put("messageId", message.messageId())
              .put("receiptHandle", message.receiptHandle())
              .put("body", message.body())
              .put("eventSource", "aws:sqs");
      var attributes = node.putObject("attributes");
      message.attributesAsStrings().forEach(attributes::put);
    }
    return event;
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Gives test classes the one stack, started with the first and closed after the last.
  public static final class Shared implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
        ExtensionContext.Namespace.create(EmbeddedStack.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == EmbeddedStack.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getStore(ExtensionContext.StoreScope.LAUNCHER_SESSION, NAMESPACE)
          .getOrComputeIfAbsent(
              EmbeddedStack.class, ignored -> new EmbeddedStack(), EmbeddedStack.class);
    }
  }
}
