package wasl.local.endure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import wasl.local.intercept.AwsAnswer;
import wasl.local.intercept.AwsCall;
import wasl.local.intercept.Interceptor;

class FaultInterceptorTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String REFUSED = "refused-";

  private final List<AwsCall> passed = new ArrayList<>();
  private final Interceptor.Next aws =
      call -> {
        passed.add(call);
        return new AwsAnswer(200, Map.of(), answer(call).getBytes(UTF_8));
      };

  @Test
  void breaks_nothing_before_it_begins_and_nothing_after_it_ends() throws IOException {
    FaultInterceptor faults = faults(1);
    for (int times = 0; times < 20; times++) {
      assertThat(faults.answer(put("dynamodb", "PutItem"), aws).status()).isEqualTo(200);
    }
    faults.begin();
    faults.end();
    assertThat(faults.answer(put("dynamodb", "PutItem"), aws).status()).isEqualTo(200);
    assertThat(faults.calls()).isZero();
    assertThat(passed).hasSize(21);
  }

  @Test
  void a_stream_s_read_is_throttled_by_the_name_that_streams_have_for_it() throws IOException {
    AwsCall call =
        new AwsCall(
            "dynamodb",
            "GetRecords",
            "local",
            "POST",
            "/",
            Map.of("x-amz-target", List.of("DynamoDBStreams_20120810.GetRecords")),
            "{}".getBytes(UTF_8));

    assertThat(new String(ServiceFaults.throttled(call).body(), UTF_8))
        .contains("\"ThrottlingException\"");
    assertThat(new String(ServiceFaults.throttled(put("dynamodb", "PutItem")).body(), UTF_8))
        .contains("\"ProvisionedThroughputExceededException\"");
  }

  @Test
  void breaks_about_as_many_calls_as_it_is_told() {
    FaultInterceptor faults = faults(0.2);
    faults.begin();
    for (int times = 0; times < 2000; times++) {
      tried(faults, put("sqs", "SendMessage"));
    }
    assertThat(faults.calls()).isEqualTo(2000);
    assertThat(faults.byOperation().get("sqs SendMessage")).isBetween(300L, 500L);
  }

  @Test
  void each_way_to_break_happens_and_is_what_it_says() {
    FaultInterceptor faults = faults(1);
    faults.begin();
    Map<FaultKind, Tried> seen = new EnumMap<>(FaultKind.class);
    for (int times = 0; times < 200; times++) {
      Map<FaultKind, Long> before = faults.byKind();
      passed.clear();
      Tried tried = tried(faults, put("dynamodb", "PutItem"));
      FaultKind kind =
          faults.byKind().entrySet().stream()
              .filter(count -> !count.getValue().equals(before.get(count.getKey())))
              .findFirst()
              .orElseThrow()
              .getKey();
      assertThat(seen.getOrDefault(kind, tried)).isEqualTo(tried);
      seen.put(kind, tried);
    }
    assertThat(seen)
        .isEqualTo(
            Map.of(
                FaultKind.THROTTLED,
                new Tried(400, "ProvisionedThroughputExceededException", 0),
                FaultKind.FAILED_BEFORE,
                new Tried(500, "InternalServerError", 0),
                FaultKind.FAILED_AFTER,
                new Tried(500, "InternalServerError", 1),
                FaultKind.HUNG_BEFORE,
                new Tried(0, "", 0),
                FaultKind.HUNG_AFTER,
                new Tried(0, "", 1),
                FaultKind.SLOW,
                new Tried(200, "", 1)));
  }

  @Test
  void a_short_run_knows_every_kind() {
    FaultInterceptor faults = faults(1);
    faults.begin();
    for (int times = 0; times < FaultKind.values().length; times++) {
      String batch = "{\"Entries\":[{\"Id\":\"0\"},{\"Id\":\"1\"}]}";
      tried(
          faults,
          new AwsCall(
              "sqs", "SendMessageBatch", "local", "POST", "/", Map.of(), batch.getBytes(UTF_8)));
    }
    assertThat(faults.byKind().keySet()).isEqualTo(EnumSet.allOf(FaultKind.class));
  }

  @Test
  void each_service_is_throttled_by_its_own_code() throws IOException {
    Map<String, String> codes =
        Map.of(
            "dynamodb", "400 ProvisionedThroughputExceededException",
            "sqs", "400 RequestThrottled",
            "kms", "400 ThrottlingException",
            "events", "400 ThrottlingException",
            "s3", "503 SlowDown");
    for (String service : codes.keySet()) {
      AwsAnswer answer = ServiceFaults.throttled(put(service, "Any"));
      assertThat(answer.status() + " " + code(answer)).isEqualTo(codes.get(service));
    }
  }

  @Test
  void spares_the_callers_that_it_is_told_to_spare() throws IOException {
    FaultInterceptor faults = faults(1);
    faults.begin();
    AwsCall call =
        new AwsCall("sqs", "SendMessage", "spared", "POST", "/", Map.of(), "{}".getBytes(UTF_8));
    for (int times = 0; times < 20; times++) {
      assertThat(faults.answer(call, aws).status()).isEqualTo(200);
    }
  }

  @Test
  void of_a_batch_of_messages_each_is_either_sent_or_said_to_have_failed() throws IOException {
    String body =
        """
        {"QueueUrl":"q","Entries":[{"Id":"a","MessageBody":"1"},{"Id":"b","MessageBody":"2"},{"Id":"c","MessageBody":"3"}]}\
        """;
    Set<Integer> failures = new java.util.TreeSet<>();
    for (JsonNode answer : partial(call("sqs", "SendMessageBatch", body))) {
      List<String> ids = new ArrayList<>();
      answer.path("Successful").forEach(entry -> ids.add(entry.path("Id").asText()));
      answer.path("Failed").forEach(entry -> ids.add(entry.path("Id").asText()));
      assertThat(ids).containsExactlyInAnyOrder("a", "b", "c");
      failures.add(answer.path("Failed").size());
    }
    assertThat(failures).containsExactly(1, 2, 3);
  }

  @Test
  void of_a_batch_of_events_each_answer_stands_in_its_events_place() throws IOException {
    String body = "{\"Entries\":[{\"Detail\":\"1\"},{\"Detail\":\"2\"},{\"Detail\":\"3\"}]}";
    for (JsonNode answer : partial(call("events", "PutEvents", body))) {
      assertThat(answer.path("Entries")).hasSize(3);
      int failed = 0;
      for (int at = 0; at < 3; at++) {
        JsonNode entry = answer.path("Entries").path(at);
        failed += entry.has("ErrorCode") ? 1 : 0;
        assertThat(entry.path("EventId").asText("failed")).isIn("failed", "event " + (at + 1));
      }
      assertThat(answer.path("FailedEntryCount").asInt()).isEqualTo(failed).isPositive();
    }
  }

  @Test
  void a_batch_of_items_is_answered_as_unprocessed() throws IOException {
    String items = "{\"t\":[{\"PutRequest\":{\"Item\":{}}}]}";
    for (JsonNode answer :
        partial(call("dynamodb", "BatchWriteItem", "{\"RequestItems\":" + items + "}"))) {
      assertThat(answer.path("UnprocessedItems")).isEqualTo(JSON.readTree(items));
    }
  }

  @Test
  void an_event_that_is_to_be_refused_never_passes_while_faults_last() throws IOException {
    String body = "{\"Entries\":[{\"Detail\":\"1\"},{\"Detail\":\"refused-2\"}]}";
    AwsCall call = call("events", "PutEvents", body);
    FaultInterceptor faults = faults(0.5);
    faults.begin();
    for (int times = 0; times < 100; times++) {
      tried(faults, call);
    }
    assertThat(passed).isNotEmpty();
    assertThat(passed).noneMatch(event -> new String(event.body(), UTF_8).contains(REFUSED));
    faults.end();
    assertThat(new String(faults.answer(call, aws).body(), UTF_8)).doesNotContain("ErrorCode");
  }

  @Test
  void a_probability_is_one() {
    assertThatThrownBy(() -> faults(5)).hasMessageContaining("5.0");
  }

  /// @param status 0 where the connection was closed
  private record Tried(int status, String code, int passed) {}

  private Tried tried(FaultInterceptor faults, AwsCall call) {
    int before = passed.size();
    try {
      AwsAnswer answer = faults.answer(call, aws);
      String code = answer.status() == 200 ? "" : code(answer);
      return new Tried(answer.status(), code, passed.size() - before);
    } catch (IOException closed) {
      return new Tried(0, "", passed.size() - before);
    }
  }

  /// The answers to a call of which a part failed.
  private List<JsonNode> partial(AwsCall call) throws IOException {
    FaultInterceptor faults = faults(1);
    faults.begin();
    List<JsonNode> answers = new ArrayList<>();
    long counted = 0;
    for (int times = 0; times < 300; times++) {
      AwsAnswer answer;
      try {
        answer = faults.answer(call, aws);
      } catch (IOException closed) {
        continue;
      }
      long now = faults.byKind().getOrDefault(FaultKind.PARTIAL, 0L);
      if (now > counted) {
        counted = now;
        answers.add(JSON.readTree(answer.body()));
      }
    }
    assertThat(faults.byKind().keySet()).isEqualTo(EnumSet.allOf(FaultKind.class));
    assertThat(answers).hasSizeGreaterThan(20);
    return answers;
  }

  private static String code(AwsAnswer answer) {
    String body = new String(answer.body(), UTF_8);
    return body.startsWith("<")
        ? body.replaceAll(".*<Code>(\\w+)</Code>.*", "$1")
        : body.replaceAll(".*\"__type\":\"(\\w+)\".*", "$1");
  }

  private static FaultInterceptor faults(double probability) {
    return new FaultInterceptor(
        new FaultInterceptor.Settings(
            probability, Duration.ZERO, Duration.ZERO, Set.of("spared"), Optional.of(REFUSED)),
        new Random(7));
  }

  private static AwsCall put(String service, String operation) {
    return call(service, operation, "{}");
  }

  private static AwsCall call(String service, String operation, String body) {
    return new AwsCall(service, operation, "local", "POST", "/", Map.of(), body.getBytes(UTF_8));
  }

  /// As AWS would, naming what came.
  private static String answer(AwsCall call) {
    try {
      var entries = JSON.readTree(call.body()).path("Entries");
      var out = JSON.createObjectNode();
      if (call.operation().equals("SendMessageBatch")) {
        var successful = out.putArray("Successful");
        entries.forEach(entry -> successful.addObject().set("Id", entry.path("Id")));
      }
      if (call.operation().equals("PutEvents")) {
        var results = out.put("FailedEntryCount", 0).putArray("Entries");
        entries.forEach(
            entry -> results.addObject().put("EventId", "event " + entry.path("Detail").asText()));
      }
      return out.toString();
    } catch (IOException e) {
      throw new AssertionError("the test sends JSON", e);
    }
  }
}
