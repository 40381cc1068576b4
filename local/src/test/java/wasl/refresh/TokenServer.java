package wasl.refresh;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// A provider's token endpoint on loopback: gives tokens as it is told, and revokes all of them
/// when a refresh token that was used up comes again.
public final class TokenServer implements AutoCloseable {
  /// A call of it.
  public record Call(Map<String, String> form, String authorization) {
    public String refreshToken() {
      return form.getOrDefault("refresh_token", "");
    }
  }

  /// How to answer one call.
  public interface Answer {
    void to(HttpExchange exchange, Call call) throws IOException;
  }

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private final Queue<Answer> next = new ConcurrentLinkedQueue<>();
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private volatile Answer otherwise = this::grant;
  private volatile boolean rotating = true;
  private volatile Duration life = Duration.ofHours(1);
  private int given;
  private String refreshToken = "rt-0";
  private boolean revoked;

  public TokenServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/token";
  }

  public String origin() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// The refresh token that it takes.
  public synchronized String refreshToken() {
    return refreshToken;
  }

  /// Whether each use of a refresh token gives another; else the first stays, and is not repeated.
  public TokenServer rotating(boolean on) {
    rotating = on;
    return this;
  }

  public TokenServer life(Duration ofTokens) {
    life = ofTokens;
    return this;
  }

  /// The answers to the next calls, in turn; afterwards [#always].
  public TokenServer then(Answer... answers) {
    next.addAll(List.of(answers));
    return this;
  }

  public TokenServer always(Answer answer) {
    otherwise = answer;
    return this;
  }

  public List<Call> calls() {
    return calls;
  }

  public static Answer status(int status) {
    return (exchange, call) -> exchange.sendResponseHeaders(status, -1);
  }

  public static Answer status(int status, String header, String value) {
    return (exchange, call) -> {
      exchange.getResponseHeaders().add(header, value);
      exchange.sendResponseHeaders(status, -1);
    };
  }

  public static Answer error(String error) {
    return (exchange, call) -> answer(exchange, 400, "{\"error\":\"" + error + "\"}");
  }

  public static Answer json(String json) {
    return (exchange, call) -> answer(exchange, 200, json);
  }

  /// Gives a token after a while.
  public Answer after(Duration wait) {
    return (exchange, call) -> {
      var body = given(call);
      pause(wait);
      answer(exchange, body);
    };
  }

  /// Gives a token at once, and says so when the test allows it.
  ///
  /// @param reached counted down when the token is given
  /// @param go awaited before it is said
  public Answer held(CountDownLatch reached, CountDownLatch go) {
    return (exchange, call) -> {
      var body = given(call);
      reached.countDown();
      await(go);
      answer(exchange, body);
    };
  }

  /// The usual: a token for a good refresh token or a client's own credentials.
  public void grant(HttpExchange exchange, Call call) throws IOException {
    answer(exchange, given(call));
  }

  private record Body(int status, String json) {}

  private synchronized Body given(Call call) {
    boolean byRefreshToken = "refresh_token".equals(call.form().get("grant_type"));
    if (byRefreshToken && (revoked || !call.refreshToken().equals(refreshToken))) {
      revoked |= rotating;
      return new Body(400, "{\"error\":\"invalid_grant\"}");
    }
    given++;
    var more = "";
    if (byRefreshToken && rotating) {
      refreshToken = "rt-" + given;
      more = ",\"refresh_token\":\"" + refreshToken + "\"";
    }
    return new Body(
        200,
        "{\"access_token\":\"at-%d\",\"token_type\":\"bearer\",\"expires_in\":%d%s}"
            .formatted(given, life.toSeconds(), more));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      var authorization = exchange.getRequestHeaders().getFirst("authorization");
      var call = new Call(form(body), authorization == null ? "" : authorization);
      calls.add(call);
      var answer = next.poll();
      (answer == null ? otherwise : answer).to(exchange, call);
    }
  }

  private static Map<String, String> form(String body) {
    var form = new HashMap<String, String>();
    for (var pair : body.split("&", -1)) {
      var parts = pair.split("=", 2);
      if (parts.length == 2) {
        form.put(
            URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
            URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
      }
    }
    return form;
  }

  private static void answer(HttpExchange exchange, Body body) throws IOException {
    answer(exchange, body.status(), body.json());
  }

  private static void answer(HttpExchange exchange, int status, String json) throws IOException {
    var bytes = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("content-type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static void pause(Duration wait) throws IOException {
    try {
      Thread.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("closed", e);
    }
  }

  private static void await(CountDownLatch go) throws IOException {
    try {
      if (!go.await(60, TimeUnit.SECONDS)) {
        throw new IOException("nobody let it go on");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("closed", e);
    }
  }
}
