package wasl.template;

import static org.assertj.core.api.Assertions.assertThat;
import static wasl.template.TemplateYaml.each;
import static wasl.template.TemplateYaml.getAtt;
import static wasl.template.TemplateYaml.ref;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DataRulesTest {
  private static final TemplateYaml TEMPLATE = new TemplateYaml();

  /// Nobody reads it, so nothing can fail five times.
  private static final String PRIME = "Prime";

  static Stream<String> queues() {
    return TEMPLATE.all("AWS::SQS::Queue").keySet().stream();
  }

  static Stream<String> workQueues() {
    return queues().filter(id -> !id.endsWith("Dead") && !id.equals(PRIME));
  }

  static Stream<String> deadLetterQueues() {
    return queues().filter(id -> id.endsWith("Dead"));
  }

  static Stream<String> dataThatStays() {
    return Stream.of("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::KMS::Key")
        .flatMap(type -> TEMPLATE.all(type).keySet().stream());
  }

  @ParameterizedTest
  @MethodSource("workQueues")
  void a_message_that_failed_five_times_goes_to_the_queue_s_own_dead_letters(String queue) {
    JsonNode properties = TEMPLATE.properties(queue);

    assertThat(getAtt(properties.at("/RedrivePolicy/deadLetterTargetArn"), "Arn"))
        .isEqualTo(queue + "Dead");
    assertThat(properties.at("/RedrivePolicy/maxReceiveCount").asInt()).isEqualTo(5);
    assertThat(properties.at("/RedriveAllowPolicy/redrivePermission").asText())
        .isEqualTo("denyAll");
  }

  @ParameterizedTest
  @MethodSource("deadLetterQueues")
  void dead_letters_come_from_one_queue_and_are_kept_for_fourteen_days(String queue) {
    JsonNode properties = TEMPLATE.properties(queue);
    String source = queue.replaceAll("Dead$", "");

    assertThat(properties.at("/RedriveAllowPolicy/redrivePermission").asText())
        .isEqualTo("byQueue");
    assertThat(properties.at("/RedriveAllowPolicy/sourceQueueArns"))
        .singleElement()
        .satisfies(arn -> assertThat(arn.path("Fn::Sub").asText()).endsWith(nameOf(source)));
    assertThat(properties.path("MessageRetentionPeriod").asInt()).isEqualTo(14 * 86_400);
  }

  @ParameterizedTest
  @MethodSource("deadLetterQueues")
  void the_first_dead_letter_rings(String queue) {
    JsonNode alarm = TEMPLATE.properties(queue + "Letters");

    assertThat(MetricUse.ofAlarm(alarm))
        .containsExactly(
            new MetricUse(
                "AWS/SQS", "ApproximateNumberOfMessagesVisible", Map.of("QueueName", queue)));
    assertThat(alarm.path("ComparisonOperator").asText()).isEqualTo("GreaterThanThreshold");
    assertThat(alarm.path("Threshold").asInt(-1)).isZero();
  }

  @ParameterizedTest
  @MethodSource("workQueues")
  void a_message_that_waits_rings(String queue) {
    assertThat(MetricUse.ofAlarm(TEMPLATE.properties(queue + "Age")))
        .containsExactly(
            new MetricUse("AWS/SQS", "ApproximateAgeOfOldestMessage", Map.of("QueueName", queue)));
  }

  @ParameterizedTest
  @MethodSource("queues")
  void a_queue_is_encrypted_by_our_key_and_refuses_what_comes_in_the_clear(String queue) {
    JsonNode properties = TEMPLATE.properties(queue);
    assertThat(getAtt(properties.path("KmsMasterKeyId"), "Arn")).isEqualTo("Key");
    assertThat(properties.path("KmsDataKeyReusePeriodSeconds").asInt()).isEqualTo(3600);

    List<JsonNode> policies =
        TEMPLATE.all("AWS::SQS::QueuePolicy").values().stream()
            .filter(policy -> each(policy.path("Queues")).anyMatch(id -> ref(id).equals(queue)))
            .toList();
    // A second policy would replace the first.
    assertThat(policies).hasSize(1);
    assertThat(deniesInsecureTransport(policies.get(0), "sqs:*")).isTrue();
  }

  @ParameterizedTest
  @MethodSource("dataThatStays")
  void data_outlives_the_stack(String id) {
    assertThat(TEMPLATE.resource(id).path("DeletionPolicy").asText()).isEqualTo("Retain");
    assertThat(TEMPLATE.resource(id).path("UpdateReplacePolicy").asText()).isEqualTo("Retain");
  }

  @Test
  void no_table_can_be_deleted_and_the_long_lived_one_can_be_restored() {
    Map<String, JsonNode> tables = TEMPLATE.all("AWS::DynamoDB::Table");
    assertThat(tables).containsOnlyKeys("Connections", "Events", "Keys");
    tables.forEach((id, table) -> {
      assertThat(table.path("DeletionProtectionEnabled").asBoolean()).isTrue();
      assertThat(
              table.at("/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled").asBoolean())
          .isEqualTo(id.equals("Connections"));
      assertThat(table.path("BillingMode").asText()).isEqualTo("PAY_PER_REQUEST");
    });
  }

  @Test
  void the_bucket_is_closed_and_forgets() {
    JsonNode bucket = TEMPLATE.properties("Bodies");

    assertThat(bucket.path("PublicAccessBlockConfiguration"))
        .hasSize(4)
        .allMatch(JsonNode::booleanValue);
    assertThat(bucket.at("/OwnershipControls/Rules/0/ObjectOwnership").asText())
        .isEqualTo("BucketOwnerEnforced");
    assertThat(ref(bucket.at("/LifecycleConfiguration/Rules/0/ExpirationInDays")))
        .isEqualTo("BodyRetentionDays");
    assertThat(deniesInsecureTransport(TEMPLATE.properties("BodiesPolicy"), "s3:*")).isTrue();
  }

  @Test
  void every_log_group_is_encrypted_and_forgets() {
    assertThat(TEMPLATE.all("AWS::Logs::LogGroup"))
        .allSatisfy((id, group) -> {
          assertThat(getAtt(group.path("KmsKeyId"), "Arn")).isEqualTo("Key");
          assertThat(ref(group.path("RetentionInDays"))).isEqualTo("LogRetentionDays");
          // What the key's policy lets the log service encrypt.
          assertThat(group.at("/LogGroupName/Fn::Sub").asText())
              .matches("/aws/(lambda|vendedlogs)/\\$\\{AWS::StackName}/[a-z-]+");
        });
  }

  @Test
  void the_key_turns_and_every_service_that_may_use_it_is_held_to_this_stack() {
    JsonNode key = TEMPLATE.properties("Key");
    assertThat(key.path("EnableKeyRotation").asBoolean()).isTrue();
    assertThat(key.at("/KeyPolicy/Statement"))
        .filteredOn(statement -> statement.path("Principal").has("Service"))
        .hasSize(2)
        .allSatisfy(statement -> {
          assertThat(each(statement.path("Action")).map(JsonNode::asText))
              .allMatch(action -> action.matches("kms:[A-Za-z]+"));
          assertThat(statement.path("Condition").findValues("Fn::Sub"))
              .isNotEmpty()
              .allMatch(arn -> arn.asText().contains("${AWS::AccountId}:"))
              .allMatch(arn -> arn.asText().contains("${AWS::StackName}"));
        });
  }

  @Test
  void only_functions_that_put_events_speak_for_wasl_on_the_bus() {
    JsonNode statement = TEMPLATE.properties("BusPolicy").path("Statement");
    Set<String> mayPut =
        TEMPLATE.functions().keySet().stream()
            .filter(function ->
                TEMPLATE.statements(function).stream()
                    .flatMap(each -> each(each.path("Action")))
                    .anyMatch(action -> action.asText().equals("events:PutEvents")))
            .map(function -> function + "Role")
            .collect(java.util.stream.Collectors.toSet());

    assertThat(statement.path("Effect").asText()).isEqualTo("Deny");
    assertThat(each(statement.at("/Condition/ArnNotEquals/aws:PrincipalArn")))
        .extracting(role -> getAtt(role, "Arn"))
        .containsExactlyInAnyOrderElementsOf(mayPut);
  }

  private static String nameOf(String queue) {
    return TEMPLATE.properties(queue).at("/QueueName/Fn::Sub").asText();
  }

  private static boolean deniesInsecureTransport(JsonNode policy, String actions) {
    return policy
        .at("/PolicyDocument/Statement")
        .valueStream()
        .anyMatch(statement ->
            statement.path("Effect").asText().equals("Deny")
                && statement.path("Principal").asText().equals("*")
                && statement.path("Action").asText().equals(actions)
                && statement.at("/Condition/Bool/aws:SecureTransport").asText().equals("false"));
  }
}
