package wasl.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import wasl.aws.Log;
import wasl.aws.Metric;

/// An alarm on a metric that nobody writes never rings: every name must be somebody's.
class MetricNamesTest {
  private static final TemplateYaml TEMPLATE = new TemplateYaml();

  /// What AWS writes, of what is used here, by the dimensions under which it does. From the pages
  /// "Types of metrics for Lambda functions", "Available CloudWatch metrics for Amazon SQS" and
  /// "DynamoDB metrics and dimensions" of the services' developer guides.
  private static final Map<String, Map<String, Set<Set<String>>>> OF_AWS =
      Map.of(
          "AWS/Lambda",
              Map.of(
                  "Invocations", Set.of(Set.of(), Set.of("FunctionName")),
                  "Errors", Set.of(Set.of(), Set.of("FunctionName")),
                  "Throttles", Set.of(Set.of(), Set.of("FunctionName")),
                  "Duration", Set.of(Set.of(), Set.of("FunctionName")),
                  "IteratorAge", Set.of(Set.of("FunctionName")),
                  "ConcurrentExecutions", Set.of(Set.of(), Set.of("FunctionName"))),
          "AWS/SQS",
              Map.of(
                  "ApproximateNumberOfMessagesVisible", Set.of(Set.of("QueueName")),
                  "ApproximateAgeOfOldestMessage", Set.of(Set.of("QueueName"))),
          "AWS/DynamoDB",
              Map.of(
                  "ReadThrottleEvents", Set.of(Set.of("TableName")),
                  "WriteThrottleEvents", Set.of(Set.of("TableName"))));

  private static final Map<String, String> TYPE_OF_DIMENSION =
      Map.of(
          "FunctionName", "AWS::Serverless::Function",
          "function", "AWS::Serverless::Function",
          "QueueName", "AWS::SQS::Queue",
          "TableName", "AWS::DynamoDB::Table");

  private static final Map<String, Set<String>> WRITTEN = written();

  private static final Set<String> ALARMS =
      Set.of(
          "InboundDeadLetters",
          "FanoutDeadLetters",
          "DeliveryDeadLetters",
          "RefreshDeadLetters",
          "InboundAge",
          "FanoutAge",
          "DeliveryAge",
          "RefreshAge",
          "ManagementErrors",
          "ReceiptErrors",
          "RouterErrors",
          "FanoutErrors",
          "DeliveryErrors",
          "RefreshErrors",
          "ScanErrors",
          "OauthErrors",
          "ChangeErrors",
          "ChangeAge",
          "ChangeFailedDeadLetters",
          "ChangeFailedAge",
          "SignatureFailures",
          "UnstoredWebhooks",
          "DeadEvents",
          "Throttles",
          "Concurrency",
          "ScanSilent");

  static Stream<String> alarms() {
    return TEMPLATE.all("AWS::CloudWatch::Alarm").keySet().stream();
  }

  static Stream<MetricUse> uses() throws Exception {
    List<MetricUse> uses = new ArrayList<>(onDashboard());
    TEMPLATE.all("AWS::CloudWatch::Alarm").values().stream()
        .flatMap(alarm -> MetricUse.ofAlarm(alarm).stream())
        .forEach(uses::add);
    return uses.stream().distinct();
  }

  @Test
  void the_alarms_are_those_that_the_operations_page_explains() {
    assertThat(alarms()).containsExactlyInAnyOrderElementsOf(ALARMS);
  }

  @ParameterizedTest
  @MethodSource("alarms")
  void an_alarm_says_what_it_means_and_where_to_read_on(String id) throws Exception {
    JsonNode alarm = TEMPLATE.properties(id);
    String anchor = id.toLowerCase(Locale.ROOT);

    assertThat(alarm.path("AlarmName").path("Fn::Sub").asText())
        .isEqualTo("${AWS::StackName}-" + id);
    assertThat(alarm.path("AlarmDescription").asText())
        .matches("[A-Z].{20,}\\. See docs/operations\\.md#" + anchor);
    assertThat(alarm.path("TreatMissingData").asText())
        .isEqualTo(id.equals("ScanSilent") ? "breaching" : "notBreaching");
    assertThat(alarm.at("/AlarmActions/Fn::If/0").asText()).isEqualTo("HasAlarmTopic");

    assertThat(Files.readString(TemplateYaml.ROOT.resolve("docs/operations.md")))
        .containsPattern("(?im)^#+ " + id + "\\b");
  }

