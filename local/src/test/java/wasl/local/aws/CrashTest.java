package wasl.local.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.client.builder.SdkClientBuilder;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.crt.AwsCrtHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.Target;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import wasl.local.process.ChildJvm;

/// Kills the whole stack under load, for real, and looks for everything that it had acknowledged.
@Timeout(300)
@Tag("own-stack")
class CrashTest {
  private static final int KILLS = Integer.getInteger("wasl.crash.kills", 2);
  private static final int OF_EACH = 20;
  private static final String ARN = "arn:aws:sqs:us-east-1:000000000000:";

  private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
  private final SdkHttpClient http = AwsCrtHttpClient.builder().maxConcurrency(100).build();
  private final int port = FreePort.find();
  private final URI endpoint = URI.create("http://127.0.0.1:" + port);
  private final SqsClient sqs = AwsStack.client(onlyOnce(SqsClient.builder()), http, endpoint);
  private final DynamoDbClient dynamoDb =
      AwsStack.client(onlyOnce(DynamoDbClient.builder()), http, endpoint);
  private final S3Client s3 = AwsStack.client(onlyOnce(S3Client.builder()), http, endpoint);
  private final KmsClient kms = AwsStack.client(onlyOnce(KmsClient.builder()), http, endpoint);
  private final EventBridgeClient events =
      AwsStack.client(onlyOnce(EventBridgeClient.builder()), http, endpoint);
  private final Acknowledged acknowledged = new Acknowledged();
  private final AtomicInteger counter = new AtomicInteger();

  /// What the stack has said yes to; deletes that were only tried are neither here nor there.
  private static final class Acknowledged {
    final Set<String> messages = ConcurrentHashMap.newKeySet();
    final Set<String> deletesTried = ConcurrentHashMap.newKeySet();
    final Set<String> deleted = ConcurrentHashMap.newKeySet();
    final Set<String> items = ConcurrentHashMap.newKeySet();
    final Set<String> objects = ConcurrentHashMap.newKeySet();
    final Set<String> events = ConcurrentHashMap.newKeySet();
    final Map<String, SdkBytes> dataKeys = new ConcurrentHashMap<>();

    int smallest() {
      return IntStream.of(
              messages.size(),
              deleted.size(),
              items.size(),
              objects.size(),
              events.size(),
              dataKeys.size())
          .min()
          .orElseThrow();
    }
  }

  @AfterEach
  void closeClient() {
    http.close();
  }

  @Test
  void what_was_acknowledged_is_there_after_a_sigkill(@TempDir Path folder) throws Exception {
    for (int i = 0; i < KILLS; i++) {
      try (ChildJvm runner = start(folder)) {
        prepareOnce(i);
        loadUntilKilled(runner, (i + 1) * OF_EACH);
      }
    }

    try (ChildJvm runner = start(folder)) {
      assertThat(runner.isAlive()).isTrue();
      assertThat(acknowledged.smallest()).isGreaterThanOrEqualTo(KILLS * OF_EACH);
      findItems();
      findObjects();
      openDataKeys();
      findMessages();
    }
  }

  private void prepareOnce(int kill) {
    if (kill > 0) {
      return;
    }
    DynamoDbTest.createTable(dynamoDb, "items");
    s3.createBucket(create -> create.bucket("objects"));
    events.createEventBus(create -> create.name("crash"));
    events.putRule(
        put -> put.name("all").eventBusName("crash").eventPattern("{\"source\":[\"load\"]}"));
    events.putTargets(put ->
        put.rule("all")
            .eventBusName("crash")
            .targets(Target.builder().id("1").arn(ARN + "routed").build()));
  }

