package wasl.template;

import static org.assertj.core.api.Assertions.assertThat;
import static wasl.template.TemplateYaml.each;
import static wasl.template.TemplateYaml.getAtt;
import static wasl.template.TemplateYaml.kebab;
import static wasl.template.TemplateYaml.ref;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FunctionRulesTest {
  private static final TemplateYaml TEMPLATE = new TemplateYaml();

  /// Actions for which AWS has no resource to name.
  private static final Set<String> WITHOUT_RESOURCE =
      Set.of("xray:PutTraceSegments", "xray:PutTelemetryRecords");

  /// Functions that no trace follows, each with its reason in the template.
  private static final Set<String> UNTRACED = Set.of("DueScan");

  private static final Set<String> CALLS_TOKEN_ENDPOINTS =
      Set.of("ManagementApi", "OauthCallback", "TokenRefresh");

  static Stream<String> functions() {
    return TEMPLATE.functions().keySet().stream();
  }

  @Test
  void there_is_a_function_for_each_module_and_a_module_for_each_function() {
    List<String> modules =
        Stream.of(TemplateYaml.ROOT.resolve("functions").toFile().listFiles())
            .filter(folder -> folder.toPath().resolve("pom.xml").toFile().exists())
            .map(folder -> folder.getName())
            .sorted()
            .toList();

    assertThat(functions().map(TemplateYaml::kebab)).containsExactlyInAnyOrderElementsOf(modules);
  }

  @ParameterizedTest
  @MethodSource("functions")
  void runs_behind_an_alias_that_every_change_moves(String function) {
    assertThat(TEMPLATE.of(function, "AutoPublishAlias").asText()).isEqualTo("live");
    assertThat(TEMPLATE.of(function, "AutoPublishAliasAllProperties").asBoolean()).isTrue();
    assertThat(TEMPLATE.properties("Layer").path("PublishLambdaVersion").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("functions")
  void is_deployed_step_by_step_and_rolled_back_by_an_alarm_on_its_own_errors(String function) {
    JsonNode preference = TEMPLATE.properties(function).path("DeploymentPreference");
    assertThat(ref(preference.path("Type"))).isEqualTo("DeploymentType");
    assertThat(preference.path("Alarms")).hasSize(1);

    JsonNode alarm = TEMPLATE.properties(ref(preference.path("Alarms").path(0)));
    assertThat(MetricUse.ofAlarm(alarm))
        .contains(new MetricUse("AWS/Lambda", "Errors", Map.of("FunctionName", function)));
  }

  @ParameterizedTest
  @MethodSource("functions")
  void writes_to_a_log_group_of_its_own_encrypted_and_not_kept_for_ever(String function) {
    String group = ref(TEMPLATE.properties(function).path("LoggingConfig").path("LogGroup"));
    assertThat(group).isEqualTo(function + "Logs");
    JsonNode logs = TEMPLATE.properties(group);

    assertThat(logs.path("LogGroupName").path("Fn::Sub").asText())
        .isEqualTo("/aws/lambda/${AWS::StackName}/" + kebab(function));
    assertThat(ref(logs.path("RetentionInDays"))).isEqualTo("LogRetentionDays");
    assertThat(getAtt(logs.path("KmsKeyId"), "Arn")).isEqualTo("Key");
  }

  @ParameterizedTest
  @MethodSource("functions")
  void is_traced_on_request(String function) {
    boolean never = UNTRACED.contains(function);
    JsonNode tracing = TEMPLATE.of(function, "Tracing");

    assertThat(never ? tracing.asText() : ref(tracing))
        .isEqualTo(never ? "PassThrough" : "Tracing");
    assertThat(actions(function).anyMatch("xray:PutTraceSegments"::equals)).isEqualTo(!never);
  }

  @ParameterizedTest
  @MethodSource("functions")
  void has_a_role_of_its_own_for_lambda_alone_and_without_policies_of_aws(String function) {
    String role = getAtt(TEMPLATE.properties(function).path("Role"), "Arn");
    assertThat(role).isEqualTo(function + "Role");
    JsonNode properties = TEMPLATE.properties(role);

    assertThat(properties.path("AssumeRolePolicyDocument").path("Statement")).hasSize(1);
    assertThat(properties.at("/AssumeRolePolicyDocument/Statement/0/Principal/Service").asText())
        .isEqualTo("lambda.amazonaws.com");
    assertThat(properties.has("ManagedPolicyArns")).isFalse();
    assertThat(TEMPLATE.properties(function).has("Policies")).isFalse();
  }

  @ParameterizedTest
  @MethodSource("functions")
  void may_do_named_things_with_named_resources(String function) {
    assertThat(TEMPLATE.statements(function)).isNotEmpty();
    for (JsonNode statement : TEMPLATE.statements(function)) {
      List<String> actions = each(statement.path("Action")).map(JsonNode::asText).toList();
      assertThat(statement.path("Effect").asText()).isEqualTo("Allow");
      assertThat(actions).allMatch(action -> action.matches("[a-z0-9]+:[A-Za-z]+"));
      if (!WITHOUT_RESOURCE.containsAll(actions)) {
        assertThat(each(statement.path("Resource"))).allMatch(FunctionRulesTest::isNamed);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("functions")
  void may_take_messages_from_its_own_queue_alone(String function) {
    List<String> mayTakeFrom =
        TEMPLATE.statements(function).stream()
            .filter(statement ->
                each(statement.path("Action"))
                    .anyMatch(action -> action.asText().equals("sqs:ReceiveMessage")))
            .flatMap(statement -> each(statement.path("Resource")))
            .map(resource -> getAtt(resource, "Arn"))
            .toList();

    assertThat(mayTakeFrom)
        .isEqualTo(
            events(function, "SQS").map(event -> getAtt(event.path("Queue"), "Arn")).toList());
  }

  @ParameterizedTest
  @MethodSource("functions")
  void a_message_stays_hidden_for_six_times_as_long_as_its_function_may_run(String function) {
    events(function, "SQS")
        .forEach(event -> {
          JsonNode queue = TEMPLATE.properties(getAtt(event.path("Queue"), "Arn"));
          assertThat(queue.path("VisibilityTimeout").asInt())
              .isEqualTo(6 * TEMPLATE.of(function, "Timeout").asInt());
          assertThat(event.path("FunctionResponseTypes").path(0).asText())
              .isEqualTo("ReportBatchItemFailures");
          assertThat(ref(event.path("ScalingConfig").path("MaximumConcurrency")))
              .isEqualTo("QueueConcurrency");
        });
  }

  @Test
  void what_a_stream_tells_in_vain_is_set_aside_while_the_stream_still_has_it() {
    assertThat(functions().flatMap(function -> events(function, "DynamoDB")))
        .singleElement()
        .satisfies(event -> {
          assertThat(getAtt(event.path("Stream"), "StreamArn")).isEqualTo("Connections");
          assertThat(event.path("FunctionResponseTypes").path(0).asText())
              .isEqualTo("ReportBatchItemFailures");
          assertThat(event.path("BisectBatchOnFunctionError").asBoolean()).isTrue();
          assertThat(event.path("MaximumRetryAttempts").asInt()).isBetween(5, 20);
          // What waits longer waits in the queue; the stream has everything for 24 hours.
          assertThat(event.path("MaximumRecordAgeInSeconds").asInt()).isBetween(60, 4 * 3600);
          assertThat(getAtt(event.at("/DestinationConfig/OnFailure/Destination"), "Arn"))
              .isEqualTo("ChangeFailed");
          assertThat(event.at("/FilterCriteria/Filters/0/Pattern").asText())
              .contains("\"change\"", "\"exists\":true");
        });
  }

  @ParameterizedTest
  @MethodSource("functions")
  void starts_from_a_snapshot_with_a_whole_processor_where_someone_waits(String function) {
    boolean someoneWaits = events(function, "HttpApi").findAny().isPresent();

    assertThat(TEMPLATE.of(function, "SnapStart").path("ApplyOn").asText().isEmpty())
        .isEqualTo(!someoneWaits);
    if (someoneWaits) {
      assertThat(TEMPLATE.of(function, "MemorySize").asInt()).isEqualTo(1769);
      // API Gateway waits for 30 seconds: the function's own answer must come before. But a token
      // call that took its 27 seconds is followed by a save, which no timeout may cut off.
      assertThat(TEMPLATE.of(function, "Timeout").asInt())
          .isEqualTo(CALLS_TOKEN_ENDPOINTS.contains(function) ? 45 : 15);
    }
  }

  @ParameterizedTest
  @MethodSource("functions")
  void takes_no_share_of_the_account_for_itself(String function) {
    assertThat(TEMPLATE.properties(function).has("ReservedConcurrentExecutions")).isFalse();
    assertThat(TEMPLATE.properties(function).has("ProvisionedConcurrencyConfig")).isFalse();
  }

  @ParameterizedTest
  @MethodSource("functions")
  void has_an_event_to_be_tried_with(String function) {
    assertThat(TemplateYaml.ROOT.resolve("events/" + kebab(function) + ".json")).isRegularFile();
  }

  @Test
  void the_access_log_never_holds_the_path_since_its_end_is_a_secret() {
    String format = TEMPLATE.properties("Api").at("/AccessLogSettings/Format").asText();

    assertThat(format.split("\\$context\\.", -1))
        .extracting(part -> part.replaceAll("[^A-Za-z.].*", ""))
        .containsExactly(
            "",
            "requestId",
            "routeKey",
            "status",
            "responseLatency",
            "integrationLatency",
            "error.message");
  }

  private static Stream<String> actions(String function) {
    return TEMPLATE.statements(function).stream()
        .flatMap(statement -> each(statement.path("Action")))
        .map(JsonNode::asText);
  }

  private static Stream<JsonNode> events(String function, String type) {
    return TEMPLATE
        .properties(function)
        .path("Events")
        .valueStream()
        .filter(event -> event.path("Type").asText().equals(type))
        .map(event -> event.path("Properties"));
  }

  /// A resource of this template, one index or the stream of a table, or the objects of the bucket.
  private static boolean isNamed(JsonNode resource) {
    String sub = resource.path("Fn::Sub").asText();
    return !getAtt(resource, "Arn").isEmpty()
        || !getAtt(resource, "StreamArn").isEmpty()
        || sub.matches("\\$\\{[A-Za-z]+\\.Arn}/index/[a-z]+")
        || sub.equals("${Bodies.Arn}/*");
  }
}
