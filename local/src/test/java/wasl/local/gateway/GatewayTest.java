package wasl.local.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wasl.local.host.InvocationResult;
import wasl.local.host.InvocationResult.Answered;
import wasl.local.template.Route;
import wasl.local.template.Throttling;

/// Speaks to the gateway over a bare socket: no client library may tidy a request up.
class GatewayTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-20T10:20:30.456Z"));
  private static final Gateway.Limits AWS = Gateway.Limits.OF_AWS;

  private final AtomicReference<JsonNode> event = new AtomicReference<>();
  private final AtomicReference<String> called = new AtomicReference<>("none");
  private volatile InvocationResult result = new Answered(bytes("{\"statusCode\":204}"));
  private Gateway gateway;

  @BeforeEach
  void start() throws IOException {
    gateway = Gateway.bind(0, AWS, CLOCK);
    gateway.start(
        List.of(
            new Route("ANY", "/v1/{proxy+}", "management"),
            new Route("ANY", "/webhooks/{provider}/{token}", "receipt"),
            new Route("GET", "/v1/health", "health"),
            new Route("GET", "/v1/{only}", "one")),
        (function, payload) -> {
          called.set(function);
          event.set(read(payload));
          return result;
        });
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void an_event_has_the_shape_of_payload_format_2() throws Exception {
    send("GET /v1/a/b?x=1", "User-Agent: test");

    JsonNode sent = event.get();
    assertThat(sent.path("version").asText()).isEqualTo("2.0");
    assertThat(sent.path("routeKey").asText()).isEqualTo("ANY /v1/{proxy+}");
    assertThat(sent.path("rawPath").asText()).isEqualTo("/v1/a/b");
    assertThat(sent.path("rawQueryString").asText()).isEqualTo("x=1");
    assertThat(sent.path("pathParameters")).isEqualTo(json("{\"proxy\":\"a/b\"}"));
    assertThat(sent.path("queryStringParameters")).isEqualTo(json("{\"x\":\"1\"}"));
    assertThat(sent.path("isBase64Encoded").asBoolean()).isFalse();
    assertThat(sent.has("body")).isFalse();
    assertThat(sent.has("cookies")).isFalse();
    JsonNode context = sent.path("requestContext");
    assertThat(context.path("http"))
        .isEqualTo(
            json(
                "{\"method\":\"GET\",\"path\":\"/v1/a/b\",\"protocol\":\"HTTP/1.1\","
                    + "\"sourceIp\":\"127.0.0.1\",\"userAgent\":\"test\"}"));
    assertThat(context.path("time").asText()).isEqualTo("20/Nov/2026:10:20:30 +0000");
    assertThat(context.path("timeEpoch").asLong()).isEqualTo(1795170030456L);
    assertThat(context.path("requestId").asText()).isNotEmpty();
  }

  @Test
  void names_are_lower_cased_and_doubled_headers_joined_by_a_comma() throws Exception {
    send("GET /v1/x", "X-Sig: a", "x-sig: b,c", "X-SIG: d");

    assertThat(event.get().path("headers").path("x-sig").asText()).isEqualTo("a,b,c,d");
  }

  @Test
  void cookies_stand_apart() throws Exception {
    send("GET /v1/x", "Cookie: a=1; b=2", "Cookie: c=3");

    assertThat(event.get().path("cookies")).isEqualTo(json("[\"a=1\",\"b=2\",\"c=3\"]"));
    assertThat(event.get().path("headers").has("cookie")).isFalse();
  }

  @Test
  void path_and_query_stay_undecoded_while_parameters_are_decoded() throws Exception {
    send("POST /webhooks/str%69pe/a%2Fb+c?q=%C3%A9&q=2&flag&p=a+b");

    JsonNode sent = event.get();
    assertThat(sent.path("rawPath").asText()).isEqualTo("/webhooks/str%69pe/a%2Fb+c");
    assertThat(sent.path("rawQueryString").asText()).isEqualTo("q=%C3%A9&q=2&flag&p=a+b");
    assertThat(sent.path("pathParameters"))
        .isEqualTo(json("{\"provider\":\"stripe\",\"token\":\"a/b+c\"}"));
    assertThat(sent.path("queryStringParameters"))
        .isEqualTo(json("{\"q\":\"é,2\",\"flag\":\"\",\"p\":\"a b\"}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "Application/JSON; charset=utf-8",
        "text/plain",
        "application/xml",
        "application/javascript"
      })
  void a_text_body_travels_as_text(String type) throws Exception {
    post(type, bytes("{\"a\": \"é\"}"));

    assertThat(event.get().path("body").asText()).isEqualTo("{\"a\": \"é\"}");
    assertThat(event.get().path("isBase64Encoded").asBoolean()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/octet-stream",
        "application/x-www-form-urlencoded",
        "application/cloudevents+json",
        "multipart/form-data; boundary=x",
        ""
      })
  void any_other_body_travels_as_base64(String type) throws Exception {
    byte[] body = {0, 1, (byte) 0xff, '\n'};
    post(type, body);

    assertThat(Base64.getDecoder().decode(event.get().path("body").asText())).isEqualTo(body);
    assertThat(event.get().path("isBase64Encoded").asBoolean()).isTrue();
  }

  @Test
  void bytes_that_only_claim_to_be_text_are_kept() throws Exception {
    byte[] body = {'"', (byte) 0xff, '"'};
    post("application/json", body);

    assertThat(Base64.getDecoder().decode(event.get().path("body").asText())).isEqualTo(body);
  }

  @Test
  void a_body_of_more_than_ten_megabytes_is_too_large() throws Exception {
    String answer = post("application/octet-stream", new byte[10 * 1024 * 1024 + 1]);

    assertThat(answer)
        .startsWith("HTTP/1.1 413")
        .endsWith("{\"message\":\"Request Entity Too Large\"}");
    assertThat(called.get()).isEqualTo("none");
  }

  @Test
  void an_event_larger_than_lambda_takes_is_too_large() throws Exception {
    assertThat(post("application/octet-stream", new byte[5 * 1024 * 1024]))
        .startsWith("HTTP/1.1 413");
    assertThat(called.get()).isEqualTo("none");
  }

  @Test
  void four_mebibytes_of_bytes_pass() throws Exception {
    assertThat(post("application/octet-stream", new byte[4 * 1024 * 1024]))
        .startsWith("HTTP/1.1 204");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/health, health",
    "POST, /v1/health, management",
    "GET, /v1/other, one",
    "GET, /v1/other/deep, management",
    "POST, /webhooks/stripe/t, receipt"
  })
  void the_most_specific_route_wins(String method, String path, String function) throws Exception {
    send(method + " " + path);

    assertThat(called.get()).isEqualTo(function);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/v1", "/v1/", "/v2/x", "/webhooks/stripe", "/webhooks//t", "//v1/x"})
  void what_no_route_fits_is_not_found(String path) throws Exception {
    String answer = send("GET " + path);

    assertThat(answer).startsWith("HTTP/1.1 404");
    assertThat(called.get()).isEqualTo("none");
  }

  @Test
  void an_answer_carries_status_headers_cookies_and_bytes() throws Exception {
    result =
        new Answered(
            bytes(
                "{\"statusCode\":201,\"headers\":{\"X-A\":\"1\",\"content-type\":\"image/png\"},"
                    + "\"cookies\":[\"a=1\",\"b=2\"],\"isBase64Encoded\":true,\"body\":\"AAEC\"}"));

    String answer = send("GET /v1/x");

    assertThat(answer)
        .startsWith("HTTP/1.1 201")
        .containsIgnoringCase("x-a: 1\r\n")
        .containsIgnoringCase("content-type: image/png\r\n")
        .containsIgnoringCase("set-cookie: a=1\r\n")
        .containsIgnoringCase("set-cookie: b=2\r\n")
        .endsWith("\0\1\2");
  }

  @Test
  void an_answer_without_a_status_is_the_json_itself() throws Exception {
    result = new Answered(bytes("{\"hello\":1}"));

    assertThat(send("GET /v1/x"))
        .startsWith("HTTP/1.1 200")
        .containsIgnoringCase("content-type: application/json")
        .endsWith("{\"hello\":1}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no json",
        "{\"statusCode\":\"x\"}",
        "{\"statusCode\":42}",
        "{\"statusCode\":200,\"headers\":[1]}",
        "{\"statusCode\":200,\"headers\":{\"a\":[1]}}",
        "{\"statusCode\":200,\"body\":{}}",
        "{\"statusCode\":200,\"isBase64Encoded\":true,\"body\":\"%\"}",
        "{\"statusCode\":200,\"headers\":{\"a\":\"x\\r\\ny: z\"}}"
      })
  void a_malformed_answer_is_an_internal_server_error(String payload) throws Exception {
    result = new Answered(bytes(payload));

    assertThat(send("GET /v1/x"))
        .startsWith("HTTP/1.1 500")
        .endsWith("{\"message\":\"Internal Server Error\"}");
  }

  @Test
  void how_an_invocation_ends_decides_the_status() throws Exception {
    assertThat(statusOf(new InvocationResult.Failed("E", "secret"))).isEqualTo("500");
    assertThat(statusOf(new InvocationResult.TimedOut())).isEqualTo("500");
    assertThat(statusOf(new InvocationResult.Throttled())).isEqualTo("503");
    assertThat(statusOf(new InvocationResult.Lost())).isEqualTo("503");
  }

  @Test
  void a_function_that_takes_too_long_is_a_503() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    Gateway.Limits hasty = new Gateway.Limits(AWS.body(), AWS.payload(), Duration.ofMillis(300));
    try (Gateway impatient = Gateway.bind(0, hasty, CLOCK)) {
      impatient.start(
          List.of(new Route("ANY", "/{proxy+}", "slow")),
          (function, payload) -> {
            await(never);
            return result;
          });
      assertThat(send(impatient, request("GET /x")))
          .startsWith("HTTP/1.1 503")
          .endsWith("{\"message\":\"Service Unavailable\"}");
    } finally {
      never.countDown();
    }
  }

  @Test
  void a_route_takes_its_burst_and_then_its_rate_and_leaves_others_alone() throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(CLOCK.instant());
    Throttling throttling = new Throttling(10, 3);
    try (Gateway throttled = Gateway.bind(0, AWS, now::get)) {
      throttled.start(
          List.of(
              new Route("ANY", "/v1/{proxy+}", "management", throttling),
              new Route("ANY", "/webhooks/{provider}/{token}", "receipt", throttling)),
          (function, payload) -> result);

      assertThat(statuses(throttled, "GET /v1/x", 4)).containsExactly("204", "204", "204", "429");
      assertThat(statuses(throttled, "POST /webhooks/p/t", 1)).containsExactly("204");
      now.set(now.get().plusMillis(200));
      assertThat(statuses(throttled, "GET /v1/y", 3)).containsExactly("204", "204", "429");
      now.set(now.get().plusSeconds(60));
      assertThat(statuses(throttled, "GET /v1/x", 4)).containsExactly("204", "204", "204", "429");
      assertThat(send(throttled, request("GET /v1/x")))
          .endsWith("{\"message\":\"Too Many Requests\"}");
    }
  }

  private static List<String> statuses(Gateway gateway, String line, int times) throws IOException {
    List<String> statuses = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      statuses.add(send(gateway, request(line)).substring(9, 12));
    }
    return statuses;
  }

  private String statusOf(InvocationResult ended) throws IOException {
    result = ended;
    return send("GET /v1/x").substring(9, 12);
  }

  private String post(String type, byte[] body) throws IOException {
    String length = "Content-Length: " + body.length;
    byte[] head =
        type.isEmpty()
            ? request("POST /webhooks/p/t", length)
            : request("POST /webhooks/p/t", "Content-Type: " + type, length);
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(head);
    request.writeBytes(body);
    return send(gateway, request.toByteArray());
  }

  private String send(String line, String... headers) throws IOException {
    return send(gateway, request(line, headers));
  }

  private static byte[] request(String line, String... headers) {
    StringBuilder request = new StringBuilder(line).append(" HTTP/1.1\r\nHost: h\r\n");
    List.of(headers).forEach(header -> request.append(header).append("\r\n"));
    return bytes(request.append("Connection: close\r\n\r\n").toString());
  }

  private static String send(Gateway to, byte[] request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), to.uri().getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(request);
      out.flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static JsonNode read(byte[] payload) {
    try {
      return JSON.readTree(payload);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode json(String text) {
    return read(bytes(text));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
