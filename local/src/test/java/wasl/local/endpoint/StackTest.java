package wasl.local.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// CloudFormation's answers as AWS writes them; moto's are met in `wasl.moto`.
class StackTest {
  private HttpServer server;
  private AwsEndpoint aws;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", StackTest::answer);
    server.start();
    aws =
        new AwsEndpoint(
            URI.create("http://127.0.0.1:" + server.getAddress().getPort()), "eu-central-1");
  }

  @AfterEach
  void stop() {
    aws.close();
    server.stop(0);
  }

  @Test
  void resources_of_all_pages_are_known_but_none_that_is_deleted() {
    assertThat(Stack.named("wasl-dev", aws))
        .isEqualTo(
            new Stack(
                "wasl-dev",
                "123456789012",
                Map.of(
                    "Inbound", "https://sqs.eu-central-1.amazonaws.com/123456789012/wasl-dev-In",
                    "ToFanout", "wasl-dev|wasl-dev-ToFanout-1A",
                    "Bus", "")));
  }

  @Test
  void an_unknown_stack_is_a_fault_in_cloudformation_s_own_words() {
    assertThatThrownBy(() -> Stack.named("a&b=c", aws))
        .isInstanceOf(AwsFault.class)
        .hasMessage("ValidationError: DescribeStacks: Stack with id a&b=c does not exist");
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var asked = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      boolean known = asked.contains("StackName=wasl-dev");
      var answer = known ? known(asked) : refusal(asked);
      var bytes = answer.getBytes(UTF_8);
      exchange.sendResponseHeaders(known ? 200 : 400, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private static String refusal(String asked) {
    assertThat(asked).contains("StackName=a%26b%3Dc");
    return """
    <ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
      <Error><Type>Sender</Type><Code>ValidationError</Code>
        <Message>Stack with id a&amp;b=c does not exist</Message></Error>
      <RequestId>1</RequestId>
    </ErrorResponse>
    """;
  }

  private static String known(String asked) {
    if (asked.contains("Action=DescribeStacks")) {
      return """
      <DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
        <DescribeStacksResult><Stacks><member>
          <StackName>wasl-dev</StackName>
          <StackId>arn:aws:cloudformation:eu-central-1:123456789012:stack/wasl-dev/1</StackId>
          <Tags><member><Key>stage</Key><Value>dev</Value></member></Tags>
        </member></Stacks></DescribeStacksResult>
      </DescribeStacksResponse>
      """;
    }
    if (asked.contains("NextToken=two%2B")) {
      return page(
          "",
          member("Bus", "", "CREATE_COMPLETE"),
          member("Gone", "wasl-dev-Gone", "DELETE_COMPLETE"));
    }
    return page(
        "<NextToken>two+</NextToken>",
        member(
            "Inbound",
            "https://sqs.eu-central-1.amazonaws.com/123456789012/wasl-dev-In",
            "UPDATE_COMPLETE"),
        member("ToFanout", "wasl-dev|wasl-dev-ToFanout-1A", "CREATE_COMPLETE"));
  }

  private static String page(String next, String... members) {
    return """
    <ListStackResourcesResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
      <ListStackResourcesResult>%s
        <StackResourceSummaries>%s</StackResourceSummaries>
      </ListStackResourcesResult>
    </ListStackResourcesResponse>
    """
        .formatted(next, String.join("", members));
  }

  private static String member(String logicalId, String physicalId, String status) {
    return """
    <member>
      <LogicalResourceId>%s</LogicalResourceId>
      <PhysicalResourceId>%s</PhysicalResourceId>
      <ResourceStatus>%s</ResourceStatus>
      <DriftInformation><StackResourceDriftStatus>NOT_CHECKED</StackResourceDriftStatus></DriftInformation>
    </member>
    """
        .formatted(logicalId, physicalId, status);
  }
}
