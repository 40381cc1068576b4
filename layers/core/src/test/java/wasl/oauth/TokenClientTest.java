package wasl.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wasl.egress.AddressRules;
import wasl.egress.HttpEgress;
import wasl.oauth.TokenResult.Granted;
import wasl.oauth.TokenResult.Unavailable;
import wasl.vault.Secret;

/// How token endpoints are called, over real sockets.
@Timeout(30)
class TokenClientTest {
  private static final Secret CODE = Secret.of("c/o+d=e");
  private static final String BACK = "https://wasl.example/oauth/callback";
  private static final Optional<Secret> VERIFIER = Optional.of(Secret.of("verifier"));

  private final HttpEgress egress = new HttpEgress(AddressRules.parse("127.0.0.0/8"));
  private final TokenClient tokens =
      new TokenClient(egress, InstantSource.system(), new Random(1), Duration.ofSeconds(2));
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private HttpServer server;

  private record Seen(String target, Map<String, List<String>> headers, String body) {
    String header(String name) {
      return headers.entrySet().stream()
          .filter(header -> header.getKey().equalsIgnoreCase(name))
          .flatMap(header -> header.getValue().stream())
          .findFirst()
          .orElse("");
    }
  }

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            seen.add(
                new Seen(
                    exchange.getRequestURI().toString(),
                    Map.copyOf(exchange.getRequestHeaders()),
                    body));
            if (exchange.getRequestURI().getPath().equals("/slow")) {
              over.await();
            }
            var answer = "{\"access_token\":\"a\"}".getBytes(UTF_8);
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    over.countDown();
    server.stop(0);
    egress.close();
  }

  private OauthClient client(String facts, Optional<Secret> secret) {
    return Facts.client(facts, url("/token"), secret);
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  private Seen byCode(String facts, Optional<Secret> secret) {
    assertThat(tokens.byCode(client(facts, secret), CODE, BACK, VERIFIER))
        .isInstanceOf(Granted.class);
    return seen.getLast();
  }

  private static final String GRANT =
      "grant_type=authorization_code&code=c%2Fo%2Bd%3De"
          + "&redirect_uri=https%3A%2F%2Fwasl.example%2Foauth%2Fcallback&code_verifier=verifier";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '`',
      textBlock =
          """
          ``                      | s3cr:t | /token | Basic Y2xpZW50K2lkOnMzY3IlM0F0 | ``
          ``                      | -      | /token | ``   | &client_id=client%20id
          "clientAuth": "basic"   | s3cr:t | /token | Basic Y2xpZW50K2lkOnMzY3IlM0F0 | ``
          "clientAuth": "post"    | s3cr:t | /token | ``   | &client_id=client%20id&client_secret=s3cr%3At
          "clientAuth": "post"    | -      | /token | ``   | &client_id=client%20id
          "clientAuth": "none"    | s3cr:t | /token | ``   | &client_id=client%20id
          "clientAuth": "query"   | s3cr:t | /token?client_id=client%20id&client_secret=s3cr%3At | `` | ``
          """)
  void proves_itself_where_the_provider_wants_it(
      String facts, String secret, String target, String authorization, String more) {
    var call = byCode(facts, Optional.ofNullable(secret).map(Secret::of));

    assertThat(call.target()).isEqualTo(target);
    assertThat(call.header("authorization")).isEqualTo(authorization);
    assertThat(call.body()).isEqualTo(GRANT + more);
    assertThat(call.header("content-type")).isEqualTo("application/x-www-form-urlencoded");
    assertThat(call.header("accept")).isEqualTo("application/json");
  }

  @Test
  void says_it_in_json_to_those_who_want_that_with_what_else_they_want() {
    var call =
        byCode(
            "\"bodyFormat\": \"json\", \"clientAuth\": \"none\","
                + " \"tokenHeaders\": {\"Notion-Version\": \"2022-06-28\"},"
                + " \"tokenParameters\": {\"audience\": \"api\", \"code\": \"never\"}",
            Optional.empty());

    assertThat(call.header("content-type")).isEqualTo("application/json");
    assertThat(call.header("notion-version")).isEqualTo("2022-06-28");
    assertThat(call.body().replaceAll("\\s", ""))
        .isEqualTo(
            ("{\"grant_type\":\"authorization_code\",\"code\":\"c/o+d=e\",\"redirect_uri\":\""
                + BACK
                + "\",\"code_verifier\":\"verifier\",\"audience\":\"api\","
                + "\"client_id\":\"clientid\"}"));
  }

  @Test
  void renews_by_a_refresh_token_and_asks_for_scopes_on_its_own_behalf() {
    tokens.byRefreshToken(client("", Optional.empty()), Secret.of("rt"));
    tokens.byClientCredentials(client("\"scopeSeparator\": \",\"", Optional.empty()));

    assertThat(seen.get(0).body())
        .isEqualTo("grant_type=refresh_token&refresh_token=rt&client_id=client%20id");
    assertThat(seen.get(1).body())
        .isEqualTo("grant_type=client_credentials&scope=read%2Cwrite&client_id=client%20id");
  }

  @Test
  void tells_a_call_that_may_have_arrived_from_one_that_cannot_have() throws IOException {
    int closed;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    var nobody = Facts.client("", "http://127.0.0.1:" + closed + "/token", Optional.empty());
    var slow = Facts.client("", url("/slow"), Optional.empty());

    assertThat(tokens.byCode(nobody, CODE, BACK, VERIFIER))
        .isEqualTo(new Unavailable("connection_refused", Optional.empty(), false));
    assertThat(tokens.byCode(slow, CODE, BACK, VERIFIER))
        .isEqualTo(new Unavailable("timeout", Optional.empty(), true));
  }

  @Test
  void tls_may_fail_while_the_answer_is_read() throws IOException {
    try (var noTls = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.startVirtualThread(() -> {
        try (var socket = noTls.accept()) {
          socket.getOutputStream().write("no TLS here\r\n\r\n".getBytes(UTF_8));
          socket.getInputStream().readAllBytes();
        } catch (IOException closed) {
          // The caller has heard enough.
        }
      });
      var url = "https://127.0.0.1:" + noTls.getLocalPort() + "/token";

      assertThat(tokens.byCode(Facts.client("", url, Optional.empty()), CODE, BACK, VERIFIER))
          .isEqualTo(new Unavailable("tls_failed", Optional.empty(), true));
    }
  }
}
