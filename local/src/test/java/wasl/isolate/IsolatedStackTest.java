package wasl.isolate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.stripe.net.Webhook;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import wasl.aws.AwsClients;
import wasl.local.Runner;
import wasl.local.endpoint.AwsEndpoint;
import wasl.local.endpoint.AwsService;
import wasl.local.host.InvocationResult.Answered;
import wasl.local.intercept.AwsAnswer;
import wasl.local.intercept.AwsCall;
import wasl.local.intercept.Interceptor;
import wasl.local.policy.Enforcement;
import wasl.local.scene.PlainBrowser;
import wasl.local.template.Deployment;
import wasl.local.template.ExecutionRole;
import wasl.local.template.FunctionDefinition;
import wasl.local.template.PolicyStatement;
import wasl.local.template.PolicyStatement.Effect;
import wasl.local.template.QueueMapping;
import wasl.outbound.ReceiverServer;
import wasl.outbound.ReceiverServer.Received;

/// The whole bundle as on Lambda: every function in a process of its own, with the permissions of
/// its own role and no others.
@EnabledOnOs(OS.LINUX)
@Tag("own-stack")
class IsolatedStackTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String SECRET = "whsec_isolated_stack_test";

  /// What only a race, a crash or time needs, which nobody can call up through the API: function,
  /// action and what with, by its own name.
  private static final Set<String> NOT_SHOWN =
      Set.of(
          // A copy that meets another's live claim is put back.
          "EventRouter sqs:ChangeMessageVisibility wasl-Inbound",
          // A message that comes too early is put off.
          "TokenRefresh sqs:ChangeMessageVisibility wasl-Refresh",
          "TokenRefresh sqs:SendMessage wasl-Refresh",
          "TokenRefresh kms:GenerateDataKey key",
          "ChangePublisher sqs:ChangeMessageVisibility wasl-ChangeFailed",
          // Whoever seals first for a tenant makes its data key.
          "ChangePublisher dynamodb:PutItem table/wasl-Keys",
          "OauthCallback dynamodb:PutItem table/wasl-Keys",
          // A connection that is connected anew under another name frees the one that it had.
          "OauthCallback dynamodb:DeleteItem table/wasl-Connections",
          // Replaced data keys go weeks later; what an erasure leaves the scan takes up after
          // minutes.
          "ManagementApi dynamodb:DeleteItem table/wasl-Keys",
          "DueScan dynamodb:DeleteItem table/wasl-Connections",
          "DueScan dynamodb:DeleteItem table/wasl-Keys",
          "DueScan dynamodb:GetItem table/wasl-Connections",
          "DueScan dynamodb:GetItem table/wasl-Keys",
          "DueScan dynamodb:PutItem table/wasl-Connections",
          "DueScan dynamodb:PutItem table/wasl-Keys",
          "DueScan dynamodb:Query table/wasl-Connections/index/list");

  private static final Queue<AwsCall> calls = new ConcurrentLinkedQueue<>();
  private static final List<String> log = new CopyOnWriteArrayList<>();
  private static Runner runner;
  private static HttpClient http;

  @BeforeAll
  static void start() {
    runner =
        Runner.start(
            new Runner.Settings(
                    ROOT,
                    ROOT.resolve("local/dynamodb/target/lib"),
                    Optional.empty(),
                    0,
                    0,
                    Map.of("OutboundRetrySchedule", "1"),
                    Optional.empty(),
                    List.of(IsolatedStackTest::recorded))
                .isolated(),
            log::add,
            log::add);
    http = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    http.close();
    runner.close();
  }

  private static AwsAnswer recorded(AwsCall call, Interceptor.Next next) throws IOException {
    calls.add(call);
    return next.pass(call);
  }

  static Stream<String> functions() {
    return runner.deployment().functions().stream().map(function -> function.name());
  }

  @ParameterizedTest
  @MethodSource("functions")
  void every_function_answers_its_event(String function) throws Exception {
    var events = events(function);
    assertThat(events).as("events/" + function + ".json").isNotEmpty();
    for (var file : events) {
      var event = (ObjectNode) JSON.readTree(file.toFile());
      if (function.equals("webhook-receipt")) {
        address(event);
      }

      var result = runner.functions().invoke(function, JSON.writeValueAsBytes(event));

      assertThat(result).isInstanceOf(Answered.class);
      var payload = ((Answered) result).payload();
      if (event.has("routeKey")) {
        // The session of the callback's event was over long ago.
        assertThat(JSON.readTree(payload).path("statusCode").asInt())
            .isEqualTo(function.equals("oauth-callback") ? 410 : 200);
      }
      if (event.has("Records")) {
        assertThat(JSON.readTree(payload)).isEqualTo(JSON.readTree("{\"batchItemFailures\":[]}"));
      }
    }
    assertThat(runner.permissions().orElseThrow().denials()).isEmpty();
  }

  @Test
  void all_that_the_api_and_the_roads_do_is_allowed_and_hardly_more() throws Exception {
    try (var receiver = new ReceiverServer()) {
      var project = newProject();
      walk(project, receiver);
      connect(new Client(project.at("/apiKeys/staging").asText()));
    }
    var other = newProject();
    var bootstrap = new Client(runner.apiKey());
    bootstrap.post("/v1/projects/" + other.path("id").asText() + "/rotate-keys", "{}");
    bootstrap.delete("/v1/projects/" + other.path("id").asText());

    var permissions = runner.permissions().orElseThrow();
    until(
        () -> "every right is used, but for " + unused(permissions),
        () -> NOT_SHOWN.containsAll(unused(permissions)));
    assertThat(permissions.denials()).isEmpty();
    assertThat(statementsNobodyMisses()).isEmpty();
  }

  private static List<String> unused(Enforcement permissions) {
    return permissions.unused().stream()
        .map(grant -> grant.function() + " " + grant.action() + " " + name(grant.resource()))
        .toList();
  }

  private static String name(String arn) {
    return arn.contains(":key/") ? "key" : arn.replaceFirst("^arn:aws:[a-z0-9]+:[^:]*:[^:]*:", "");
  }

  @Test
  void only_the_publishers_may_speak_for_wasl_on_the_bus_whatever_their_roles_say() {
    var input =
        JSON.createObjectNode()
            .set(
                "Entries",
                JSON.createArrayNode()
                    .add(
                        JSON.createObjectNode()
                            .put("EventBusName", runner.bus())
                            .put("Source", "wasl.stripe")));
    var all =
        new PolicyStatement(
            Effect.ALLOW, List.of("events:PutEvents"), List.of("*"), JSON.createObjectNode());

    var speakers =
        runner.deployment().functions().stream()
            .filter(function -> {
              var role = function.role().orElseThrow();
              var call =
                  new AwsCall(
                      "events",
                      "PutEvents",
                      function.logicalId(),
                      "POST",
                      "/",
                      Map.of(),
                      input.toString().getBytes(UTF_8));
              return denials(
                      with(function, new ExecutionRole(role.arn(), List.of(all))), List.of(call))
                  .isEmpty();
            })
            .map(FunctionDefinition::name);

    assertThat(speakers)
        .containsExactlyInAnyOrder("event-router", "outbound-delivery", "change-publisher");
  }

  /// Takes each statement away in turn, and asks all recorded calls again.
  private static List<String> statementsNobodyMisses() {
    var needless = new ArrayList<String>();
    for (var function : runner.deployment().functions()) {
      var role = function.role().orElseThrow();
      for (var statement : role.statements()) {
        var left = new ArrayList<>(role.statements());
        left.remove(statement);
        var less = with(function, new ExecutionRole(role.arn(), left));
        if (!isOfThePlatform(statement)
            && !isNotShown(function, statement)
            && denials(less, calls).isEmpty()
            && mayFollowStreams(less)) {
          needless.add(function.name() + ": " + statement);
        }
      }
    }
    return needless;
  }

  private static boolean isNotShown(FunctionDefinition function, PolicyStatement statement) {
    return statement.actions().stream()
        .allMatch(action ->
            statement.resources().stream()
                .allMatch(resource ->
                    NOT_SHOWN.contains(
                        function.logicalId() + " " + action + " " + name(resource))));
  }

  // What Lambda may have to tell a queue it does not tell in a run where all goes well.
  private static boolean mayFollowStreams(Deployment deployment) {
    var enforcement = new Enforcement(deployment, line -> {});
    return deployment.streams().stream().allMatch(mapping -> enforcement.denial(mapping).isEmpty());
  }

  // Only Lambda itself writes logs and traces in a function's name.
  private static boolean isOfThePlatform(PolicyStatement statement) {
    return statement.actions().stream().allMatch(action -> action.matches("(logs|xray):.*"));
  }

  private static Deployment with(FunctionDefinition changed, ExecutionRole role) {
    var before = runner.deployment();
    return new Deployment(
        before.functions().stream()
            .map(one -> one.name().equals(changed.name()) ? one.withRole(role) : one)
            .toList(),
        before.routes(),
        before.queues(),
        before.streams(),
        before.schedules(),
        before.bus(),
        before.busPolicy(),
        before.inventory());
  }

  private static List<String> denials(Deployment deployment, Collection<AwsCall> calls) {
    var enforcement = new Enforcement(deployment, line -> {});
    for (var call : calls) {
      try {
        // Nothing is there: S3 asks more before it says so.
        enforcement.answer(call, passed -> new AwsAnswer(404, Map.of(), new byte[0]));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return enforcement.denials();
  }

  /// A person connects an account; its token ends soon, and the scan has it renewed.
  private static void connect(Client api) throws Exception {
    http.send(
        HttpRequest.newBuilder(runner.simulator().resolve("/_control/providers/github"))
            .PUT(BodyPublishers.ofString("{\"accessTokenSeconds\": 4}"))
            .build(),
        BodyHandlers.ofString());
    api.call(
        "PUT",
        "/v1/integrations/git",
        "{\"provider\":\"github\",\"clientId\":\"a\",\"clientSecret\":\"b\"}");
    var session = api.post("/v1/connect-sessions", "{\"integration\":\"git\"}");
    try (var browser = new PlainBrowser()) {
      var tab = browser.open(URI.create(session.path("connectUrl").asText()));
      browser.goOn(tab);
      browser.allow(tab, "octocat");
    }
    runner.functions().invoke("due-scan", Files.readAllBytes(ROOT.resolve("events/due-scan.json")));
    var id = api.get("/v1/connections").at("/items/0/id").asText();
    until(
        () -> "the scan has the token renewed",
        () -> api.get("/v1/connections/" + id).has("lastRefreshedAt"));
    api.get("/v1/connections/" + id + "/credentials");
    api.post("/v1/connections/" + id + "/refresh", "{}");
    api.post("/v1/connections/" + id + "/check", "{}");
    api.post("/v1/connections/" + id + "/suspend", "{}");
    api.post("/v1/connections/" + id + "/resume", "{}");
    api.get("/v1/audit");
    api.delete("/v1/connections/" + id);
  }

  private static void walk(JsonNode project, ReceiverServer receiver) throws Exception {
    var api = new Client(project.at("/apiKeys/dev").asText());
    api.get("/v1/providers?q=stripe");
    var key = api.post("/v1/api-keys", "{\"name\":\"k\",\"role\":\"viewer\"}").path("id").asText();
    api.get("/v1/api-keys");
    api.get("/v1/api-keys/" + key);
    api.post("/v1/api-keys/" + key + "/rotate", "{}");
    api.delete("/v1/api-keys/" + key);

    api.call("PUT", "/v1/integrations/shop", "{\"provider\":\"stripe\",\"webhookSecret\":\"a1\"}");
    api.get("/v1/integrations/shop");
    api.get("/v1/integrations");
    var connection =
        api.post(
                "/v1/connections",
                "{\"integration\":\"shop\",\"credentials\":{\"type\":\"api_key\",\"apiKey\":\"sk_test_"
                    + "isolated".repeat(3)
                    + "\"}}")
            .path("id")
            .asText();
    api.get("/v1/connections/" + connection);
    api.get("/v1/connections");
    api.call("PATCH", "/v1/connections/" + connection, "{\"alias\":\"main\"}");
    api.get("/v1/connections/" + connection + "/credentials");

    var inbound =
        api.post(
            "/v1/inbound-webhooks",
            "{\"connection\":\"" + connection + "\",\"secret\":\"" + SECRET + "\"}");
    var inboundPath = "/v1/inbound-webhooks/" + inbound.path("id").asText();
    api.get(inboundPath);
    api.get("/v1/inbound-webhooks");
    api.call("PATCH", inboundPath, "{\"active\":true}");

    var outbound =
        api.post("/v1/outbound-webhooks", "{\"url\":\"" + receiver.url() + "\"}")
            .path("id")
            .asText();
    var outboundPath = "/v1/outbound-webhooks/" + outbound;
    api.get(outboundPath);
    api.get("/v1/outbound-webhooks");
    api.call("PATCH", outboundPath, "{\"description\":\"d\"}");
    api.post(outboundPath + "/rotate-secret", "");

    // In and out, small and large: what is over 200 KB travels as a reference.
    var url = inbound.path("url").asText();
    assertThat(webhook(url, payment("evt_small", ""))).isEqualTo(200);
    assertThat(webhook(url, payment("evt_large", "x".repeat(300_000)))).isEqualTo(200);
    var small = await(receiver, body -> body.contains("evt_small"));
    await(receiver, body -> body.contains("evt_large"));
    // The same again: a copy is no event of its own.
    assertThat(webhook(url, payment("evt_small", ""))).isEqualTo(200);
    api.post("/v1/events", "{\"type\":\"order.paid\",\"data\":{\"n\":1},\"id\":\"one\"}");
    api.post(
        "/v1/events",
        "{\"type\":\"order.shipped\",\"data\":{\"n\":\"" + "y".repeat(300_000) + "\"}}");
    await(receiver, body -> body.contains("order.paid"));
    await(receiver, body -> body.contains("order.shipped"));

    api.get("/v1/events");
    api.get("/v1/events?type=order.paid");
    var event = "/v1/events/" + small.header("webhook-id");
    api.get(event);
    api.get(event + "/raw?reason=test");
    api.post(event + "/replay", "");
    var since = Instant.now().minusSeconds(600);
    api.post(
        "/v1/events/replay",
        "{\"type\":\"order.paid\",\"since\":\""
            + since
            + "\",\"until\":\""
            + Instant.now()
            + "\"}");

    api.post(outboundPath + "/test", "");
    api.post(outboundPath + "/trigger", "{\"type\":\"a.b\",\"data\":{}}");
    await(receiver, body -> body.contains("\"a.b\""));
    api.post(outboundPath + "/pause", "");
    api.post(outboundPath + "/resume", "");
    api.post(outboundPath + "/enable", "");

    // One dies, and is told of on the bus.
    awaitQuiet();
    receiver.then(ReceiverServer.status(500), ReceiverServer.status(500));
    api.post("/v1/events", "{\"type\":\"order.lost\",\"data\":{}}");
    var dead = api.await("/v1/deliveries?status=dead").path("id").asText();
    api.get("/v1/deliveries/" + dead);
    api.post("/v1/deliveries/" + dead + "/redeliver", "");
    api.await("/v1/deliveries?status=delivered");
    api.post(outboundPath + "/recover", "{\"since\":\"" + since + "\"}");
    // Gone at once: the webhook is disabled, and what waited is cancelled.
    awaitQuiet();
    receiver.then(ReceiverServer.status(410));
    api.post("/v1/events", "{\"type\":\"order.gone\",\"data\":{}}");
    api.await("/v1/deliveries?status=cancelled");
    api.get("/v1/deliveries?outboundWebhook=" + outbound);
    api.post(outboundPath + "/enable", "");

    // A webhook of the integration finds its connection by the account; another environment has no
    // data key before its first event.
    var shared =
        api.post(
            "/v1/inbound-webhooks", "{\"integration\":\"shop\",\"secret\":\"" + SECRET + "\"}");
    assertThat(webhook(shared.path("url").asText(), payment("evt_account", ""))).isEqualTo(200);
    var staging = new Client(project.at("/apiKeys/staging").asText());
    staging.post("/v1/events", "{\"type\":\"order.paid\",\"data\":{}}");
    staging.await("/v1/events?status=routed");

    // When bodies have expired S3 is to say so.
    awaitQuiet();
    forgetBodies();
    assertThat(api.answer("GET", event + "/raw?reason=test", "").statusCode()).isEqualTo(410);
    api.post(
        "/v1/events/replay", "{\"since\":\"" + since + "\",\"until\":\"" + Instant.now() + "\"}");
    api.post(outboundPath + "/recover", "{\"since\":\"" + since + "\"}");
    awaitQuiet();

    // What waits is found by the scan; what comes too early is put back.
    receiver.then(ReceiverServer.status(503, "retry-after", "20"));
    var later = api.post("/v1/events", "{\"type\":\"order.slow\",\"data\":{}}").path("id").asText();
    var slow = api.await("/v1/deliveries?event=" + later).path("id").asText();
    api.awaitAttempt(slow);
    sendEarly(project.path("id").asText(), slow);
    makeDue();
    runner.functions().invoke("due-scan", Files.readAllBytes(events("due-scan").getFirst()));

    api.delete(outboundPath);
    api.post(inboundPath + "/rotate", "{\"url\":true}");
    api.delete(inboundPath);
    api.delete("/v1/connections/" + connection);
    api.delete("/v1/integrations/shop");
  }

  private static List<Path> events(String function) throws Exception {
    try (var files = Files.list(ROOT.resolve("events"))) {
      return files
          .filter(file -> file.getFileName().toString().matches(function + "(-[a-z-]+)?\\.json"))
          .toList();
    }
  }

  /// Sends the event to a webhook that exists, signed now: a signature is good for minutes.
  private static void address(ObjectNode event) throws Exception {
    var api = new Client(newProject().at("/apiKeys/dev").asText());
    api.call("PUT", "/v1/integrations/shop", "{\"provider\":\"stripe\"}");
    var made =
        api.post(
            "/v1/inbound-webhooks", "{\"integration\":\"shop\",\"secret\":\"" + SECRET + "\"}");
    var url = made.path("url").asText();
    var path = URI.create(url).getPath();
    event.put("rawPath", path);
    ((ObjectNode) event.get("pathParameters"))
        .put("token", path.substring(path.lastIndexOf('/') + 1));
    ((ObjectNode) event.get("headers"))
        .put("stripe-signature", signature(event.get("body").asText()));
  }

  private static JsonNode newProject() throws Exception {
    return new Client(runner.apiKey()).post("/v1/projects", "{\"name\":\"isolated\"}");
  }

  private static void sendEarly(String project, String delivery) {
    try (var aws = new AwsEndpoint(runner.aws(), "us-east-1")) {
      var message =
          aws.input()
              .put("v", 1)
              .put("project", project)
              .put("environment", "dev")
              .put("delivery", delivery)
              .put("attempt", 2);
      aws.call(
          AwsService.SQS,
          "SendMessage",
          aws.input()
              .put("QueueUrl", queueOf("outbound-delivery"))
              .put("MessageBody", message.toString()));
    }
  }

  /// As if the minutes had passed after which the scan looks at what waits.
  private static void makeDue() {
    try (var aws = new AwsEndpoint(runner.aws(), "us-east-1")) {
      var table = runner.deployment().function("due-scan").environment().get("WASL_EVENTS_TABLE");
      var scan = aws.input().put("TableName", table);
      scan.put("FilterExpression", "attribute_exists(dueAt)");
      for (var item : aws.call(AwsService.DYNAMODB, "Scan", scan).path("Items")) {
        var update = aws.input().put("TableName", table);
        update.putObject("Key").set("pk", item.path("pk"));
        update.put("UpdateExpression", "SET dueAt = :now");
        update
            .putObject("ExpressionAttributeValues")
            .putObject(":now")
            .put("N", Long.toString(System.currentTimeMillis()));
        aws.call(AwsService.DYNAMODB, "UpdateItem", update);
      }
    }
  }

  private static String queueOf(String function) {
    return runner.deployment().queues().stream()
        .filter(mapping -> mapping.function().equals(function))
        .map(QueueMapping::queueUrl)
        .findFirst()
        .orElseThrow();
  }

  /// Waits until no message is on its way, so that what it leads to has been allowed or denied.
  private static void awaitQuiet() throws Exception {
    try (var aws = new AwsEndpoint(runner.aws(), "us-east-1")) {
      var quiet = new AtomicInteger();
      until(
          () -> "queues are empty three times in a row",
          () -> {
            boolean empty =
                runner.deployment().queues().stream()
                    .allMatch(mapping -> messages(aws, mapping.queueUrl()) == 0);
            return quiet.updateAndGet(times -> empty ? times + 1 : 0) == 3;
          });
    }
  }

  /// Looks until it is so; fails when it is not in time.
  private static void until(Supplier<String> what, Callable<Boolean> holds) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!holds.call()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      Thread.sleep(50);
    }
  }

  /// Waiting, delayed and in work.
  private static int messages(AwsEndpoint aws, String queueUrl) {
    var input = aws.input().put("QueueUrl", queueUrl);
    input
        .putArray("AttributeNames")
        .add("ApproximateNumberOfMessages")
        .add("ApproximateNumberOfMessagesDelayed")
        .add("ApproximateNumberOfMessagesNotVisible");
    return aws.call(AwsService.SQS, "GetQueueAttributes", input)
        .path("Attributes")
        .valueStream()
        .mapToInt(JsonNode::asInt)
        .sum();
  }

  private static void forgetBodies() {
    var clients =
        new AwsClients(
            Map.of(
                "AWS_ENDPOINT_URL",
                runner.aws().toString(),
                "AWS_ACCESS_KEY_ID",
                "test",
                "AWS_SECRET_ACCESS_KEY",
                "test"));
    try {
      var bucket = runner.deployment().inventory().buckets().keySet().iterator().next();
      for (var object : clients.s3().listObjectsV2(r -> r.bucket(bucket)).contents()) {
        clients.s3().deleteObject(r -> r.bucket(bucket).key(object.key()));
      }
    } finally {
      clients.close();
    }
  }

  private static int webhook(String url, String body) throws Exception {
    return http.send(
            HttpRequest.newBuilder(URI.create(url))
                .header("content-type", "application/json")
                .header("stripe-signature", signature(body))
                .POST(BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  private static String signature(String body) {
    try {
      long time = Instant.now().getEpochSecond();
      return "t=" + time + ",v1=" + Webhook.Util.computeHmacSha256(SECRET, time + "." + body);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has HmacSHA256", e);
    }
  }

  private static String payment(String id, String padding) throws Exception {
    var event =
        (ObjectNode)
            JSON.readTree(
                ROOT.resolve(
                        "local/src/main/resources/wasl/local/demo/stripe-payment-intent-succeeded.json")
                    .toFile());
    return event.put("id", id).put("account", "acct_1").put("padding", padding).toString();
  }

  private static Received await(ReceiverServer receiver, Predicate<String> fits) throws Exception {
    Predicate<Received> fitting = one -> fits.test(one.body());
    until(() -> "the delivery has come", () -> receiver.received().stream().anyMatch(fitting));
    return receiver.received().stream().filter(fitting).findFirst().orElseThrow();
  }

  /// The management API through the gateway, with one key.
  private record Client(String key) {
    JsonNode get(String path) throws Exception {
      return call("GET", path, "");
    }

    JsonNode post(String path, String json) throws Exception {
      return call("POST", path, json);
    }

    JsonNode delete(String path) throws Exception {
      return call("DELETE", path, "");
    }

    JsonNode call(String method, String path, String json) throws Exception {
      var answer = answer(method, path, json);
      assertThat(answer.statusCode())
          .as(method + " " + path + ": " + new String(answer.body(), UTF_8))
          .isBetween(200, 299);
      return JSON.readTree(answer.body());
    }

    HttpResponse<byte[]> answer(String method, String path, String json) throws Exception {
      return http.send(
          HttpRequest.newBuilder(runner.api().resolve(path))
              .header("authorization", "Bearer " + key)
              .header("content-type", "application/json")
              .method(
                  method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json))
              .build(),
          BodyHandlers.ofByteArray());
    }

    /// Waits until a delivery's first attempt is recorded.
    void awaitAttempt(String delivery) throws Exception {
      until(
          () -> "the first attempt is recorded",
          () -> !get("/v1/deliveries/" + delivery).path("attempts").isEmpty());
    }

    /// The first item of a list, once there is one.
    JsonNode await(String path) throws Exception {
      until(() -> "there is one at " + path, () -> !get(path).path("items").isEmpty());
      return get(path).path("items").get(0);
    }
  }
}