  @ParameterizedTest
  @MethodSource("uses")
  void a_metric_that_is_looked_at_is_written_by_someone(MetricUse use) {
    if (!use.namespace().equals(Log.NAMESPACE)) {
      assertThat(OF_AWS.getOrDefault(use.namespace(), Map.of()).getOrDefault(use.name(), Set.of()))
          .contains(use.dimensions().keySet());
    } else {
      assertThat(use.dimensions()).containsOnlyKeys("function");
      assertThat(WRITTEN.get(use.dimensions().get("function"))).contains(use.name());
    }
    use.dimensions()
        .forEach((dimension, id) ->
            assertThat(TEMPLATE.resource(id).path("Type").asText())
                .isEqualTo(TYPE_OF_DIMENSION.get(dimension)));
  }

  @Test
  void the_dashboard_shows_every_metric_that_the_code_writes() throws Exception {
    assertThat(
            onDashboard().stream()
                .filter(use -> use.namespace().equals(Log.NAMESPACE))
                .map(MetricUse::name))
        .containsAll(Arrays.stream(Metric.values()).map(Metric::cloudWatchName).toList());
  }

  /// Up to 50 metrics, and three of them in an account, CloudWatch takes nothing for a dashboard;
  /// an alarm costs $0.10 a month for each metric that it looks at.
  @Test
  void watching_costs_at_most_4_dollars_and_50_cents_a_month() throws Exception {
    assertThat(onDashboard()).hasSizeLessThanOrEqualTo(50);
    assertThat(
            TEMPLATE.all("AWS::CloudWatch::Alarm").values().stream()
                .mapToInt(alarm -> MetricUse.ofAlarm(alarm).size())
                .sum())
        .isLessThanOrEqualTo(45);
  }

  private static List<MetricUse> onDashboard() throws Exception {
    String body = TEMPLATE.properties("Dashboard").path("DashboardBody").path("Fn::Sub").asText();
    // The one number that a parameter gives; all else that is substituted stands in quotes.
    JsonNode board = new ObjectMapper().readTree(body.replace(": ${AccountConcurrency}", ": 1000"));
    return board
        .path("widgets")
        .valueStream()
        .flatMap(widget -> widget.path("properties").path("metrics").valueStream())
        .map(MetricUse::ofDashboard)
        .toList();
  }

  private static Map<String, Set<String>> written() {
    List<Path> classes = new ArrayList<>();
    classes.add(TemplateYaml.ROOT.resolve("layers/aws/target/classes"));
    TEMPLATE.functions().keySet().stream()
        .map(function ->
            TemplateYaml.ROOT.resolve("functions").resolve(TemplateYaml.kebab(function)))
        .forEach(module -> classes.add(module.resolve("target/classes")));
    JavaClasses all = new ClassFileImporter().importPaths(classes);
    Map<String, Set<String>> written = new TreeMap<>();
    TEMPLATE
        .functions()
        .forEach((function, properties) ->
            written.put(function, writtenFrom(properties.path("Handler").asText(), all)));
    return written;
  }

  /// The metrics that a function's own classes count, and the classes of the layer that it uses.
  private static Set<String> writtenFrom(String handler, JavaClasses all) {
    String ownPackage = handler.substring(0, handler.lastIndexOf('.'));
    Set<String> metrics = new TreeSet<>();
    Set<JavaClass> seen = new HashSet<>();
    Deque<JavaClass> next = new ArrayDeque<>();
    all.stream().filter(type -> type.getPackageName().equals(ownPackage)).forEach(next::add);
    while (!next.isEmpty()) {
      JavaClass type = next.pop();
      if (!seen.add(type)) {
        continue;
      }
      type.getFieldAccessesFromSelf().stream()
          .filter(access -> access.getTargetOwner().isEquivalentTo(Metric.class))
          .map(access -> Metric.valueOf(access.getName()).cloudWatchName())
          .forEach(metrics::add);
      type.getDirectDependenciesFromSelf().stream()
          .map(dependency -> dependency.getTargetClass())
          .filter(target -> target.getPackageName().startsWith("wasl.aws"))
          .filter(target -> !target.isEquivalentTo(Metric.class))
          .filter(target -> all.contain(target.getName()))
          .forEach(next::add);
    }
    return metrics;
  }
}
