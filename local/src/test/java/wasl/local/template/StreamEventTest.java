package wasl.local.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

class StreamEventTest {
  private static final String EVENT = "Resources.ChangePrinter.Properties.Events.Changes.";

  @TempDir Path folder;
  private String template = "";

  @BeforeEach
  void readTheTemplate() throws IOException {
    try (InputStream in = StreamEventTest.class.getResourceAsStream("/bundle/streams.yaml")) {
      template = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void an_event_with_everything_that_is_understood_is_no_fault() throws IOException {
    assertThat(read()).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          BatchSize: 100                   | BatchSize: 0                  | BatchSize: is a number from 1 to 10000
          BatchSize: 100                   | BatchSize: many               | BatchSize: is a number from 1 to 10000
          BatchSize: 100                   | Batchsize: 100                | Batchsize: the local runtime does not know this property of DynamoDB
          MaximumBatchingWindowInSeconds: 0 | MaximumBatchingWindowInSeconds: 301 | MaximumBatchingWindowInSeconds: is a number from 0 to 300
          MaximumRetryAttempts: !Ref Retries | MaximumRetryAttempts: -2    | MaximumRetryAttempts: is a number from -1 to 10000
          MaximumRecordAgeInSeconds: 43200 | MaximumRecordAgeInSeconds: 59 | MaximumRecordAgeInSeconds: is -1 or at least 60
          ParallelizationFactor: 1         | ParallelizationFactor: 2      | ParallelizationFactor: locally a shard has one batch at a time
          StartingPosition: TRIM_HORIZON   | StartingPosition: AT_TIMESTAMP | StartingPosition: is one of [TRIM_HORIZON, LATEST]
          StartingPosition: TRIM_HORIZON   | TumblingWindowInSeconds: 3    | TumblingWindowInSeconds: the local runtime does not know this property of DynamoDB
          Stream: !GetAtt Things.StreamArn | Enabled: true                 | Stream: an event of a stream names its stream
          Stream: !GetAtt Things.StreamArn | Stream: arn:aws:dynamodb:r:0:table/Things | Stream: is no ARN of a table's stream: arn:aws:dynamodb:r:0:table/Things
          [{"exists":true}]                | [{"exist":true}]              | FilterCriteria.Filters.0.Pattern: Unrecognized match type exist
          - Pattern:                       | - Patterns:                   | FilterCriteria.Filters.0.Patterns: the local runtime does not know this property of DynamoDB
          {OnFailure: {Destination         | {OnFailure: {Type: SNS, Destination | DestinationConfig.OnFailure.Type: locally a destination is an SQS queue
          OnFailure: {Destination: !GetAtt ChangeFailed.Arn} | OnFailure: {Destination: "arn:aws:sns:r:0:x"} | DestinationConfig.OnFailure.Destination: locally a destination is an SQS queue
          {OnFailure: {Destination         | {OnSuccess: {Destination      | DestinationConfig.OnSuccess: the local runtime does not know this property of DynamoDB
          """)
  void what_lambda_or_this_machine_does_not_do_is_named(String before, String after, String fault) {
    replace(before, after);

    assertThatThrownBy(this::read)
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining(": " + EVENT + "Properties." + fault);
  }

  @Test
  void a_response_type_that_does_not_exist_is_named() {
    replace(
        "BisectBatchOnFunctionError: true\n            FunctionResponseTypes: [ReportBatchItem",
        "BisectBatchOnFunctionError: true\n            FunctionResponseTypes: [ReportItem");

    assertThatThrownBy(this::read)
        .hasMessageContaining("FunctionResponseTypes: holds ReportBatchItemFailures or nothing");
  }

  @Test
  void a_stream_of_a_table_that_has_none_is_named() {
    replace("      StreamSpecification: {StreamViewType: NEW_AND_OLD_IMAGES}\n", "");

    assertThatThrownBy(this::read)
        .hasMessageContaining(
            "Stream: GetAtt of Things.StreamArn: the table has no StreamSpecification");
  }

  private void replace(String before, String after) {
    assertThat(template).contains(before);
    template = template.replace(before, after);
  }

  private Bundle read() throws IOException {
    Path file = Files.writeString(folder.resolve("template.yaml"), template);
    return Bundle.read(file, Map.of(), Map.of());
  }
}
