package wasl.outbound;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A user's receiver on loopback, which keeps what it got and answers as it is told.
public final class ReceiverServer implements AutoCloseable {
  /// What came in.
  public record Received(HttpHeaders headers, String body) {
    public String header(String name) {
      return headers.firstValue(name).orElse("");
    }

    /// Checks the signature with the Standard Webhooks project's own library.
    public void verify(String secret) throws WebhookVerificationException {
      var signed =
          Map.of(
              "webhook-id", List.of(header("webhook-id")),
              "webhook-timestamp", List.of(header("webhook-timestamp")),
              "webhook-signature", List.of(header("webhook-signature")));
      new Webhook(secret).verify(body, HttpHeaders.of(signed, (name, value) -> true));
    }
  }

  /// How to answer one request.
  public interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private final Queue<Answer> next = new ConcurrentLinkedQueue<>();
  private volatile Answer otherwise = status(200);
  private final List<Received> received = new CopyOnWriteArrayList<>();

  public ReceiverServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public static Answer status(int status) {
    return exchange -> exchange.sendResponseHeaders(status, -1);
  }

  public static Answer status(int status, String header, String value) {
    return exchange -> {
      exchange.getResponseHeaders().add(header, value);
      exchange.sendResponseHeaders(status, -1);
    };
  }

  public static Answer text(int status, String text) {
    return exchange -> {
      var bytes = text.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  /// The answers to the next requests, in turn; afterwards [#always].
  public ReceiverServer then(Answer... answers) {
    next.addAll(List.of(answers));
    return this;
  }

  public ReceiverServer always(Answer answer) {
    otherwise = answer;
    return this;
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/hooks";
  }

  public List<Received> received() {
    return received;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      received.add(
          new Received(HttpHeaders.of(exchange.getRequestHeaders(), (name, value) -> true), body));
      var answer = next.poll();
      (answer == null ? otherwise : answer).to(exchange);
    }
  }
}