  private void loadUntilKilled(ChildJvm runner, int enough) throws InterruptedException {
    AtomicBoolean killed = new AtomicBoolean();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Runnable> loads =
          List.of(
              this::sendMessage,
              this::sendMessage,
              this::receiveAndDelete,
              this::receiveAndPutBack,
              this::putItem,
              this::putObject,
              this::putEvent,
              this::makeDataKey);
      loads.forEach(load -> threads.execute(() -> repeat(load, killed)));
      try {
        while (acknowledged.smallest() < enough) {
          TimeUnit.MILLISECONDS.sleep(5);
        }
      } finally {
        runner.kill();
        killed.set(true);
      }
    }
  }

  private static void repeat(Runnable load, AtomicBoolean killed) {
    while (!killed.get()) {
      try {
        load.run();
      } catch (RuntimeException e) {
        // Not acknowledged, so nothing was promised.
        killed.get();
      }
    }
  }

  private void sendMessage() {
    String body = "m" + counter.incrementAndGet();
    sqs.sendMessage(send -> send.queueUrl(url("work")).messageBody(body));
    acknowledged.messages.add(body);
  }

  private void receiveAndDelete() {
    for (Message message :
        sqs.receiveMessage(receive -> receive.queueUrl(url("work"))).messages()) {
      acknowledged.deletesTried.add(message.body());
      sqs.deleteMessage(
          delete -> delete.queueUrl(url("work")).receiptHandle(message.receiptHandle()));
      acknowledged.deleted.add(message.body());
    }
  }

  /// Twice put back, a message moves to the dead letters, which is two writes to the store.
  private void receiveAndPutBack() {
    for (Message message :
        sqs.receiveMessage(receive -> receive.queueUrl(url("work"))).messages()) {
      sqs.changeMessageVisibility(change ->
          change.queueUrl(url("work")).receiptHandle(message.receiptHandle()).visibilityTimeout(0));
    }
  }

  private void putItem() {
    String key = "i" + counter.incrementAndGet();
    dynamoDb.putItem(put -> put.tableName("items").item(Map.of("pk", AttributeValue.fromS(key))));
    acknowledged.items.add(key);
  }

  private void putObject() {
    String key = "o" + counter.incrementAndGet();
    s3.putObject(put -> put.bucket("objects").key(key), RequestBody.fromString(key.repeat(999)));
    acknowledged.objects.add(key);
  }

  private void putEvent() {
    String id = "e" + counter.incrementAndGet();
    var answer =
        events.putEvents(put ->
            put.entries(
                PutEventsRequestEntry.builder()
                    .eventBusName("crash")
                    .source("load")
                    .detailType("t")
                    .detail("{\"id\":\"" + id + "\"}")
                    .build()));
    if (answer.failedEntryCount() == 0) {
      acknowledged.events.add(id);
    }
  }

  private void makeDataKey() {
    String key = kms.createKey().keyMetadata().keyId();
    var dataKey = kms.generateDataKey(generate -> generate.keyId(key).numberOfBytes(32));
    acknowledged.dataKeys.put(
        Base64.getEncoder().encodeToString(dataKey.plaintext().asByteArray()),
        dataKey.ciphertextBlob());
  }

  private void findItems() {
    Set<String> found = new HashSet<>();
    dynamoDb
        .scanPaginator(scan -> scan.tableName("items"))
        .items()
        .forEach(item -> item.values().forEach(value -> found.add(value.s())));
    assertThat(found).containsAll(acknowledged.items);
  }

  private void findObjects() {
    for (String key : acknowledged.objects) {
      assertThat(s3.getObjectAsBytes(get -> get.bucket("objects").key(key)).asUtf8String())
          .isEqualTo(key.repeat(999));
    }
  }

  private void openDataKeys() {
    acknowledged.dataKeys.forEach((plaintext, blob) ->
        assertThat(
                Base64.getEncoder()
                    .encodeToString(
                        kms.decrypt(decrypt -> decrypt.ciphertextBlob(blob))
                            .plaintext()
                            .asByteArray()))
            .isEqualTo(plaintext));
  }

  private void findMessages() {
    Set<String> expected = new HashSet<>(acknowledged.messages);
    expected.removeAll(acknowledged.deletesTried);
    Set<String> found = new HashSet<>();
    Set<String> routed = new HashSet<>();
    // Those in flight when the stack died come back after their visibility timeout of 2 s.
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (System.nanoTime() < deadline
        && !(found.containsAll(expected) && routed.size() >= acknowledged.events.size())) {
      found.addAll(drain("work"));
      found.addAll(drain("dead"));
      routed.addAll(drain("routed"));
    }
    assertThat(found).containsAll(expected).doesNotContainAnyElementsOf(acknowledged.deleted);
    assertThat(acknowledged.events)
        .allSatisfy(id ->
            assertThat(routed)
                .anyMatch(event -> event.contains("\"detail\":{\"id\":\"" + id + "\"}")));
  }

  private Set<String> drain(String queue) {
    Set<String> bodies = new HashSet<>();
    for (Message message :
        sqs.receiveMessage(receive ->
                receive.queueUrl(url(queue)).maxNumberOfMessages(10).visibilityTimeout(60))
            .messages()) {
      bodies.add(message.body());
    }
    return bodies;
  }

  private ChildJvm start(Path folder) throws InterruptedException {
    ChildJvm runner =
        ChildJvm.start(
            new ChildJvm.Command(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                RunnerProcess.class.getName(),
                List.of(System.getProperty("java.class.path")),
                List.of(
                    "-Xmx96m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-Dwasl.dynamodb.lib=" + AwsStack.dynamoDbJars().toAbsolutePath()),
                List.of(folder.resolve("data").toString(), Integer.toString(port)),
                Map.of()),
            log::add);
    for (int i = 0; i < 1000; i++) {
      @Nullable String line = log.poll(30, TimeUnit.SECONDS);
      assertThat(line).as("the runner's next line").isNotNull();
      if (line.startsWith("ready ")) {
        return runner;
      }
      System.out.println("runner: " + line);
    }
    throw new AssertionError("the runner talks and talks");
  }

  /// A client that tries again hides what was acknowledged, and waits for a stack that is dead.
  private static <B extends SdkClientBuilder<B, C>, C> B onlyOnce(B builder) {
    return builder.overrideConfiguration(
        override -> override.retryStrategy(AwsRetryStrategy.doNotRetry()));
  }

  private String url(String queue) {
    return endpoint + "/000000000000/" + queue;
  }
}
