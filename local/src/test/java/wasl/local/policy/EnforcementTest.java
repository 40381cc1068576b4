package wasl.local.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wasl.local.intercept.AwsAnswer;
import wasl.local.intercept.AwsCall;
import wasl.local.template.Deployment;
import wasl.local.template.ExecutionRole;
import wasl.local.template.FunctionDefinition;
import wasl.local.template.Inventory;
import wasl.local.template.PolicyStatement;
import wasl.local.template.PolicyStatement.Effect;
import wasl.local.template.QueueMapping;
import wasl.local.template.StreamMapping;
import wasl.local.template.StreamMapping.FailureQueue;
import wasl.local.template.StreamMapping.Patience;
import wasl.local.template.StreamMapping.Start;

class EnforcementTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String ROLE = "arn:aws:iam::000000000000:role/wasl-RouterRole";
  private static final String TABLE = "arn:aws:dynamodb:local:000000000000:table/Events";
  private static final String STREAM = TABLE + "/stream/2026-11-29T21:42:00.700";
  private static final String QUEUE = "arn:aws:sqs:local:000000000000:Inbound";
  private static final String PLAIN = "arn:aws:sqs:local:000000000000:Plain";
  private static final String KEY = "arn:aws:kms:local:000000000000:key/1234";
  private static final String BUS = "arn:aws:events:local:000000000000:event-bus/wasl";
  private static final String BUCKET = "arn:aws:s3:::bodies";
  private static final Inventory INVENTORY =
      new Inventory(
          Map.of("Events", TABLE),
          Map.of("Events", STREAM),
          Map.of("Inbound", QUEUE, "Plain", PLAIN),
          Map.of("Inbound", KEY),
          Map.of("wasl", BUS),
          Map.of("bodies", BUCKET),
          Map.of("1234", KEY, "alias/wasl", KEY));

  private final List<String> log = new ArrayList<>();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          dynamodb | GetItem            | {"TableName":"Events"}                     | dynamodb:GetItem TABLE
          dynamodb | Query              | {"TableName":"Events","IndexName":"due"}   | dynamodb:Query TABLE/index/due
          dynamodb | Scan               | {"TableName":"Events"}                     | dynamodb:Scan TABLE
          dynamodb | BatchGetItem       | {"RequestItems":{"Events":{}}}             | dynamodb:BatchGetItem TABLE
          dynamodb | BatchWriteItem     | {"RequestItems":{"Events":[]}}             | dynamodb:BatchWriteItem TABLE
          dynamodb | TransactGetItems   | {"TransactItems":[{"Get":{"TableName":"Events"}}]} | dynamodb:GetItem TABLE
          dynamodb | TransactWriteItems | {"TransactItems":[{"Put":{"TableName":"Events"}}]} | dynamodb:PutItem TABLE
          dynamodb | TransactWriteItems | {"TransactItems":[{"Update":{"TableName":"Events"}}]} | dynamodb:UpdateItem TABLE
          dynamodb | TransactWriteItems | {"TransactItems":[{"Delete":{"TableName":"Events"}}]} | dynamodb:DeleteItem TABLE
          dynamodb | TransactWriteItems | {"TransactItems":[{"ConditionCheck":{"TableName":"Events"}}]} | dynamodb:ConditionCheckItem TABLE
          dynamodb | DescribeStream     | {"StreamArn":"STREAM"}                     | dynamodb:DescribeStream STREAM
          dynamodb | GetShardIterator   | {"StreamArn":"STREAM"}                     | dynamodb:GetShardIterator STREAM
          dynamodb | GetRecords         | '{"ShardIterator":"STREAM|001|c2hhcmQ"}'   | dynamodb:GetRecords STREAM
          dynamodb | ListStreams        | {"TableName":"Events"}                     | dynamodb:ListStreams STREAM
          sqs      | SendMessageBatch   | {"QueueUrl":"http://x/000000000000/Plain"} | sqs:SendMessage PLAIN
          sqs      | DeleteMessageBatch | {"QueueUrl":"http://x/000000000000/Inbound"} | sqs:DeleteMessage QUEUE
          sqs      | ChangeMessageVisibility | {"QueueUrl":"http://x/000000000000/Inbound"} | sqs:ChangeMessageVisibility QUEUE
          kms      | GenerateDataKey    | {"KeyId":"alias/wasl"}                     | kms:GenerateDataKey KEY
          kms      | Decrypt            | {"CiphertextBlob":"AA=="}                  | kms:Decrypt KEY
          events   | PutEvents          | {"Entries":[{"EventBusName":"wasl","Source":"app"}]} | events:PutEvents BUS
          """)
  void a_call_is_let_through_by_its_own_permission_and_by_no_other(
      String service, String operation, String input, String needed) {
    var action = needed.split(" ", 2)[0];
    var resource = named(needed.split(" ", 2)[1]);
    var call = call(service, operation, input.replace("STREAM", STREAM));

    assertThat(answer(allowing(action, resource), call).status()).isEqualTo(200);
    assertThat(answer(allowing(action, resource + "x"), call).status()).isBetween(400, 403);
    assertThat(answer(allowing(action + "x", resource), call).status()).isBetween(400, 403);
  }

  @Test
  void an_encrypted_queue_needs_its_key_in_both_directions() {
    var send = call("sqs", "SendMessage", "{\"QueueUrl\":\"http://x/000000000000/Inbound\"}");
    var receive = call("sqs", "ReceiveMessage", "{\"QueueUrl\":\"http://x/000000000000/Inbound\"}");
    var queue = allow(List.of("sqs:SendMessage", "sqs:ReceiveMessage"), QUEUE);

    assertThat(text(answer(enforcement(queue), send)))
        .contains("AccessDeniedException", "kms:GenerateDataKey", KEY);
    assertThat(text(answer(enforcement(queue, allow(List.of("kms:GenerateDataKey"), KEY)), send)))
        .contains("kms:Decrypt");
    assertThat(text(answer(enforcement(queue), receive))).contains("kms:Decrypt");
    var both = enforcement(queue, allow(List.of("kms:GenerateDataKey", "kms:Decrypt"), KEY));
    assertThat(answer(both, send).status()).isEqualTo(200);
    assertThat(answer(both, receive).status()).isEqualTo(200);
  }

  @Test
  void every_item_of_a_transaction_is_asked_for() {
    var call =
        call(
            "dynamodb",
            "TransactWriteItems",
            "{\"TransactItems\":[{\"Put\":{\"TableName\":\"Events\"}},"
                + "{\"Delete\":{\"TableName\":\"Events\"}}]}");

    var answer = answer(allowing("dynamodb:PutItem", TABLE), call);

    assertThat(text(answer))
        .isEqualTo(
            "{\"__type\":\"AccessDeniedException\",\"message\":\"User: "
                + ROLE
                + " is not authorized to perform: dynamodb:DeleteItem on resource: "
                + TABLE
                + " because no identity-based policy allows it\"}");
    assertThat(log).hasSize(1).allMatch(line -> line.startsWith("DENIED TransactWriteItems"));
  }

  @Test
  void an_object_is_told_absent_only_to_who_may_list() {
    var get = s3("GET", "/bodies/a%20b/c");
    var read = allow(List.of("s3:GetObject"), BUCKET + "/*");

    assertThat(text(answer(enforcement(read), get, 404))).contains("AccessDenied", "s3:ListBucket");
    assertThat(
            answer(enforcement(read, allow(List.of("s3:ListBucket"), BUCKET)), get, 404).status())
        .isEqualTo(404);
    assertThat(answer(enforcement(read), get, 200).status()).isEqualTo(200);
    assertThat(answer(allowing("s3:GetObject", BUCKET + "/a b/c"), get).status()).isEqualTo(200);
    assertThat(answer(enforcement(read), s3("PUT", "/bodies/a")).status()).isEqualTo(403);
  }

  @Test
  void a_denial_wins_over_whatever_allows() {
    var call = call("dynamodb", "GetItem", "{\"TableName\":\"Events\"}");
    var all = allow(List.of("*"), "*");
    var deny =
        new PolicyStatement(Effect.DENY, List.of("dynamodb:Get*"), List.of("*"), condition("{}"));

    assertThat(answer(enforcement(all), call).status()).isEqualTo(200);
    assertThat(text(answer(enforcement(all, deny), call))).contains("explicit deny");
  }

  @Test
  void only_the_roles_that_the_bus_names_may_speak_for_wasl() {
    var all = allow(List.of("events:PutEvents"), BUS);

    assertThat(answer(enforcement(onBus(ROLE), all), put("wasl.stripe", "app")).status())
        .isEqualTo(200);
    var other = enforcement(onBus(ROLE + "Other"), all);
    assertThat(text(answer(other, put("app", "wasl.stripe")))).contains("the bus's policy");
    assertThat(text(answer(other, put("wasl")))).contains("the bus's policy");
    assertThat(answer(other, put("app")).status()).isEqualTo(200);
  }

  @Test
  void what_nobody_has_listed_is_denied_loudly() {
    var all = allowing("*", "*");

    assertThat(text(answer(all, call("dynamodb", "DeleteTable", "{\"TableName\":\"Events\"}"))))
        .contains("no permission is known for dynamodb:DeleteTable");
    assertThat(answer(all, call("iam", "CreateUser", "{}")).status()).isEqualTo(400);
    assertThat(log).hasSize(2);
  }

  @Test
  void an_access_key_of_no_function_may_do_nothing() {
    var call =
        new AwsCall(
            "dynamodb",
            "GetItem",
            "stranger",
            "POST",
            "/",
            Map.of(),
            bytes("{\"TableName\":\"Events\"}"));

    assertThat(text(answer(allowing("*", "*"), call))).contains("no function has this access key");
  }

  @Test
  void an_unknown_condition_is_a_fault_and_no_guess() {
    var statement =
        new PolicyStatement(
            Effect.ALLOW,
            List.of("*"),
            List.of("*"),
            condition("{\"IpAddress\":{\"aws:PrincipalArn\":\"x\"}}"));
    var call = call("dynamodb", "GetItem", "{\"TableName\":\"Events\"}");

    assertThatThrownBy(() -> answer(enforcement(statement), call))
        .hasMessage("the condition operator IpAddress is not known");
  }

  @Test
  void a_mapping_needs_what_lambda_does_with_the_queue() {
    var mapping =
        new QueueMapping("router", "http://x/0/Inbound", QUEUE, 10, Duration.ZERO, true, 1);
    var some = allow(List.of("sqs:ReceiveMessage", "sqs:DeleteMessage"), QUEUE);

    assertThat(enforcement(some).denial(mapping).orElseThrow())
        .contains("sqs:GetQueueAttributes", QUEUE);
    assertThat(enforcement(some, allow(List.of("sqs:GetQueueAttributes"), QUEUE)).denial(mapping))
        .isEmpty();
  }

  @Test
  void a_stream_s_mapping_needs_what_lambda_does_with_stream_and_queue() {
    var mapping =
        new StreamMapping(
            "router",
            "arn:aws:lambda:local:000000000000:function:router",
            STREAM,
            Start.LATEST,
            100,
            Duration.ZERO,
            List.of(),
            true,
            new Patience(true, OptionalInt.empty(), Optional.empty()),
            Optional.of(new FailureQueue(QUEUE, "http://x/000000000000/Inbound")));
    var read = List.of("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams");
    var reading = allow(read.stream().map(each -> "dynamodb:" + each).toList(), STREAM);
    var sending = allow(List.of("sqs:SendMessage"), QUEUE);
    var sealing = allow(List.of("kms:GenerateDataKey", "kms:Decrypt"), KEY);

    for (var each : read) {
      var others = read.stream().filter(other -> !other.equals(each));
      var less = allow(others.map(other -> "dynamodb:" + other).toList(), STREAM);
      assertThat(enforcement(less, sending, sealing).denial(mapping).orElseThrow())
          .contains("dynamodb:" + each + " on resource: " + STREAM);
    }
    assertThat(enforcement(reading, sealing).denial(mapping).orElseThrow())
        .contains("sqs:SendMessage", QUEUE);
    assertThat(enforcement(reading, sending).denial(mapping).orElseThrow())
        .contains("kms:GenerateDataKey", KEY);
    assertThat(enforcement(reading, sending, sealing).denial(mapping)).isEmpty();
  }

  @Test
  void streams_of_all_tables_are_listed_only_by_who_may_do_so_with_all() {
    var call = call("dynamodb", "ListStreams", "{}");

    assertThat(answer(allowing("dynamodb:ListStreams", "*"), call).status()).isEqualTo(200);
    assertThat(answer(allowing("dynamodb:ListStreams", STREAM), call).status()).isEqualTo(400);
  }

  @Test
  void what_was_never_made_use_of_is_told() {
    var enforcement =
        enforcement(
            allow(List.of("dynamodb:GetItem", "dynamodb:PutItem"), TABLE),
            allow(List.of("logs:PutLogEvents"), "*"));

    answer(enforcement, call("dynamodb", "GetItem", "{\"TableName\":\"Events\"}"));

    assertThat(enforcement.unused())
        .containsExactly(new Grant("Router", "dynamodb:PutItem", TABLE));
  }

  private static String named(String resource) {
    return resource
        .replace("STREAM", STREAM)
        .replace("TABLE", TABLE)
        .replace("QUEUE", QUEUE)
        .replace("PLAIN", PLAIN)
        .replace("KEY", KEY)
        .replace("BUS", BUS);
  }

  private Enforcement allowing(String action, String resource) {
    return enforcement(allow(List.of(action), resource));
  }

  private static PolicyStatement allow(List<String> actions, String resource) {
    return new PolicyStatement(Effect.ALLOW, actions, List.of(resource), condition("{}"));
  }

  /// The template's own, with its intrinsics resolved.
  private static List<PolicyStatement> onBus(String role) {
    return List.of(
        new PolicyStatement(
            Effect.DENY,
            List.of("events:PutEvents"),
            List.of(BUS),
            condition(
                """
                {"ForAnyValue:StringLike": {"events:source": "wasl*"},
                 "ArnNotEquals": {"aws:PrincipalArn": ["%s", "arn:aws:iam::0:role/another"]}}
                """
                    .formatted(role))));
  }

  private Enforcement enforcement(PolicyStatement... statements) {
    return enforcement(List.of(), statements);
  }

  private Enforcement enforcement(List<PolicyStatement> bus, PolicyStatement... statements) {
    var router =
        new FunctionDefinition(
            "router",
            "Router",
            "x.Handler",
            Path.of("router.zip"),
            List.of(),
            Duration.ofSeconds(1),
            128,
            1,
            false,
            Map.of(),
            Optional.of(new ExecutionRole(ROLE, List.of(statements))));
    return new Enforcement(
        new Deployment(
            List.of(router), List.of(), List.of(), List.of(), List.of(), "wasl", bus, INVENTORY),
        log::add);
  }

  private static AwsCall call(String service, String operation, String input) {
    return new AwsCall(service, operation, "Router", "POST", "/", Map.of(), bytes(input));
  }

  private static AwsCall put(String... sources) {
    var input = JSON.createObjectNode();
    var entries = input.putArray("Entries");
    for (var source : sources) {
      entries.addObject().put("EventBusName", "wasl").put("Source", source);
    }
    return call("events", "PutEvents", input.toString());
  }

  private static AwsCall s3(String method, String target) {
    var operation = method.equals("GET") ? "GetObject" : "PutObject";
    return new AwsCall("s3", operation, "Router", method, target, Map.of(), new byte[0]);
  }

  private static AwsAnswer answer(Enforcement enforcement, AwsCall call) {
    return answer(enforcement, call, 200);
  }

  private static AwsAnswer answer(Enforcement enforcement, AwsCall call, int status) {
    try {
      return enforcement.answer(call, passed -> new AwsAnswer(status, Map.of(), new byte[0]));
    } catch (IOException e) {
      throw new AssertionError("nothing is read or written", e);
    }
  }

  private static JsonNode condition(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError("the test's JSON is right", e);
    }
  }

  private static String text(AwsAnswer answer) {
    return new String(answer.body(), UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
