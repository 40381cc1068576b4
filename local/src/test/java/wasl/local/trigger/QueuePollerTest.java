package wasl.local.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static wasl.local.endpoint.AwsService.SQS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import wasl.local.aws.EmbeddedAws;
import wasl.local.aws.EmbeddedAwsConfig;
import wasl.local.endpoint.AwsEndpoint;
import wasl.local.host.InvocationResult;
import wasl.local.host.InvocationResult.Answered;
import wasl.local.host.InvocationResult.Failed;
import wasl.local.template.QueueMapping;

@Tag("own-stack")
class QueuePollerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DONE = "{\"batchItemFailures\":[]}";

  private static EmbeddedAws embedded;
  private static AwsEndpoint aws;

  private final BlockingQueue<JsonNode> events = new LinkedBlockingQueue<>();
  private final List<String> log = new ArrayList<>();
  private String queue;
  private String dead;
  private Optional<QueuePoller> poller = Optional.empty();

  @BeforeAll
  static void startQueues() {
    embedded = EmbeddedAws.start(EmbeddedAwsConfig.ephemeral(Path.of("dynamodb/target/lib")));
    aws = new AwsEndpoint(embedded.endpoint(), "us-east-1");
  }

  @AfterAll
  static void stopQueues() {
    aws.close();
    embedded.close();
  }

  @BeforeEach
  void createQueues() {
    String name = "test-" + System.nanoTime();
    dead = create(name + "-dead", Map.of());
    queue =
        create(
            name,
            Map.of(
                "VisibilityTimeout",
                "1",
                "RedrivePolicy",
                "{\"deadLetterTargetArn\":\"" + arn(dead) + "\",\"maxReceiveCount\":2}"));
  }

  @AfterEach
  void stop() {
    poller.ifPresent(QueuePoller::close);
  }

  @Test
  void a_message_arrives_with_everything_that_lambda_tells_of_it() throws Exception {
    ObjectNode message = aws.input().put("QueueUrl", queue).put("MessageBody", "hello");
    message
        .putObject("MessageAttributes")
        .putObject("trace")
        .put("DataType", "String")
        .put("StringValue", "t-1");
    aws.call(SQS, "SendMessage", message);
    start(1, Duration.ZERO, event -> answered(DONE));

    JsonNode record = next().path("Records").path(0);

    assertThat(record.path("body").asText()).isEqualTo("hello");
    assertThat(record.path("messageAttributes"))
        .isEqualTo(
            JSON.readTree(
                "{\"trace\":{\"stringValue\":\"t-1\",\"stringListValues\":[],"
                    + "\"binaryListValues\":[],\"dataType\":\"String\"}}"));
    assertThat(record.path("attributes").path("ApproximateReceiveCount").asText()).isEqualTo("1");
    assertThat(record.path("attributes").path("SentTimestamp").asText()).matches("\\d{13}");
    assertThat(record.path("attributes").path("ApproximateFirstReceiveTimestamp").asText())
        .matches("\\d{13}");
    assertThat(record.path("attributes").path("SenderId").asText()).isNotEmpty();
    assertThat(record.path("messageId").asText()).isNotEmpty();
    assertThat(record.path("receiptHandle").asText()).isNotEmpty();
    assertThat(record.path("md5OfBody").asText()).isEqualTo("5d41402abc4b2a76b9719d911017c592");
    assertThat(record.path("eventSource").asText()).isEqualTo("aws:sqs");
    assertThat(record.path("eventSourceARN").asText()).isEqualTo(arn(queue));
    assertThat(record.path("awsRegion").asText()).isEqualTo("us-east-1");
  }

  @Test
  void only_the_messages_that_failed_come_again() throws Exception {
    send("good", "bad");
    start(
        1,
        Duration.ZERO,
        event -> {
          List<String> failures = new ArrayList<>();
          for (JsonNode record : event.path("Records")) {
            if (record.path("body").asText().equals("bad")) {
              failures.add("{\"itemIdentifier\":\"" + record.path("messageId").asText() + "\"}");
            }
          }
          return answered("{\"batchItemFailures\":[" + String.join(",", failures) + "]}");
        });

    assertThat(deadBody()).isEqualTo("bad");
    assertThat(bodies().stream().filter("good"::equals)).hasSize(1);
    assertThat(bodies().stream().filter("bad"::equals)).hasSize(2);
  }

  @Test
  void a_function_that_throws_leads_to_the_dead_letter_queue() {
    send("poison");
    start(1, Duration.ZERO, event -> new Failed("E", "as always"));

    assertThat(deadBody()).isEqualTo("poison");
  }

  @Test
  void a_malformed_answer_leads_to_the_dead_letter_queue() {
    send("poison");
    start(1, Duration.ZERO, event -> answered("{\"batchItemFailures\":\"all\"}"));

    assertThat(deadBody()).isEqualTo("poison");
  }

  @Test
  void a_batch_waits_for_its_window_to_fill() throws Exception {
    queue = create("window-" + System.nanoTime(), Map.of("VisibilityTimeout", "30"));
    send("1");
    start(1, Duration.ofSeconds(3), event -> answered(DONE));
    send("2", "3");

    assertThat(next().path("Records")).hasSize(3);
  }

  @Test
  void batches_run_side_by_side_up_to_the_mapping_s_concurrency() throws Exception {
    CountDownLatch bothRun = new CountDownLatch(2);
    send("1");
    start(
        2,
        Duration.ZERO,
        event -> {
          bothRun.countDown();
          await(bothRun);
          return answered(DONE);
        });
    assertThat(next()).isNotNull();
    send("2");

    assertThat(bothRun.await(10, TimeUnit.SECONDS)).isTrue();
  }

  private void start(
      int concurrency, Duration window, Function<JsonNode, InvocationResult> function) {
    QueueMapping mapping =
        new QueueMapping("worker", queue, arn(queue), 10, window, true, concurrency);
    poller =
        Optional.of(
            QueuePoller.start(
                mapping,
                aws,
                (name, payload) -> {
                  JsonNode event = read(payload);
                  events.add(event);
                  return function.apply(event);
                },
                log::add));
  }

  private JsonNode next() throws InterruptedException {
    JsonNode event = events.poll(10, TimeUnit.SECONDS);
    assertThat(event).as("an event within 10 s").isNotNull();
    return event;
  }

  private List<String> bodies() {
    return events.stream()
        .flatMap(event -> event.path("Records").valueStream())
        .map(record -> record.path("body").asText())
        .toList();
  }

  private String deadBody() {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    // Short polls: a redrive does not wake a long one in ElasticMQ.
    ObjectNode input = aws.input().put("QueueUrl", dead).put("WaitTimeSeconds", 1);
    while (System.nanoTime() < deadline) {
      JsonNode messages = aws.call(SQS, "ReceiveMessage", input).path("Messages");
      if (!messages.isEmpty()) {
        return messages.path(0).path("Body").asText();
      }
    }
    throw new AssertionError("nothing in the dead-letter queue within 20 s");
  }

  private void send(String... bodies) {
    ObjectNode input = aws.input().put("QueueUrl", queue);
    var entries = input.putArray("Entries");
    for (String body : bodies) {
      entries.addObject().put("Id", "m" + entries.size()).put("MessageBody", body);
    }
    aws.call(SQS, "SendMessageBatch", input);
  }

  private static String create(String name, Map<String, String> attributes) {
    ObjectNode input = aws.input().put("QueueName", name);
    attributes.forEach(input.putObject("Attributes")::put);
    return aws.call(SQS, "CreateQueue", input).path("QueueUrl").asText();
  }

  private static String arn(String url) {
    return "arn:aws:sqs:us-east-1:"
        + EmbeddedAwsConfig.ACCOUNT
        + url.substring(url.lastIndexOf('/')).replace('/', ':');
  }

  private static InvocationResult answered(String json) {
    return new Answered(json.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static JsonNode read(byte[] payload) {
    try {
      return JSON.readTree(payload);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
