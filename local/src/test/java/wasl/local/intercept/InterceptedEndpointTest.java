package wasl.local.intercept;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import wasl.local.endpoint.AwsEndpoint;
import wasl.local.endpoint.AwsFault;
import wasl.local.endpoint.AwsService;

class InterceptedEndpointTest {
  private final List<String> reached = Collections.synchronizedList(new ArrayList<>());
  private HttpServer upstream;

  @BeforeEach
  void startUpstream() throws IOException {
    upstream = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    upstream.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    upstream.createContext(
        "/",
        exchange -> {
          reached.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          byte[] body = exchange.getRequestBody().readAllBytes();
          if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", "42");
            exchange.sendResponseHeaders(200, -1);
          } else {
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    upstream.start();
  }

  @AfterEach
  void stop() {
    upstream.stop(0);
  }

  @Test
  void an_interceptor_sees_service_operation_and_caller_and_the_call_passes_unchanged()
      throws IOException {
    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    Interceptor watch =
        (call, next) -> {
          seen.add(call.service() + " " + call.operation() + " " + call.accessKey());
          return next.pass(call);
        };
    try (var endpoint = start(watch);
        var aws = new AwsEndpoint(endpoint.uri(), "us-east-1")) {
      var input = JsonNodeFactory.instance.objectNode().put("QueueUrl", "q");
      assertThat(aws.call(AwsService.SQS, "SendMessage", input)).isEqualTo(input);
      aws.createBucket("bodies");
    }
    assertThat(seen).containsExactly("sqs SendMessage runner", "s3 HeadBucket runner");
    assertThat(reached).containsExactly("POST /", "HEAD /bodies");
  }

  @Test
  void the_first_interceptor_may_answer_for_aws() throws IOException {
    Interceptor throttle =
        (call, _) -> AwsAnswer.fault(call, 400, "ThrottlingException", "slow down");
    try (var endpoint = start(throttle);
        var aws = new AwsEndpoint(endpoint.uri(), "us-east-1")) {
      assertThatThrownBy(() -> aws.call(AwsService.KMS, "Decrypt", aws.input()))
          .isInstanceOf(AwsFault.class)
          .hasMessage("ThrottlingException: Decrypt: slow down");
    }
    assertThat(reached).isEmpty();
  }

  @Test
  void an_interceptor_that_throws_ends_the_connection_without_an_answer() throws IOException {
    Interceptor drop =
        (call, next) -> {
          next.pass(call);
          throw new IOException("dropped");
        };
    try (var endpoint = start(drop);
        var aws = new AwsEndpoint(endpoint.uri(), "us-east-1")) {
      assertThatThrownBy(() -> aws.call(AwsService.DYNAMODB, "PutItem", aws.input()))
          .isInstanceOf(UncheckedIOException.class);
    }
    assertThat(reached).contains("POST /");
  }

  @Test
  void paths_queries_and_lengths_pass_as_they_are() throws Exception {
    List<String> operations = Collections.synchronizedList(new ArrayList<>());
    Interceptor watch =
        (call, next) -> {
          operations.add(call.operation());
          return next.pass(call);
        };
    try (var endpoint = start(watch);
        var client = HttpClient.newHttpClient()) {
      URI object = URI.create(endpoint.uri() + "/bodies/a%2Fb%20c?x-id=PutObject");
      var put =
          client.send(
              HttpRequest.newBuilder(object).PUT(BodyPublishers.ofString("وصل")).build(),
              BodyHandlers.ofByteArray());
      var head =
          client.send(HttpRequest.newBuilder(object).HEAD().build(), BodyHandlers.discarding());
      assertThat(new String(put.body(), UTF_8)).isEqualTo("وصل");
      assertThat(head.headers().firstValue("content-length")).contains("42");
    }
    assertThat(operations).containsExactly("PutObject", "HeadObject");
    assertThat(reached)
        .containsExactly(
            "PUT /bodies/a%2Fb%20c?x-id=PutObject", "HEAD /bodies/a%2Fb%20c?x-id=PutObject");
  }

  private InterceptedEndpoint start(Interceptor interceptor) throws IOException {
    return InterceptedEndpoint.start(
        URI.create("http://127.0.0.1:" + upstream.getAddress().getPort()), List.of(interceptor));
  }
}
