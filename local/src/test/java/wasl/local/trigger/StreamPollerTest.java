package wasl.local.trigger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static wasl.local.endpoint.AwsService.DYNAMODB;
import static wasl.local.endpoint.AwsService.DYNAMODB_STREAMS;
import static wasl.local.endpoint.AwsService.SQS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import wasl.local.aws.EmbeddedAws;
import wasl.local.aws.EmbeddedAwsConfig;
import wasl.local.endpoint.AwsEndpoint;
import wasl.local.host.InvocationResult;
import wasl.local.host.InvocationResult.Answered;
import wasl.local.host.InvocationResult.Failed;
import wasl.local.host.InvocationResult.Throttled;
import wasl.local.template.StreamMapping;
import wasl.local.template.StreamMapping.FailureQueue;
import wasl.local.template.StreamMapping.Patience;
import wasl.local.template.StreamMapping.Start;

@Timeout(120)
@Tag("own-stack")
class StreamPollerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FUNCTION_ARN =
      "arn:aws:lambda:local:000000000000:function:change-publisher";
  private static final InvocationResult DONE = answered("{\"batchItemFailures\":[]}");
  private static final InvocationResult THROWN = new Failed("E", "as always");
  private static final AtomicInteger TABLES = new AtomicInteger();

  @TempDir private static Path data;

  private static EmbeddedAws embedded;
  private static AwsEndpoint aws;

  /// The items of each call, as `item:n`, in their order.
  private final List<List<String>> calls = new CopyOnWriteArrayList<>();

  private final List<JsonNode> records = new CopyOnWriteArrayList<>();
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final String table = "things-" + TABLES.incrementAndGet();
  private InstantSource clock = InstantSource.system();
  private Optional<String> kept = Optional.empty();
  private Optional<StreamPoller> poller = Optional.empty();
  private StreamMapping mapping = new Mapping().build();

  /// A mapping of which each test changes one thing.
  private record Mapping(
      String stream,
      Start start,
      int batchSize,
      Duration window,
      List<String> filters,
      Patience patience,
      Optional<FailureQueue> queue) {
    Mapping() {
      this(
          "",
          Start.TRIM_HORIZON,
          100,
          Duration.ZERO,
          List.of(),
          new Patience(false, OptionalInt.of(2), Optional.empty()),
          Optional.empty());
    }

    StreamMapping build() {
      return new StreamMapping(
          "change-publisher",
          FUNCTION_ARN,
          stream,
          start,
          batchSize,
          window,
          filters,
          true,
          patience,
          queue);
    }
  }

  @BeforeAll
  static void startAws() {
    embedded =
        EmbeddedAws.start(
            EmbeddedAwsConfig.ephemeral(Path.of("dynamodb/target/lib")).withData(data));
    aws = new AwsEndpoint(embedded.endpoint(), "us-east-1");
  }

  @AfterAll
  static void stopAws() {
    aws.close();
    embedded.close();
  }

  @BeforeEach
  void createTable() {
    mapping = mapping(made -> made);
  }

  @AfterEach
  void stop() {
    poller.ifPresent(StreamPoller::close);
  }

  @Test
  void a_change_arrives_with_everything_that_lambda_tells_of_it() throws Exception {
    Instant before = Instant.now();
    put("a", 1);
    put("a", 2);
    delete("a");
    start(called -> DONE);
    await(() -> records.size() == 3);

    JsonNode change = records.get(1);
    assertThat(names(change))
        .containsExactly(
            "eventID",
            "eventName",
            "eventVersion",
            "eventSource",
            "awsRegion",
            "dynamodb",
            "eventSourceARN");
    assertThat(change.path("eventID").asText()).isNotEmpty();
    assertThat(change.path("eventName").asText()).isEqualTo("MODIFY");
    assertThat(change.path("eventVersion").asText()).isEqualTo("1.1");
    assertThat(change.path("eventSource").asText()).isEqualTo("aws:dynamodb");
    assertThat(change.path("awsRegion").asText()).isEqualTo(mapping.streamArn().split(":", -1)[3]);
    assertThat(change.path("eventSourceARN").asText()).isEqualTo(mapping.streamArn());
    JsonNode item = change.path("dynamodb");
    assertThat(item.path("Keys")).isEqualTo(JSON.readTree("{\"pk\":{\"S\":\"a\"}}"));
    assertThat(item.path("NewImage"))
        .isEqualTo(JSON.readTree("{\"pk\":{\"S\":\"a\"},\"n\":{\"N\":\"2\"}}"));
    assertThat(item.path("OldImage"))
        .isEqualTo(JSON.readTree("{\"pk\":{\"S\":\"a\"},\"n\":{\"N\":\"1\"}}"));
    assertThat(item.path("SequenceNumber").asText()).matches("\\d{21}");
    assertThat(item.path("SizeBytes").asInt()).isPositive();
    assertThat(item.path("StreamViewType").asText()).isEqualTo("NEW_AND_OLD_IMAGES");
    assertThat(item.path("ApproximateCreationDateTime").toString()).matches("\\d{10}");
    assertThat(Instant.ofEpochSecond(item.path("ApproximateCreationDateTime").asLong()))
        .isBetween(before.truncatedTo(ChronoUnit.MINUTES), Instant.now());
    assertThat(records)
        .extracting(record -> record.path("eventName").asText())
        .containsExactly("INSERT", "MODIFY", "REMOVE");
  }

  @Test
  void the_changes_of_each_item_arrive_in_their_order_though_many_write() throws Exception {
    start(called -> DONE);

    List<Thread> writers =
        IntStream.range(0, 6)
            .mapToObj(item ->
                Thread.startVirtualThread(() -> {
                  for (int n = 0; n < 60; n++) {
                    put("item" + item, n);
                  }
                }))
            .toList();
    for (Thread writer : writers) {
      writer.join();
    }
    await(() -> seen().size() >= 360);

    assertThat(seen()).hasSize(360);
    for (int item = 0; item < 6; item++) {
      assertThat(seenOf("item" + item)).isEqualTo(IntStream.range(0, 60).boxed().toList());
    }
    assertThat(calls).allSatisfy(call -> assertThat(call).hasSizeLessThanOrEqualTo(100));
  }

  @Test
  void what_the_filter_does_not_let_pass_never_reaches_the_function() {
    mapping =
        mapping(made ->
            new Mapping(
                made.stream(),
                made.start(),
                2,
                made.window(),
                List.of(
                    "{\"eventName\":[\"INSERT\",\"MODIFY\"],\"dynamodb\":{\"NewImage\":"
                        + "{\"change\":{\"M\":{\"id\":{\"S\":[{\"exists\":true}]}}}}}}"),
                made.patience(),
                made.queue()));
    putMarked("a", 1);
    IntStream.range(2, 20).forEach(n -> put("a", n));
    putMarked("a", 20);
    putMarked("b", 1);
    delete("b");
    put("a", 21);
    start(called -> DONE);
    await(() -> seen().size() >= 3);

    assertThat(seen()).containsExactly("a:1", "a:20", "b:1");
    // What was left out is done with too.
    await(() -> isRead(sequenceNumbers().getLast()));
    assertThat(seen()).hasSize(3);
  }

  @Test
  void any_of_several_filters_is_enough() {
    mapping =
        mapping(made ->
            new Mapping(
                made.stream(),
                made.start(),
                made.batchSize(),
                made.window(),
                List.of(
                    "{\"dynamodb\":{\"Keys\":{\"pk\":{\"S\":[\"a\"]}}}}",
                    "{\"dynamodb\":{\"NewImage\":{\"n\":{\"N\":[\"2\"]}}}}"),
                made.patience(),
                made.queue()));
    put("a", 1);
    put("b", 1);
    put("b", 2);
    put("c", 3);
    start(called -> DONE);
    await(() -> isRead(sequenceNumbers().getLast()));

    assertThat(seen()).containsExactly("a:1", "b:2");
  }

  @Test
  void a_batch_comes_again_from_the_lowest_record_that_failed() {
    IntStream.range(0, 6).forEach(n -> put("a", n));
    AtomicInteger call = new AtomicInteger();
    start(called ->
        call.getAndIncrement() == 0 ? failed(called.get(4), called.get(2), called.get(3)) : DONE);
    await(() -> calls.size() >= 2);

    assertThat(calls)
        .containsExactly(
            List.of("a:0", "a:1", "a:2", "a:3", "a:4", "a:5"), List.of("a:2", "a:3", "a:4", "a:5"));
    await(() -> isRead(sequenceNumbers().getLast()));
  }

  @Test
  void a_malformed_answer_is_the_failure_of_the_whole_batch() {
    IntStream.range(0, 3).forEach(n -> put("a", n));
    AtomicInteger call = new AtomicInteger();
    start(
        called -> call.getAndIncrement() == 0 ? answered("{\"batchItemFailures\":\"all\"}") : DONE);
    await(() -> calls.size() >= 2);

    assertThat(calls).containsExactly(List.of("a:0", "a:1", "a:2"), List.of("a:0", "a:1", "a:2"));
  }

  @Test
  void a_poison_record_is_found_by_halves_and_the_rest_passes() {
    String queue = withQueue(true);
    IntStream.range(0, 10).forEach(n -> put("a", n));
    Set<String> passed = ConcurrentHashMap.newKeySet();
    start(called -> {
      List<String> items = called.stream().map(StreamPollerTest::name).toList();
      if (items.contains("a:6")) {
        return THROWN;
      }
      passed.addAll(items);
      return DONE;
    });

    JsonNode note = note(queue);

    await(() -> passed.size() == 9);
    assertThat(seenBy(passed))
        .containsExactly("a:0", "a:1", "a:2", "a:3", "a:4", "a:5", "a:7", "a:8", "a:9");
    assertThat(note.at("/DDBStreamBatchInfo/batchSize").asInt()).isEqualTo(1);
    assertThat(readBack(note)).containsExactly("a:6");
    // To cut is not to try again: the record alone has its two retries.
    assertThat(calls.stream().filter(List.of("a:6")::equals)).hasSize(3);
    // No later record before an earlier one.
    assertThat(calls.getLast().getLast()).isEqualTo("a:9");
    await(() -> isRead(sequenceNumbers().getLast()));
  }

  @Test
  void a_record_that_is_named_each_time_is_given_up_alone() {
    String queue = withQueue(true);
    IntStream.range(0, 5).forEach(n -> put("a", n));
    start(called ->
        called.stream()
            .filter(record -> name(record).equals("a:2"))
            .findFirst()
            .map(StreamPollerTest::failed)
            .orElse(DONE));

    JsonNode note = note(queue);

    assertThat(readBack(note)).containsExactly("a:2");
    assertThat(note.path("responseContext"))
        .isEqualTo(
            JSON.createObjectNode().put("statusCode", 200).put("executedVersion", "$LATEST"));
    await(() -> isRead(sequenceNumbers().getLast()));
    assertThat(calls.getLast()).containsExactly("a:3", "a:4");
    assertThat(calls.get(1)).as("cut at what was named").containsExactly("a:2", "a:3", "a:4");
  }

  @Test
  void what_is_given_up_is_told_to_the_queue_in_lambda_s_words() throws Exception {
    String queue = withQueue(false);
    IntStream.range(0, 3).forEach(n -> put("a", n));
    start(called -> name(called.getLast()).equals("a:2") ? THROWN : DONE);

    JsonNode note = note(queue);
    put("a", 3);
    await(() -> calls.getLast().equals(List.of("a:3")));

    List<String> numbers = sequenceNumbers();
    Instant first = Instant.ofEpochSecond(at(records.getFirst()));
    Instant last = Instant.ofEpochSecond(at(records.get(2)));
    assertThat(names(note))
        .containsExactly(
            "requestContext", "responseContext", "version", "timestamp", "DDBStreamBatchInfo");
    assertThat(note.path("requestContext"))
        .isEqualTo(
            JSON.createObjectNode()
                .put("requestId", note.at("/requestContext/requestId").asText())
                .put("functionArn", FUNCTION_ARN)
                .put("condition", "RetryAttemptsExhausted")
                .put("approximateInvokeCount", 3));
    assertThat(note.at("/requestContext/requestId").asText()).isNotEmpty();
    assertThat(note.path("responseContext"))
        .isEqualTo(
            JSON.readTree(
                "{\"statusCode\":200,\"executedVersion\":\"$LATEST\","
                    + "\"functionError\":\"Unhandled\"}"));
    assertThat(note.path("version").asText()).isEqualTo("1.0");
    assertThat(Instant.parse(note.path("timestamp").asText()))
        .isBetween(first, Instant.now().plusSeconds(1));
    assertThat(note.path("DDBStreamBatchInfo"))
        .isEqualTo(
            JSON.createObjectNode()
                .put("shardId", shards().getFirst())
                .put("startSequenceNumber", numbers.get(0))
                .put("endSequenceNumber", numbers.get(2))
                .put("approximateArrivalOfFirstRecord", first.toString())
                .put("approximateArrivalOfLastRecord", last.toString())
                .put("batchSize", 3)
                .put("streamArn", mapping.streamArn()));
    assertThat(readBack(note)).containsExactly("a:0", "a:1", "a:2");
  }

  @Test
  void records_older_than_allowed_are_given_up_unseen() {
    String queue = withQueue(true);
    mapping =
        new StreamMapping(
            mapping.function(),
            mapping.functionArn(),
            mapping.streamArn(),
            mapping.start(),
            mapping.batchSize(),
            mapping.batchingWindow(),
            mapping.filters(),
            true,
            new Patience(true, OptionalInt.empty(), Optional.of(Duration.ofHours(12))),
            mapping.onFailure());
    clock = () -> Instant.now().plus(Duration.ofHours(13));
    put("a", 1);
    put("a", 2);
    start(called -> DONE);

    JsonNode note = note(queue);

    assertThat(note.at("/requestContext/condition").asText()).isEqualTo("RecordAgeExceeded");
    assertThat(note.at("/requestContext/approximateInvokeCount").asInt()).isZero();
    assertThat(note.has("responseContext")).isFalse();
    assertThat(readBack(note)).containsExactly("a:1", "a:2");
    await(() -> isRead(sequenceNumbers().getLast()));
    assertThat(calls).isEmpty();
  }

  @Test
  void a_call_that_is_throttled_is_no_attempt() {
    put("a", 1);
    AtomicInteger call = new AtomicInteger();
    start(called -> call.incrementAndGet() <= 5 ? new Throttled() : DONE);
    await(() -> calls.size() == 6);

    await(() -> isRead(sequenceNumbers().getLast()));
    assertThat(log).noneMatch(line -> line.contains("gives up"));
  }

  @Test
  void a_note_that_the_queue_does_not_take_is_sent_again_and_nothing_goes_on_before() {
    String late = "late-" + table;
    mapping =
        mapping(made ->
            new Mapping(
                made.stream(),
                made.start(),
                1,
                made.window(),
                made.filters(),
                new Patience(false, OptionalInt.of(0), Optional.empty()),
                Optional.of(
                    new FailureQueue(
                        "arn:aws:sqs:us-east-1:000000000000:" + late,
                        embedded.endpoint() + "/000000000000/" + late))));
    put("a", 1);
    put("a", 2);
    start(called -> name(called.getFirst()).equals("a:1") ? THROWN : DONE);
    await(() -> log.stream().anyMatch(line -> line.contains("SendMessage")));
    assertThat(seen()).containsExactly("a:1");

    String queue = queue(late);

    assertThat(readBack(note(queue))).containsExactly("a:1");
    await(() -> seen().equals(List.of("a:1", "a:2")));
  }

  @Test
  void a_batch_waits_for_its_window_to_fill_and_no_longer() {
    mapping =
        mapping(made ->
            new Mapping(
                made.stream(),
                made.start(),
                3,
                Duration.ofSeconds(30),
                made.filters(),
                made.patience(),
                made.queue()));
    put("a", 1);
    start(called -> DONE);
    put("a", 2);
    put("a", 3);
    await(() -> !calls.isEmpty());

    assertThat(calls).containsExactly(List.of("a:1", "a:2", "a:3"));
  }

  @Test
  void a_batch_that_does_not_fill_goes_when_its_window_is_over() {
    mapping =
        mapping(made ->
            new Mapping(
                made.stream(),
                made.start(),
                100,
                Duration.ofSeconds(1),
                made.filters(),
                made.patience(),
                made.queue()));
    put("a", 1);
    start(called -> DONE);

    await(() -> calls.equals(List.of(List.of("a:1"))));
  }

  @Test
  void a_batch_is_no_larger_than_one_call_can_carry() {
    String large = "x".repeat(390_000);
    for (int n = 0; n < 12; n++) {
      ObjectNode input = item("a", n);
      input.withObject("/Item/large").put("S", large + n);
      aws.call(DYNAMODB, "PutItem", input);
    }
    start(called -> DONE);
    await(() -> seen().size() == 12);

    assertThat(calls).hasSizeGreaterThan(1);
    assertThat(seenOf("a")).isEqualTo(IntStream.range(0, 12).boxed().toList());
  }

  @Test
  void a_restart_goes_on_at_the_checkpoint() {
    IntStream.range(0, 5).forEach(n -> put("a", n));
    start(called -> DONE);
    await(() -> isRead(sequenceNumbers().getLast()));
    stop();
    IntStream.range(5, 9).forEach(n -> put("a", n));
    start(called -> DONE);
    await(() -> seen().size() >= 9);

    assertThat(seenOf("a")).isEqualTo(IntStream.range(0, 9).boxed().toList());
  }

  @Test
  void a_stop_in_the_midst_of_a_batch_loses_nothing_of_it() throws Exception {
    IntStream.range(0, 4).forEach(n -> put("a", n));
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    start(called -> {
      reached.countDown();
      uninterruptibly(stopped);
      return THROWN;
    });
    assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
    stop();
    stopped.countDown();
    calls.clear();
    start(called -> DONE);
    await(() -> !calls.isEmpty());

    assertThat(calls).containsExactly(List.of("a:0", "a:1", "a:2", "a:3"));
  }

  @Test
  void latest_begins_with_what_comes_from_then_on_and_keeps_that_over_a_restart() {
    mapping =
        mapping(made ->
            new Mapping(
                made.stream(),
                Start.LATEST,
                made.batchSize(),
                made.window(),
                made.filters(),
                made.patience(),
                made.queue()));
    put("a", 1);
    start(called -> DONE);
    await(() -> kept.isPresent());
    stop();
    put("a", 2);
    start(called -> DONE);
    await(() -> !calls.isEmpty());

    assertThat(seen()).containsExactly("a:2");
  }

  @Test
  void shards_that_close_and_open_lose_and_reorder_nothing() throws Exception {
    start(called -> DONE);
    int n = 0;
    for (int shard = 0; shard < 3; shard++) {
      for (int each = 0; each < 20; each++) {
        put("a", n++);
      }
      closeShardAndOpenAnother();
    }
    put("a", n++);
    int all = n;
    await(() -> seen().size() >= all);

    assertThat(seenOf("a")).isEqualTo(IntStream.range(0, all).boxed().toList());
    assertThat(shards()).hasSize(4);
  }

  @Test
  void parents_come_before_children_when_both_were_there_before() throws Exception {
    int n = 0;
    for (int shard = 0; shard < 3; shard++) {
      for (int each = 0; each < 4; each++) {
        put("a", n++);
      }
      closeShardAndOpenAnother();
    }
    put("a", n++);
    int all = n;
    AtomicInteger call = new AtomicInteger();
    start(called -> call.getAndIncrement() % 2 == 0 ? failed(called.getLast()) : DONE);
    await(() -> Set.copyOf(seen()).size() >= all && isRead(sequenceNumbers().getLast()));

    assertThat(seenOf("a").stream().distinct().toList())
        .isEqualTo(IntStream.range(0, all).boxed().toList());
  }

  @Test
  void a_checkpoint_that_is_trimmed_goes_on_at_the_horizon_and_says_so() throws Exception {
    IntStream.range(0, 3).forEach(n -> put("a", n));
    start(called -> DONE);
    await(() -> isRead(sequenceNumbers().getLast()));
    stop();
    IntStream.range(3, 6).forEach(n -> put("a", n));
    // A day and more, in which nobody ran.
    sql(
        "update us set CreationDateTime = CreationDateTime - 90000000 where StreamID = '"
            + mapping.streamArn()
            + "'");
    start(called -> DONE);
    await(() -> log.stream().anyMatch(line -> line.contains("TRIM_HORIZON")));
    put("a", 6);
    put("a", 7);
    await(() -> seen().contains("a:7"));

    assertThat(seenOf("a")).containsExactly(0, 1, 2, 6, 7);
    assertThat(log.stream().filter(line -> line.contains("TRIM_HORIZON"))).hasSize(1);
  }

  @Test
  void an_unknown_checkpoint_goes_on_at_the_horizon_and_says_so() {
    put("a", 1);
    put("a", 2);
    kept =
        Optional.of(
            JSON.createObjectNode()
                .put("version", 1)
                .set(
                    "functions",
                    JSON.createObjectNode()
                        .set(
                            "change-publisher",
                            JSON.createObjectNode()
                                .set(
                                    mapping.streamArn(),
                                    JSON.createObjectNode()
                                        .set(
                                            shards().getFirst(),
                                            JSON.createObjectNode()
                                                .put("after", "000000000000000000000")))))
                .toString());
    start(called -> DONE);
    await(() -> seen().size() >= 2);

    assertThat(seen()).containsExactly("a:1", "a:2");
    assertThat(log).anyMatch(line -> line.contains("it is unknown; reading on at TRIM_HORIZON"));
  }

  @Test
  void a_shard_that_is_gone_is_told_and_forgotten() {
    start(called -> DONE);
    await(() -> kept.isPresent());
    stop();
    kept =
        Optional.of(
            kept.orElseThrow().replace("{ }", "{\"shardId-0\": {\"after\": \"000000001\"}}"));
    put("a", 1);
    start(called -> DONE);
    await(() -> seen().contains("a:1"));

    assertThat(log).anyMatch(line -> line.contains("shardId-0 is gone"));
    assertThat(kept.orElseThrow()).doesNotContain("shardId-0\"");
  }

  @Test
  void nothing_is_lost_when_dynamodb_is_killed_in_between() throws Exception {
    start(called -> DONE);
    for (int n = 0; n < 60; n++) {
      put("a", n);
      if (n % 20 == 10) {
        killDynamoDb();
      }
    }
    await(() -> seen().contains("a:59"));

    assertThat(seenOf("a").stream().distinct().toList())
        .isEqualTo(IntStream.range(0, 60).boxed().toList());
  }

  private StreamMapping mapping(Function<Mapping, Mapping> change) {
    Mapping made = new Mapping();
    return change
        .apply(
            new Mapping(
                stream(),
                made.start(),
                made.batchSize(),
                made.window(),
                made.filters(),
                made.patience(),
                made.queue()))
        .build();
  }

  /// @return the URL of the queue that hears of what is given up
  private String withQueue(boolean bisect) {
    String url = queue("failed-" + table);
    mapping =
        mapping(made ->
            new Mapping(
                made.stream(),
                made.start(),
                made.batchSize(),
                made.window(),
                made.filters(),
                new Patience(bisect, OptionalInt.of(2), Optional.empty()),
                Optional.of(
                    new FailureQueue("arn:aws:sqs:us-east-1:000000000000:failed-" + table, url))));
    return url;
  }

  private void start(Function<List<JsonNode>, InvocationResult> function) {
    Checkpoints checkpoints = Checkpoints.open(kept, text -> kept = Optional.of(text));
    poller =
        Optional.of(
            StreamPoller.start(
                mapping,
                aws,
                (name, payload) -> {
                  List<JsonNode> called = read(payload).path("Records").valueStream().toList();
                  records.addAll(called);
                  calls.add(called.stream().map(StreamPollerTest::name).toList());
                  return function.apply(called);
                },
                checkpoints,
                clock,
                log::add));
  }

  private List<String> seen() {
    return calls.stream().flatMap(List::stream).toList();
  }

  private List<Integer> seenOf(String item) {
    return seen().stream()
        .filter(each -> each.startsWith(item + ":"))
        .map(each -> Integer.valueOf(each.substring(item.length() + 1)))
        .toList();
  }

  private static List<String> seenBy(Set<String> passed) {
    return passed.stream().sorted().toList();
  }

  private boolean isRead(String sequenceNumber) {
    return kept.filter(text -> text.contains(sequenceNumber)).isPresent();
  }

  private String stream() {
    ObjectNode input = aws.input().put("TableName", table).put("BillingMode", "PAY_PER_REQUEST");
    input
        .putArray("AttributeDefinitions")
        .addObject()
        .put("AttributeName", "pk")
        .put("AttributeType", "S");
    input.putArray("KeySchema").addObject().put("AttributeName", "pk").put("KeyType", "HASH");
    input
        .putObject("StreamSpecification")
        .put("StreamEnabled", true)
        .put("StreamViewType", "NEW_AND_OLD_IMAGES");
    ObjectNode named = aws.input().put("TableName", table);
    if (aws.call(DYNAMODB, "ListTables", aws.input())
        .path("TableNames")
        .valueStream()
        .noneMatch(name -> name.asText().equals(table))) {
      aws.call(DYNAMODB, "CreateTable", input);
    }
    return aws.call(DYNAMODB, "DescribeTable", named).at("/Table/LatestStreamArn").asText();
  }

  private void put(String item, int n) {
    aws.call(DYNAMODB, "PutItem", item(item, n));
  }

  private void putMarked(String item, int n) {
    ObjectNode input = item(item, n);
    input.withObject("/Item/change/M/id").put("S", "chg_" + item + n);
    aws.call(DYNAMODB, "PutItem", input);
  }

  private ObjectNode item(String item, int n) {
    ObjectNode input = aws.input().put("TableName", table);
    input.withObject("/Item/pk").put("S", item);
    input.withObject("/Item/n").put("N", Integer.toString(n));
    return input;
  }

  private void delete(String item) {
    ObjectNode input = aws.input().put("TableName", table);
    input.withObject("/Key/pk").put("S", item);
    aws.call(DYNAMODB, "DeleteItem", input);
  }

  private List<String> shards() {
    return aws.call(
            DYNAMODB_STREAMS, "DescribeStream", aws.input().put("StreamArn", mapping.streamArn()))
        .at("/StreamDescription/Shards")
        .valueStream()
        .map(shard -> shard.path("ShardId").asText())
        .toList();
  }

  /// Of all records in the stream.
  private List<String> sequenceNumbers() {
    List<String> numbers = new ArrayList<>();
    for (String shard : shards()) {
      for (JsonNode record : recordsFrom(shard, Optional.empty())) {
        numbers.add(record.at("/dynamodb/SequenceNumber").asText());
      }
    }
    return numbers;
  }

  /// What a note points at, as `item:n`.
  private List<String> readBack(JsonNode note) {
    JsonNode place = note.path("DDBStreamBatchInfo");
    String end = place.path("endSequenceNumber").asText();
    List<String> names = new ArrayList<>();
    for (JsonNode record :
        recordsFrom(
            place.path("shardId").asText(),
            Optional.of(place.path("startSequenceNumber").asText()))) {
      names.add(name(record));
      if (record.at("/dynamodb/SequenceNumber").asText().equals(end)) {
        return names;
      }
    }
    throw new AssertionError("the last record is not there: " + note);
  }

  private List<JsonNode> recordsFrom(String shard, Optional<String> sequenceNumber) {
    ObjectNode input = aws.input().put("StreamArn", mapping.streamArn()).put("ShardId", shard);
    sequenceNumber.ifPresentOrElse(
        number ->
            input.put("ShardIteratorType", "AT_SEQUENCE_NUMBER").put("SequenceNumber", number),
        () -> input.put("ShardIteratorType", "TRIM_HORIZON"));
    String iterator =
        aws.call(DYNAMODB_STREAMS, "GetShardIterator", input).path("ShardIterator").asText();
    return aws.call(DYNAMODB_STREAMS, "GetRecords", aws.input().put("ShardIterator", iterator))
        .path("Records")
        .valueStream()
        .toList();
  }

  /// What DynamoDB does every four hours, done to DynamoDB Local's own tables.
  private void closeShardAndOpenAnother() throws SQLException {
    String open = shards().getLast();
    String next = "shardId-%020d-abcdef01".formatted(System.nanoTime());
    sql(
        "begin immediate",
        "update ss set DeletionDateTime = CreationDateTime, SequenceNumberEnd ="
            + " (select max(SequenceNumber) from us) where ShardID = '"
            + open
            + "'",
        "insert into ss select StreamID, '"
            + next
            + "', CreationDateTime, null, SequenceNumberEnd + 1, null, ShardID from ss"
            + " where ShardID = '"
            + open
            + "'",
        "commit");
  }

  private static void sql(String... statements) throws SQLException {
    String database = data.resolve("dynamodb/shared-local-instance.db").toString();
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + database + "?busy_timeout=20000");
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  private static void killDynamoDb() {
    ProcessHandle server =
        ProcessHandle.current()
            .children()
            .filter(child -> child.info().commandLine().orElse("").contains("ServerRunner"))
            .findFirst()
            .orElseThrow();
    server.destroyForcibly();
    server.onExit().join();
  }

  private static String queue(String name) {
    return aws.call(SQS, "CreateQueue", aws.input().put("QueueName", name))
        .path("QueueUrl")
        .asText();
  }

  private static JsonNode note(String queue) {
    ObjectNode input = aws.input().put("QueueUrl", queue).put("WaitTimeSeconds", 1);
    List<JsonNode> notes = new ArrayList<>();
    await(() -> {
      for (JsonNode message : aws.call(SQS, "ReceiveMessage", input).path("Messages")) {
        notes.add(read(message.path("Body").asText().getBytes(UTF_8)));
      }
      return !notes.isEmpty();
    });
    return notes.getFirst();
  }

  private static String name(JsonNode record) {
    JsonNode change = record.path("dynamodb");
    String item = change.at("/Keys/pk/S").asText();
    return item + ":" + change.at("/NewImage/n/N").asText("gone");
  }

  private static long at(JsonNode record) {
    return record.at("/dynamodb/ApproximateCreationDateTime").asLong();
  }

  private static List<String> names(JsonNode object) {
    return object.propertyStream().map(Map.Entry::getKey).toList();
  }

  private static InvocationResult failed(JsonNode... failures) {
    ObjectNode answer = JSON.createObjectNode();
    var named = answer.putArray("batchItemFailures");
    for (JsonNode failure : failures) {
      named.addObject().set("itemIdentifier", failure.at("/dynamodb/SequenceNumber"));
    }
    return answered(answer.toString());
  }

  private static InvocationResult answered(String json) {
    return new Answered(json.getBytes(UTF_8));
  }

  private static void uninterruptibly(CountDownLatch latch) {
    try {
      latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void await(BooleanSupplier holds) {
    long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as("it comes in time").isLessThan(deadline);
      try {
        TimeUnit.MILLISECONDS.sleep(20);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static JsonNode read(byte[] json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
