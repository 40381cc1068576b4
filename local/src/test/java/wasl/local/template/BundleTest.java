package wasl.local.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BundleTest {
  @TempDir Path folder;
  private String template = "";

  @BeforeEach
  void readTheTemplate() throws IOException {
    try (InputStream in = BundleTest.class.getResourceAsStream("/bundle/template.yaml")) {
      template = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void the_bundle_s_own_template_runs_locally() {
    Bundle bundle = Bundle.read(Path.of("../template.yaml"), Map.of(), Map.of());

    assertThat(bundle.queues("eu-west-1").keySet())
        .containsExactlyInAnyOrder(
            "wasl-Inbound",
            "wasl-InboundDead",
            "wasl-Fanout",
            "wasl-FanoutDead",
            "wasl-Delivery",
            "wasl-DeliveryDead",
            "wasl-Refresh",
            "wasl-RefreshDead",
            "wasl-ChangeFailed",
            "wasl-ChangeFailedDead",
            "wasl-Prime");
  }

  @Test
  void a_queue_is_known_with_its_attributes_before_it_exists() {
    assertThat(read(Map.of()).queues("eu-west-1").get("wasl-Work"))
        .containsOnly(
            Map.entry("VisibilityTimeout", "3"),
            Map.entry(
                "RedrivePolicy",
                "{\"deadLetterTargetArn\":\"arn:aws:sqs:eu-west-1:000000000000:wasl-Dead\",\"maxReceiveCount\":2}"));
  }

  @Test
  void an_unknown_resource_type_is_named_with_its_place() {
    replace("Type: AWS::S3::Bucket", "Type: AWS::Neptune::DBCluster");

    assertThat(faults())
        .isEqualTo(
            "template.yaml:88: Resources.Files.Type: the local runtime does not know the resource"
                + " type AWS::Neptune::DBCluster");
  }

  @Test
  void an_unknown_intrinsic_is_named_with_its_place() {
    replace("VisibilityTimeout: 3", "VisibilityTimeout: !FindInMap [A, B, C]");

    assertThat(faults())
        .isEqualTo(
            "template.yaml:62: Resources.Work.Properties.VisibilityTimeout: the local runtime does"
                + " not know the intrinsic Fn::FindInMap");
  }

  @Test
  void an_intrinsic_in_its_long_form_is_checked_too() {
    replace("VisibilityTimeout: 3", "VisibilityTimeout: {\"Fn::ImportValue\": x}");

    assertThat(faults()).contains("does not know the intrinsic Fn::ImportValue");
  }

  @Test
  void an_unknown_property_is_a_fault_and_no_silence() {
    replace("VisibilityTimeout: 3", "VisibilityTimeOut: 3");

    assertThat(faults())
        .contains(
            "VisibilityTimeOut: the local runtime does not know this property of AWS::SQS::Queue");
  }

  @Test
  void an_unknown_event_source_is_named() {
    replace("Type: SQS", "Type: Kinesis");

    assertThat(faults()).contains("Worker.Properties.Events.Messages.Type", "event source Kinesis");
  }

  @Test
  void a_reference_to_nothing_is_named() {
    replace("QUEUE: !Ref Work", "QUEUE: !Sub \"x-${Wrok}\"");

    assertThat(faults()).contains("Ref to Wrok, which is neither parameter nor resource");
  }

  @Test
  void an_attribute_that_does_not_exist_is_named() {
    replace("BUS: !GetAtt Bus.Name", "BUS: !GetAtt Bus.Nmae");

    assertThat(faults()).contains("GetAtt of Bus.Nmae: the local runtime knows [Arn, Name]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          !Equals [!Ref Loud]                        | Fn::Equals compares two values
          !Equals [!Ref Laud, "true"]                | Ref to Laud, which is neither parameter nor resource
          !Not [!Condition IsLoad]                   | there is no condition IsLoad
          !Not [!Condition IsLoud]                   | the condition IsLoud refers to itself
          !Or [!Equals [a, b]]                       | Fn::Or takes two to ten conditions
          !Sub "${Loud}"                             | a condition is one of Fn::Equals, Fn::Not
          "true"                                     | a condition is one of Fn::Equals, Fn::Not
          """)
  void a_condition_that_is_none_is_named(String test, String fault) {
    replace("!Equals [!Ref Loud, \"true\"]", test);

    assertThat(faults()).startsWith("template.yaml:10: Conditions.IsLoud").contains(fault);
  }

  @ParameterizedTest
  @ValueSource(strings = {"AWS::S3::Bucket", "AWS::CloudWatch::Alarm"})
  void a_resource_whose_condition_does_not_exist_is_named(String type) {
    replace("Type: AWS::S3::Bucket", "Type: " + type + "\n    Condition: IsQuiet");

    assertThat(faults())
        .isEqualTo("template.yaml:89: Resources.Files.Condition: there is no condition IsQuiet");
  }

  @Test
  void a_queue_s_name_may_be_made_of_the_stack_s() {
    replace(
        "VisibilityTimeout: 3",
        "VisibilityTimeout: 3\n"
            + "      QueueName: !If [IsLoud, LOUD, !Sub \"${AWS::StackName}-quiet\"]");

    assertThat(read(Map.of()).queues("eu-west-1")).containsOnlyKeys("wasl-quiet", "wasl-Dead");
    assertThat(read(Map.of("Loud", "true")).queues("eu-west-1"))
        .containsOnlyKeys("LOUD", "wasl-Dead");
  }

  @Test
  void what_a_function_may_do_stands_in_its_role_alone() {
    replace(
        "Type: AWS::S3::Bucket",
        "Type: AWS::IAM::Role\n"
            + "    Properties: {ManagedPolicyArns: [\"arn:aws:iam::aws:policy/X\"]}");
    replace("QUEUE: !Ref Work", "QUEUE: !Ref Work\n    Policies: [AWSLambdaExecute]");

    assertThat(faults())
        .contains("Globals.Function.Policies: the local runtime does not know this property")
        .contains("Files.Properties.ManagedPolicyArns: the local runtime does not know");
  }

  @Test
  void settings_of_no_route_and_settings_that_are_unknown_are_named() {
    replace(
        "Type: AWS::Serverless::HttpApi",
        """
        Type: AWS::Serverless::HttpApi
            Properties:
              DefaultRouteSettings: {ThrottlingRateLimit: !Ref Days, LoggingLevel: INFO}
              RouteSettings:
                ANY /v1/{proxy+}: {ThrottlingBurstLimit: 5}
                GET /v1/{proxy+}: {ThrottlingBurstLimit: 5}\
        """);

    assertThat(faults())
        .isEqualTo(
            """
            template.yaml:31: Resources.Api.Properties.DefaultRouteSettings.LoggingLevel: the local\
             gateway does not know this setting
            template.yaml:34: Resources.Api.Properties.RouteSettings.GET /v1/{proxy+}: is no route;\
             routes are [ANY /v1/{proxy+}]\
            """);
  }

  @Test
  void all_faults_are_told_at_once() {
    replace("Type: AWS::S3::Bucket", "Type: AWS::Neptune::DBCluster");
    replace("VisibilityTimeout: 3", "VisibilityTimeout: !FindInMap [A, B, C]");

    TemplateException refused =
        catchThrowableOfType(
            TemplateException.class, () -> read(Map.of("Days", "31", "Colour", "red")));

    assertThat(refused.faults()).hasSize(4);
  }

  @Test
  void a_key_that_stands_twice_is_a_fault() {
    replace("VisibilityTimeout: 3", "VisibilityTimeout: 3\n      VisibilityTimeout: 4");

    assertThat(faults()).contains("Resources.Work.Properties.VisibilityTimeout: stands twice");
  }

  @Test
  void broken_yaml_is_told_with_its_line() {
    replace("Files:", "Files: {");

    assertThat(faults()).contains("line 87, column 10");
  }

  @Test
  void each_bad_parameter_is_named_with_what_it_allows() {
    assertThatThrownBy(() -> read(Map.of("Days", "31", "Loud", "yes", "Colour", "red")))
        .isInstanceOf(TemplateException.class)
        .hasMessage(
            """
            parameter Days: "31" is more than 30
            parameter Loud: "yes" is none of ["true","false"]
            parameter Colour: the template has none of this name; it has Greeting, Days, Loud\
            """);
  }

  @Test
  void an_empty_value_is_a_value() {
    assertThatThrownBy(() -> read(Map.of("Days", "")))
        .hasMessage("parameter Days: \"\" is no number");
    assertThat(read(Map.of("Greeting", ""))).isNotNull();
  }

  @Test
  void a_local_default_for_a_parameter_that_the_template_lacks_is_no_fault() throws IOException {
    assertThat(Bundle.read(written(), Map.of(), Map.of("EgressAllow", "::1/128"))).isNotNull();
  }

  private void replace(String before, String after) {
    assertThat(template).contains(before);
    template = template.replace(before, after);
  }

  private String faults() {
    TemplateException refused = catchThrowableOfType(TemplateException.class, () -> read(Map.of()));
    assertThat(refused).isNotNull();
    return String.join("\n", refused.faults());
  }

  private Bundle read(Map<String, String> parameters) {
    try {
      return Bundle.read(written(), parameters, Map.of());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Path written() throws IOException {
    return Files.writeString(folder.resolve("template.yaml"), template);
  }
}
