package wasl.local.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import wasl.local.endpoint.AwsEndpoint;
import wasl.local.host.InvocationResult;
import wasl.local.intercept.AwsAnswer;
import wasl.local.intercept.AwsCall;

/// What is counted for a call, and that its caller notices nothing.
class LedgerTest {
  private final Ledger ledger = new Ledger();

  private static AwsCall call(String service, String operation, String body) {
    return new AwsCall(service, operation, "local", "POST", "/", Map.of(), body.getBytes(UTF_8));
  }

  private static AwsAnswer answer(int status, String body) {
    return new AwsAnswer(status, Map.of("x-amz-crc32", List.of("1")), body.getBytes(UTF_8));
  }

  private AwsAnswer pass(AwsCall call, AwsAnswer answer) throws IOException {
    return ledger.answer(call, passed -> answer);
  }

  private double amount(Meter meter, String what) {
    return ledger.tally().amounts().getOrDefault(new Tally.Entry(meter, what), 0.0);
  }

  @Test
  void counts_what_dynamodb_says_by_table_and_index_and_hides_that_it_asked() throws IOException {
    var asked = new AtomicReference<>("");
    var answer =
        ledger.answer(
            call("dynamodb", "PutItem", "{\"TableName\":\"wasl-Events\",\"Item\":{}}"),
            passed -> {
              asked.set(new String(passed.body(), UTF_8));
              return answer(
                  200,
                  """
                  {"ConsumedCapacity":{"TableName":"wasl-Events","CapacityUnits":3.0,
                   "Table":{"CapacityUnits":1.0},
                   "GlobalSecondaryIndexes":{"due":{"CapacityUnits":2.0}}}}\
                  """);
            });

    assertThat(asked.get()).contains("\"ReturnConsumedCapacity\":\"INDEXES\"");
    assertThat(new String(answer.body(), UTF_8)).isEqualTo("{}");
    assertThat(answer.headers()).as("its checksum was the longer body's").isEmpty();
    assertThat(amount(Meter.DYNAMODB_WRITE_UNIT, "PutItem Events")).isEqualTo(1);
    assertThat(amount(Meter.DYNAMODB_WRITE_UNIT, "PutItem Events/due")).isEqualTo(2);
  }

  @Test
  void a_function_s_read_of_a_stream_costs_a_unit_and_lambda_s_is_free() throws IOException {
    var body =
        "{\"ShardIterator\":\"arn:aws:dynamodb:r:0:table/wasl-Connections/stream/2026|001|c2\"}";
    var records = answer(200, "{\"Records\":[]}");
    var byLambda =
        new AwsCall(
            "dynamodb",
            "GetRecords",
            "Function",
            "POST",
            "/",
            Map.of("user-agent", List.of(AwsEndpoint.USER_AGENT)),
            body.getBytes(UTF_8));

    pass(call("dynamodb", "DescribeStream", "{\"StreamArn\":\"x\"}"), records);
    pass(call("dynamodb", "GetRecords", body), answer(400, "{\"__type\":\"Expired\"}"));
    pass(byLambda, records);
    assertThat(ledger.tally()).isEqualTo(Tally.NOTHING);

    assertThat(pass(call("dynamodb", "GetRecords", body), records)).isSameAs(records);
    assertThat(amount(Meter.DYNAMODB_STREAM_READ_UNIT, "GetRecords Connections")).isEqualTo(1);
  }

  @Test
  void a_write_whose_condition_does_not_hold_costs_a_write() throws IOException {
    pass(
        call("dynamodb", "UpdateItem", "{\"TableName\":\"wasl-Events\"}"),
        answer(400, "{\"__type\":\"x#ConditionalCheckFailedException\"}"));

    assertThat(amount(Meter.DYNAMODB_WRITE_UNIT, "UpdateItem Events, refused")).isEqualTo(1);
  }

