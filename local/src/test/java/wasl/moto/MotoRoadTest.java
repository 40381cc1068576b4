package wasl.moto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.stripe.net.Webhook.Util;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import wasl.endtoend.UpProcess;
import wasl.local.endpoint.AwsEndpoint;
import wasl.local.endpoint.AwsFault;
import wasl.local.endpoint.AwsService;
import wasl.local.endpoint.Stack;
import wasl.local.template.Bundle;
import wasl.local.template.TemplateException;
import wasl.outbound.ReceiverServer;

/// The second opinion on template and adapters: an AWS that is not ours, with a stack that
/// CloudFormation's rules made from the translated template.
class MotoRoadTest {
  private static final String STACK = "wasl-moto";
  private static final String REGION = "us-east-1";
  private static final String STRIPE_SECRET = "whsec_test_only_endpoint_secret";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// What moto 5.2 does not make of a template; the rest of it must be there.
  private static final Set<String> UNKNOWN_TO_MOTO =
      Set.of(
          "AWS::ApiGatewayV2::Api",
          "AWS::ApiGatewayV2::Stage",
          "AWS::CloudWatch::Alarm",
          "AWS::CodeDeploy::Application",
          "AWS::CodeDeploy::DeploymentGroup",
          "AWS::Events::EventBusPolicy",
          "AWS::Lambda::Alias",
          "AWS::S3::BucketPolicy",
          "AWS::SQS::QueuePolicy",
          "AWS::Scheduler::Schedule");

  @TempDir private static Path folder;

  private static Moto moto;
  private static JsonNode stack;
  private static HttpClient http;

  @BeforeAll
  static void start() throws Exception {
    Moto.assumeInstalled();
    moto = Moto.start(folder);
    stack = moto.createStack(STACK, folder);
    http = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    if (http != null) {
      http.close();
    }
    if (moto != null) {
      moto.close();
    }
  }

  @Test
  void the_translated_template_becomes_a_stack_with_everything_that_moto_knows() {
    var missing = new HashSet<String>();
    stack
        .path("declared")
        .properties()
        .forEach(resource -> {
          if (!stack.path("made").has(resource.getKey())) {
            missing.add(resource.getValue().asText());
          }
        });

    assertThat(UNKNOWN_TO_MOTO).containsAll(missing);
    assertThat(stack.path("made").valueStream().map(JsonNode::asText))
        .contains(
            "AWS::CloudWatch::Dashboard",
            "AWS::DynamoDB::Table",
            "AWS::Events::EventBus",
            "AWS::Events::Rule",
            "AWS::IAM::Role",
            "AWS::KMS::Alias",
            "AWS::KMS::Key",
            "AWS::Lambda::EventSourceMapping",
            "AWS::Lambda::Function",
            "AWS::Lambda::LayerVersion",
            "AWS::Lambda::Permission",
            "AWS::Lambda::Version",
            "AWS::Logs::LogGroup",
            "AWS::S3::Bucket",
            "AWS::SQS::Queue");
  }

  @Test
  void the_road_runs_on_the_resources_of_the_stack() throws Exception {
    try (var aws = new AwsEndpoint(moto.endpoint(), REGION);
        var up = up("--stack", STACK);
        var receiver = new ReceiverServer()) {
      var resources = Stack.named(STACK, aws).resources();
      sendPoison(aws, physicalName(resources, "Inbound"));
      theRoad(up, receiver);

      assertThat(items(aws, physicalName(resources, "Events"))).isPositive();
      awaitPoisonAside(up, aws, physicalName(resources, "InboundDead"));
    }
  }

  @Test
  void the_road_runs_on_resources_that_the_runner_makes_there() throws Exception {
    try (var up = up();
        var receiver = new ReceiverServer()) {
      theRoad(up, receiver);
    }
  }

  @Test
  void a_stack_that_lacks_resources_is_refused_with_all_their_names() {
    try (var aws = new AwsEndpoint(moto.endpoint(), REGION)) {
      aws.cloudFormation(
          "CreateStack",
          Map.of(
              "StackName",
              "half",
              "TemplateBody",
              "{\"Resources\":{\"Inbound\":{\"Type\":\"AWS::SQS::Queue\"}}}"));
      var bundle = Bundle.read(Path.of("..", "template.yaml"), Map.of(), Map.of());

      assertThatThrownBy(() -> bundle.findIn("half", aws))
          .isInstanceOf(TemplateException.class)
          .hasMessageStartingWith("the stack half has no ")
          .hasMessageContaining("InboundDead (AWS::SQS::Queue)")
          .hasMessageContaining("Key (AWS::KMS::Key)")
          .hasMessageNotContaining("Inbound (")
          .hasMessageNotContaining("Function");
      assertThatThrownBy(() -> bundle.findIn("none", aws))
          .isInstanceOf(AwsFault.class)
          .hasMessageContaining("none does not exist");
    }
  }

  private static UpProcess up(String... options) throws Exception {
    var all = new ArrayList<>(List.of("--endpoint", moto.endpoint().toString()));
    all.addAll(List.of(options));
    return UpProcess.start(folder, all.toArray(String[]::new));
  }

