package wasl.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import wasl.web.Headers;
import wasl.web.Response;

class HttpEdgeTest {
  private static final String EVENT =
      """
      {"version": "2.0", "routeKey": "POST /webhooks/{provider}/{token}", "rawPath": "/webhooks/stripe/a%%20b",
       "rawQueryString": "x=%%31&y", "cookies": ["a=1", "b=2"],
       "headers": {"Stripe-Signature": "t=1,v1=2", "content-type": "application/json"},
       "queryStringParameters": {"x": "1"},
       "requestContext": {"accountId": "1", "authorizer": {"jwt": {"claims": {}}}, "domainName": "api.example.com",
         "http": {"method": "POST", "path": "/webhooks", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"},
         "requestId": "req-1", "time": "now", "timeEpoch": 1},
       "pathParameters": {"provider": "stripe", "token": "a b"},
       "body": "%s", "isBase64Encoded": %s, "stageVariables": null}
      """;

  @Test
  void reads_what_the_gateway_says_of_a_request() throws IOException {
    var event = read(EVENT.formatted("caf\\u00e9", "false"));

    assertThat(event.requestId()).isEqualTo("req-1");
    assertThat(event.method()).isEqualTo("POST");
    assertThat(event.rawPath()).isEqualTo("/webhooks/stripe/a%20b");
    assertThat(event.rawQuery()).isEqualTo("x=%31&y");
    assertThat(event.pathParameters()).isEqualTo(Map.of("provider", "stripe", "token", "a b"));
    assertThat(event.headers())
        .isEqualTo(
            new Headers(
                Map.of(
                    "stripe-signature", "t=1,v1=2",
                    "content-type", "application/json",
                    "cookie", "a=1; b=2")));
    assertThat(event.body()).isEqualTo("café".getBytes(UTF_8));
    assertThat(event.domainName()).isEqualTo("api.example.com");
  }

  @Test
  void decodes_a_body_that_came_as_base64() throws IOException {
    assertThat(read(EVENT.formatted("AP8=", "true")).body()).isEqualTo(new byte[] {0, -1});
  }

  @Test
  void takes_a_request_without_a_body() throws IOException {
    var event = read("{\"version\":\"2.0\",\"requestContext\":{\"http\":{\"method\":\"GET\"}}}");

    assertThat(event.body()).isEmpty();
    assertThat(event.pathParameters()).isEmpty();
  }

  @Test
  void tells_any_other_event_apart_and_hands_it_on() {
    for (var other : new String[] {"{}", "[1]", "\"x\"", "{\"bootstrap\":true}"}) {
      assertThatThrownBy(() -> read(other))
          .isInstanceOfSatisfying(
              HttpEdge.NotHttp.class,
              notHttp -> assertThat(notHttp.event()).isEqualTo(other.getBytes(UTF_8)));
    }
  }

  @Test
  void writes_text_as_text_and_bytes_as_base64() throws IOException {
    var text = Map.of("content-type", "text/plain; charset=utf-8");
    assertThat(write(new Response(200, text, "ok".getBytes(UTF_8))))
        .isEqualTo(
            "{\"statusCode\":200,\"headers\":{\"content-type\":\"text/plain; charset=utf-8\"},"
                + "\"isBase64Encoded\":false,\"body\":\"ok\"}");
    assertThat(
            write(
                new Response(200, Map.of("content-type", "application/gzip"), new byte[] {0, -1})))
        .isEqualTo(
            "{\"statusCode\":200,\"headers\":{\"content-type\":\"application/gzip\"},"
                + "\"isBase64Encoded\":true,\"body\":\"AP8=\"}");
    assertThat(write(Response.empty(204)))
        .isEqualTo("{\"statusCode\":204,\"headers\":{},\"isBase64Encoded\":false,\"body\":\"\"}");
  }

  @Test
  void writes_each_cookie_apart() throws IOException {
    var response =
        Response.empty(302).withHeader("location", "/x").withCookies(List.of("a=1", "b=2"));

    assertThat(write(response))
        .isEqualTo(
            "{\"statusCode\":302,\"headers\":{\"location\":\"/x\"},\"cookies\":[\"a=1\",\"b=2\"],"
                + "\"isBase64Encoded\":false,\"body\":\"\"}");
  }

  private static HttpEvent read(String json) throws IOException {
    return HttpEdge.read(new ByteArrayInputStream(json.getBytes(UTF_8)));
  }

  private static String write(Response response) throws IOException {
    var out = new ByteArrayOutputStream();
    HttpEdge.write(response, out);
    return out.toString(UTF_8);
  }
}
