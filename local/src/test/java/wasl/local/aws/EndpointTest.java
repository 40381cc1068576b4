package wasl.local.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(AwsStack.Shared.class)
@Tag("aws-stack")
class EndpointTest {
  private final AwsStack stack;

  EndpointTest(AwsStack stack) {
    this.stack = stack;
  }

  @Test
  void health_names_every_part() throws Exception {
    HttpResponse<String> health =
        stack.send(HttpRequest.newBuilder(stack.endpoint().resolve("/_wasl/health")).build());

    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(health.body())
        .isEqualTo(
            "{\"services\":{\"dynamodb\":\"up\",\"events\":\"up\",\"kms\":\"up\",\"s3\":\"up\","
                + "\"sqs\":\"up\"},\"up\":true}");
  }

  @Test
  void a_service_that_is_not_there_is_named() throws Exception {
    HttpResponse<String> refused =
        stack.send(
            HttpRequest.newBuilder(stack.endpoint())
                .header(
                    "Authorization",
                    "AWS4-HMAC-SHA256 Credential=a/20261120/eu-west-1/lambda/aws4_request,"
                        + " SignedHeaders=host, Signature=0")
                .POST(BodyPublishers.ofString("{}"))
                .build());

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("UnknownServiceException").contains("lambda");
  }

  @Test
  void an_unsigned_request_is_known_by_its_operation() throws Exception {
    assertThat(call("TrentService.ListKeys").body()).contains("Keys");
    assertThat(call("DynamoDB_20120810.ListTables").body()).contains("TableNames");
    assertThat(call("DynamoDBStreams_20120810.ListStreams").body()).contains("Streams");
    assertThat(call("AmazonSQS.ListQueues").body()).contains("QueueUrls");
    assertThat(call("AWSEvents.ListEventBuses").body()).contains("EventBuses");
  }

  @Test
  void an_operation_that_is_not_there_is_named() throws Exception {
    assertThat(call("TrentService.Sign").body())
        .contains("UnknownOperationException")
        .contains("Sign");
  }

  @Test
  void a_body_that_is_no_json_is_refused() throws Exception {
    HttpResponse<String> refused =
        stack.send(
            HttpRequest.newBuilder(stack.endpoint())
                .header("X-Amz-Target", "TrentService.Encrypt")
                .POST(BodyPublishers.ofString("{"))
                .build());

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("SerializationException");
  }

  private HttpResponse<String> call(String target) throws Exception {
    return stack.send(
        HttpRequest.newBuilder(stack.endpoint())
            .header("X-Amz-Target", target)
            .header("Content-Type", "application/x-amz-json-1.0")
            .POST(BodyPublishers.ofString("{}"))
            .build());
  }
}