  /// In signed and accepted, or forged and refused; on the bus; out signed; published; redelivered.
  private static void theRoad(UpProcess up, ReceiverServer receiver) throws Exception {
    call(up, "PUT", "/v1/integrations/stripe", "{\"provider\":\"stripe\"}");
    var inbound =
        call(
            up,
            "POST",
            "/v1/inbound-webhooks",
            "{\"integration\":\"stripe\",\"secret\":\"" + STRIPE_SECRET + "\"}");
    var outbound =
        call(up, "POST", "/v1/outbound-webhooks", "{\"url\":\"" + receiver.url() + "\"}");
    var secret = outbound.path("secret").asText();
    var url = inbound.path("url").asText();
    var body =
        Files.readString(
            Path.of("src/main/resources/wasl/local/demo/stripe-payment-intent-succeeded.json"));
    var time = Instant.now().getEpochSecond();
    var signature = "t=" + time + ",v1=" + Util.computeHmacSha256(STRIPE_SECRET, time + "." + body);

    assertThat(post(url, body.replace("10050", "10051"), signature)).isEqualTo(401);
    assertThat(post(url, body, signature)).isEqualTo(200);
    var first = awaited(up, receiver, "stripe.payment_intent.succeeded", 1, secret);

    call(up, "POST", "/v1/events", "{\"type\":\"order.paid\",\"data\":{\"total\":\"12.500\"}}");
    awaited(up, receiver, "order.paid", 1, secret);

    var event = first.header("webhook-id");
    var delivered = "/v1/deliveries?event=" + event + "&status=delivered";
    await(up, () -> call(up, "GET", delivered, "").path("items").size() == 1);
    var delivery = call(up, "GET", delivered, "").path("items").get(0).path("id").asText();
    call(up, "POST", "/v1/deliveries/" + delivery + "/redeliver", "");
    var again = awaited(up, receiver, "stripe.payment_intent.succeeded", 2, secret);

    assertThat(again.header("webhook-id")).isEqualTo(event);
    assertThat(call(up, "GET", "/v1/events", "").path("items").valueStream())
        .extracting(item -> item.path("type").asText(), item -> item.path("status").asText())
        .containsExactlyInAnyOrder(
            tuple("stripe.payment_intent.succeeded", "routed"), tuple("order.paid", "routed"));
  }

  /// A message that nobody can read, which fails beside all else.
  private static void sendPoison(AwsEndpoint aws, String queue) {
    var url = queueUrl(aws, queue);
    var impatient = aws.input().put("QueueUrl", url);
    impatient.putObject("Attributes").put("VisibilityTimeout", "3");
    aws.call(AwsService.SQS, "SetQueueAttributes", impatient);
    // A long poll that began before keeps the old timeout; it is over when the message appears.
    aws.call(
        AwsService.SQS,
        "SendMessage",
        aws.input().put("QueueUrl", url).put("MessageBody", "poison").put("DelaySeconds", 5));
  }

  /// It fails five times, and is then on the dead-letter queue.
  private static void awaitPoisonAside(UpProcess up, AwsEndpoint aws, String dead) {
    var query = aws.input().put("QueueUrl", queueUrl(aws, dead));
    query.putArray("AttributeNames").add("ApproximateNumberOfMessages");
    await(
        up,
        () ->
            aws.call(AwsService.SQS, "GetQueueAttributes", query)
                .path("Attributes")
                .path("ApproximateNumberOfMessages")
                .asText()
                .equals("1"));
  }

  private static String queueUrl(AwsEndpoint aws, String name) {
    return aws.call(AwsService.SQS, "GetQueueUrl", aws.input().put("QueueName", name))
        .path("QueueUrl")
        .asText();
  }

  private static int items(AwsEndpoint aws, String table) {
    return aws.call(AwsService.DYNAMODB, "Scan", aws.input().put("TableName", table))
        .path("Count")
        .asInt();
  }

  /// A queue's id is its URL, which ends in the name.
  private static String physicalName(Map<String, String> resources, String id) {
    var physicalId = Objects.requireNonNull(resources.get(id), id);
    return physicalId.substring(physicalId.lastIndexOf('/') + 1);
  }

  /// The n-th delivery of a type, whose signature is checked.
  private static ReceiverServer.Received awaited(
      UpProcess up, ReceiverServer receiver, String type, int count, String secret) {
    await(up, () -> ofType(receiver, type).size() >= count);
    var received = ofType(receiver, type).get(count - 1);
    assertThatCode(() -> received.verify(secret)).doesNotThrowAnyException();
    return received;
  }

  private static List<ReceiverServer.Received> ofType(ReceiverServer receiver, String type) {
    return receiver.received().stream()
        .filter(received -> received.body().contains("\"type\":\"" + type + "\""))
        .toList();
  }

  private static JsonNode call(UpProcess up, String method, String path, String json) {
    try {
      var answer = up.call(method, path, json);
      assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
      return new JsonMapper().readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int post(String url, String body, String signature) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(url))
            .header("content-type", "application/json")
            .header("stripe-signature", signature)
            .POST(BodyPublishers.ofByteArray(body.getBytes(UTF_8)))
            .build();
    return http.send(request, BodyHandlers.discarding()).statusCode();
  }

  private static void await(UpProcess up, BooleanSupplier holds) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime())
          .withFailMessage(() -> "it does not come in time:\n" + up.output())
          .isLessThan(until);
      try {
        TimeUnit.MILLISECONDS.sleep(100);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