  @Test
  void a_read_that_finds_nothing_costs_what_the_least_costs() throws IOException {
    pass(
        call("dynamodb", "Query", "{\"TableName\":\"wasl-Events\",\"IndexName\":\"due\"}"),
        answer(
            200,
            """
            {"Items":[],"ConsumedCapacity":{"TableName":"wasl-Events","CapacityUnits":0.0,
             "Table":{"CapacityUnits":0.0},
             "GlobalSecondaryIndexes":{"due":{"CapacityUnits":0.0}}}}\
            """));

    assertThat(ledger.tally().amounts())
        .isEqualTo(Map.of(new Tally.Entry(Meter.DYNAMODB_READ_UNIT, "Query Events/due"), 0.5));
  }

  @Test
  void queues_are_billed_by_64_kb_and_batches_by_their_sum() throws IOException {
    var large = "x".repeat(40 * 1024);
    pass(
        call(
            "sqs",
            "SendMessageBatch",
            """
            {"QueueUrl":"http://localhost/000000000000/wasl-Delivery","Entries":[
              {"MessageBody":"%s","MessageGroupId":"a"},{"MessageBody":"%s"}]}\
            """
                .formatted(large, large)),
        answer(200, "{}"));

    assertThat(amount(Meter.SQS_REQUEST, "SendMessageBatch Delivery")).isEqualTo(2);
    assertThat(amount(Meter.SQS_FAIR_MESSAGE, "SendMessageBatch Delivery")).isEqualTo(1);
  }

  @Test
  void a_receive_counts_only_if_it_brings_something() throws IOException {
    var receive =
        call("sqs", "ReceiveMessage", "{\"QueueUrl\":\"http://localhost/0/wasl-Inbound\"}");
    pass(receive, answer(200, "{}"));
    pass(receive, answer(200, "{\"Messages\":[{\"Body\":\"a\"}]}"));

    assertThat(amount(Meter.SQS_REQUEST, "ReceiveMessage Inbound")).isEqualTo(1);
  }

  @Test
  void an_event_counts_where_it_was_taken_with_its_way_to_the_queue() throws IOException {
    pass(
        call(
            "events",
            "PutEvents",
            "{\"Entries\":[{\"Detail\":\"%s\"},{\"Detail\":\"{}\"}]}"
                .formatted("y".repeat(65 * 1024))),
        answer(200, "{\"Entries\":[{\"EventId\":\"1\"},{\"ErrorCode\":\"InternalFailure\"}]}"));

    assertThat(amount(Meter.EVENTBRIDGE_EVENT, "PutEvents")).isEqualTo(2);
    assertThat(ledger.tally().amount(Meter.SQS_REQUEST)).isEqualTo(2);
  }

  @Test
  void an_invocation_costs_its_memory_for_each_begun_millisecond() {
    assertThat(MeteredInvoker.gigabyteSeconds(512, 1_000_001)).isCloseTo(0.001, within(1e-12));
    var metered =
        new MeteredInvoker(
            ledger, (function, event) -> new InvocationResult.Answered(event), function -> 1024);
    metered.invoke("due-scan", new byte[0]);

    assertThat(amount(Meter.LAMBDA_REQUEST, "due-scan")).isEqualTo(1);
    assertThat(amount(Meter.LAMBDA_GB_SECOND, "due-scan")).isGreaterThanOrEqualTo(0.001);
  }

  @Test
  void only_what_functions_print_is_ingested() {
    var lines = new PrintedLines(ledger);
    lines.accept("webhook-receipt  3 ms  ok, 65 bytes");
    lines.accept("{\"no\":\"function\"}");
    var line =
        "{\"function\":\"event-router\",\"_aws\":{\"CloudWatchMetrics\":[{\"Metrics\":[{\"Name\":\"EventRouted\"}]}]}}";
    lines.accept(line);

    assertThat(ledger.tally().amount(Meter.LOG_GB) * 1024 * 1024 * 1024)
        .isCloseTo(line.length() + 1, within(1e-6));
    assertThat(lines.metrics()).containsExactly("event-router EventRouted");
  }
}
