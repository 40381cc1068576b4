package wasl.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wasl.local.endpoint.AwsService.DYNAMODB;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import wasl.local.endpoint.AwsEndpoint;
import wasl.local.fixture.BuiltBundle;
import wasl.local.template.StreamMapping;
import wasl.local.template.StreamMapping.FailureQueue;
import wasl.local.template.StreamMapping.Patience;
import wasl.local.template.StreamMapping.Start;

/// A bundle whose function follows a table, and is told by a queue of what it could not take.
@Timeout(180)
@Tag("own-stack")
class StreamTriggerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TABLE = "wasl-Things";
  private static final String PRINTED = "printed ";

  @TempDir Path folder;
  private final List<String> log = new CopyOnWriteArrayList<>();
  private Path template;

  @BeforeEach
  void build() {
    Path root = folder.resolve("bundle");
    BuiltBundle.in(root, "streams.yaml");
    template = root.resolve("template.yaml");
  }

  @Test
  void the_event_becomes_a_mapping_with_what_exists_here() {
    try (Runner runner = Runner.start(settings(Optional.empty()), log::add, log::add);
        AwsEndpoint aws = new AwsEndpoint(runner.aws(), "us-east-1")) {
      String stream =
          aws.call(DYNAMODB, "DescribeTable", aws.input().put("TableName", TABLE))
              .at("/Table/LatestStreamArn")
              .asText();

      assertThat(runner.deployment().streams())
          .containsExactly(
              new StreamMapping(
                  "change-printer",
                  "arn:aws:lambda:local:000000000000:function:change-printer",
                  stream,
                  Start.TRIM_HORIZON,
                  100,
                  Duration.ZERO,
                  List.of(
                      "{\"eventName\":[\"INSERT\",\"MODIFY\"],\"dynamodb\":{\"NewImage\":"
                          + "{\"change\":{\"M\":{\"id\":{\"S\":[{\"exists\":true}]}}}}}}"),
                  true,
                  new Patience(true, OptionalInt.of(2), Optional.of(Duration.ofHours(12))),
                  Optional.of(
                      new FailureQueue(
                          "arn:aws:sqs:us-east-1:000000000000:wasl-ChangeFailed",
                          runner.deployment().queues().getFirst().queueUrl()))));
      assertThat(runner.deployment().inventory().streams()).isEqualTo(Map.of(TABLE, stream));
    }
  }

  @Test
  void changes_reach_the_built_handler_and_what_it_refuses_comes_back_to_it_by_the_queue() {
    try (Runner runner = Runner.start(settings(Optional.empty()), log::add, log::add);
        AwsEndpoint aws = new AwsEndpoint(runner.aws(), "us-east-1")) {
      put(aws, "a", 1);
      quietly(aws, "a", 2);
      put(aws, "please-throw", 1);
      put(aws, "b", 1);
      await(() -> printed().contains("b:1") && !notes().isEmpty());

      assertThat(printed()).containsExactly("a:1", "b:1");
      JsonNode note = notes().getFirst();
      assertThat(note.at("/requestContext/condition").asText()).isEqualTo("RetryAttemptsExhausted");
      assertThat(note.at("/DDBStreamBatchInfo/batchSize").asInt()).isEqualTo(1);
      assertThat(note.at("/DDBStreamBatchInfo/streamArn").asText())
          .isEqualTo(runner.deployment().streams().getFirst().streamArn());
    }
  }

  @Test
  void a_restart_goes_on_where_the_last_run_ended() {
    Path data = folder.resolve("data");
    try (Runner runner = Runner.start(settings(Optional.of(data)), log::add, log::add);
        AwsEndpoint aws = new AwsEndpoint(runner.aws(), "us-east-1")) {
      IntStream.range(0, 3).forEach(n -> put(aws, "a", n));
      await(() -> printed().size() == 3 && checkpoints(data).contains("\"after\""));
      // Given to nobody, but read.
      String before = checkpoints(data);
      quietly(aws, "a", 99);
      await(() -> !checkpoints(data).equals(before));
    }
    log.clear();
    try (Runner runner = Runner.start(settings(Optional.of(data)), log::add, log::add);
        AwsEndpoint aws = new AwsEndpoint(runner.aws(), "us-east-1")) {
      IntStream.range(3, 6).forEach(n -> put(aws, "a", n));
      await(() -> printed().size() >= 3);

      assertThat(printed()).containsExactly("a:3", "a:4", "a:5");
    }
  }

  @Test
  void nothing_is_lost_when_the_function_host_is_killed_in_between() {
    try (Runner runner = Runner.start(settings(Optional.empty()), log::add, log::add);
        AwsEndpoint aws = new AwsEndpoint(runner.aws(), "us-east-1")) {
      for (int round = 0; round < 3; round++) {
        int first = round * 20;
        put(aws, "a", first);
        await(() -> printed().contains("a:" + first));
        IntStream.range(first + 1, first + 10).forEach(n -> put(aws, "a", n));
        ProcessHandle.of(runner.functionHostPid()).ifPresent(ProcessHandle::destroyForcibly);
        IntStream.range(first + 10, first + 20).forEach(n -> put(aws, "a", n));
      }
      await(() -> printed().contains("a:59"));

      assertThat(printed().stream().distinct().toList())
          .isEqualTo(IntStream.range(0, 60).mapToObj(n -> "a:" + n).toList());
      assertThat(notes()).isEmpty();
      assertThat(log).anyMatch(line -> line.contains("the function host ended with"));
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void an_isolated_function_gets_its_changes_by_the_rights_of_its_role() {
    try (Runner runner = Runner.start(settings(Optional.empty()).isolated(), log::add, log::add);
        AwsEndpoint aws = new AwsEndpoint(runner.aws(), "us-east-1")) {
      put(aws, "please-throw", 1);
      put(aws, "a", 1);
      await(() -> printed().contains("a:1") && !notes().isEmpty());

      assertThat(runner.permissions().orElseThrow().denials()).isEmpty();
      assertThat(runner.permissions().orElseThrow().unused()).isEmpty();
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_role_that_may_not_read_the_stream_is_refused_as_on_aws() {
    replace("\"dynamodb:GetShardIterator\", ", "");
    assertThatThrownBy(this::startIsolated)
        .isInstanceOf(CannotStart.class)
        .hasMessageStartingWith("AWS would not bring records to change-printer. ")
        .hasMessageContaining("is not authorized to perform: dynamodb:GetShardIterator");
  }

  @Test
  void a_table_that_was_kept_without_a_stream_is_refused_and_not_ignored() {
    Path data = folder.resolve("data");
    String mapped = read(template);
    String stream = "      StreamSpecification: {StreamViewType: NEW_AND_OLD_IMAGES}\n";
    // A template of yesterday, without stream and trigger.
    int changes = mapped.indexOf("        Changes:\n");
    write(
        template,
        (mapped.substring(0, changes) + mapped.substring(mapped.indexOf("        Failed:\n")))
            .replace(stream, "")
            .replace("!GetAtt Things.StreamArn", "\"*\""));
    Runner.start(settings(Optional.of(data)), log::add, log::add).close();
    write(template, mapped);

    assertThatThrownBy(() -> Runner.start(settings(Optional.of(data)), log::add, log::add))
        .hasMessage(
            "table wasl-Things: the kept data has no stream, the template one of"
                + " NEW_AND_OLD_IMAGES; remove the folder .wasl, or start with --ephemeral");
  }

  private void startIsolated() {
    Runner.start(settings(Optional.empty()).isolated(), log::add, log::add).close();
  }

  private Runner.Settings settings(Optional<Path> data) {
    return new Runner.Settings(
        folder.resolve("bundle"),
        Path.of("dynamodb/target/lib"),
        data,
        0,
        0,
        Map.of(),
        Optional.empty(),
        List.of());
  }

  private static void put(AwsEndpoint aws, String item, int n) {
    ObjectNode input = item(aws, item, n);
    input.withObject("/Item/change/M/id").put("S", "chg_" + n);
    aws.call(DYNAMODB, "PutItem", input);
  }

  /// As leases and activity are written.
  private static void quietly(AwsEndpoint aws, String item, int n) {
    aws.call(DYNAMODB, "PutItem", item(aws, item, n));
  }

  private static ObjectNode item(AwsEndpoint aws, String item, int n) {
    ObjectNode input = aws.input().put("TableName", TABLE);
    input.withObject("/Item/pk").put("S", item);
    input.withObject("/Item/n").put("N", Integer.toString(n));
    return input;
  }

  /// The changes that the handler got, as `item:n`.
  private List<String> printed() {
    return events()
        .map(record -> record.path("dynamodb"))
        .filter(JsonNode::isObject)
        .map(change -> change.at("/Keys/pk/S").asText() + ":" + change.at("/NewImage/n/N").asText())
        .toList();
  }

  private List<JsonNode> notes() {
    return events().filter(record -> record.has("body")).map(StreamTriggerTest::body).toList();
  }

  private static JsonNode body(JsonNode message) {
    return json(message.path("body").asText());
  }

  private Stream<JsonNode> events() {
    return log.stream()
        // Whole lines: who is killed may have printed half of one.
        .filter(line -> line.contains(PRINTED) && line.endsWith("]}"))
        .map(line -> json(line.substring(line.indexOf(PRINTED) + PRINTED.length())))
        .flatMap(event -> event.path("Records").valueStream());
  }

  private static String checkpoints(Path data) {
    Path file = data.resolve("streams.json");
    return Files.exists(file) ? read(file) : "";
  }

  private void replace(String before, String after) {
    String text = read(template);
    assertThat(text).contains(before);
    write(template, text.replace(before, after));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new AssertionError(text, e);
    }
  }

  private void await(BooleanSupplier holds) {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime())
          .withFailMessage(() -> "it does not come in time:\n" + String.join("\n", log))
          .isLessThan(deadline);
      try {
        TimeUnit.MILLISECONDS.sleep(50);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
