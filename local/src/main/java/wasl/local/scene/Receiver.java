package wasl.local.scene;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/// Stands for the user's own service: receives deliveries on loopback, and checks each signature
/// with nothing of Wasl's, as any receiver would from the Standard Webhooks specification.
public final class Receiver implements AutoCloseable {
  /// One delivery as it came.
  ///
  /// @param genuine whether the signature was right
  /// @param answered the status that it was answered with
  public record Received(String id, JsonNode body, boolean genuine, int answered) {}

  private final HttpServer server;
  private final List<Received> received = new ArrayList<>();
  private final AtomicInteger failuresLeft = new AtomicInteger();
  private volatile Optional<String> secret = Optional.empty();

  private Receiver(HttpServer server) {
    this.server = server;
  }

  public static Receiver start() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var receiver = new Receiver(server);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", receiver::answer);
    server.start();
    return receiver;
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/hooks";
  }

  /// The secret that Wasl signs with, as `POST /v1/outbound-webhooks` showed it.
  public void trust(String whsec) {
    secret = Optional.of(whsec);
  }

  /// Answer the next deliveries with 503.
  public void failNext(int times) {
    failuresLeft.set(times);
  }

  /// The first delivery that fits, waited for.
  public Optional<Received> await(Predicate<Received> fits, Duration atMost) {
    long until = System.nanoTime() + atMost.toNanos();
    synchronized (received) {
      while (true) {
        var found = received.stream().filter(fits).findFirst();
        long left = until - System.nanoTime();
        if (found.isPresent() || left <= 0) {
          return found;
        }
        try {
          received.wait(left / 1_000_000 + 1);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return Optional.empty();
        }
      }
    }
  }

  public List<Received> all() {
    synchronized (received) {
      return List.copyOf(received);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = exchange.getRequestBody().readAllBytes();
      var headers = exchange.getRequestHeaders();
      var id = headers.getFirst("webhook-id");
      boolean genuine =
          StandardWebhooks.isGenuine(
              secret,
              id,
              headers.getFirst("webhook-timestamp"),
              headers.getFirst("webhook-signature"),
              body);
      boolean fails = failuresLeft.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
      int status = fails ? 503 : genuine ? 200 : 401;
      exchange.sendResponseHeaders(status, -1);
      synchronized (received) {
        received.add(new Received(id, new JsonMapper().readTree(body), genuine, status));
        received.notifyAll();
      }
    }
  }
}
