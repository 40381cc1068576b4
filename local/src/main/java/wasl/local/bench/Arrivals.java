package wasl.local.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import wasl.local.scene.StandardWebhooks;

/// The user's own service for measuring: checks each delivery and keeps when it came, and nothing
/// else of it, so that thousands cost no memory.
final class Arrivals implements AutoCloseable {
  /// One genuine delivery.
  ///
  /// @param webhookId the header `webhook-id`
  /// @param eventId the provider's own event id, in the payload
  /// @param nanos by `System.nanoTime`
  record Arrival(String webhookId, String eventId, long nanos) {}

  private static final JsonMapper JSON = new JsonMapper();

  private final HttpServer server;
  private final List<Arrival> arrivals = new ArrayList<>();
  private volatile Optional<String> secret = Optional.empty();
  private int refused;
  private long bytes;

  private Arrivals(HttpServer server) {
    this.server = server;
  }

  static Arrivals start() {
    try {
      var server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
      var arrivals = new Arrivals(server);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext("/", arrivals::answer);
      server.start();
      return arrivals;
    } catch (IOException e) {
      throw new UncheckedIOException("a receiver cannot listen on loopback", e);
    }
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/hooks";
  }

  /// The secret that Wasl signs with.
  void trust(String whsec) {
    secret = Optional.of(whsec);
  }

  /// Deliveries that were not genuine.
  int refused() {
    synchronized (arrivals) {
      return refused;
    }
  }

  /// What came over the wire since the start, without TLS: bodies and headers.
  long bytes() {
    synchronized (arrivals) {
      return bytes;
    }
  }

  List<Arrival> all() {
    synchronized (arrivals) {
      return List.copyOf(arrivals);
    }
  }

  /// Forgets everything so far.
  void clear() {
    synchronized (arrivals) {
      arrivals.clear();
    }
  }

  /// Waits until so many came, but gives up when none came for a while.
  boolean await(int count, Duration patience) {
    synchronized (arrivals) {
      long seen = -1;
      long until = 0;
      while (arrivals.size() < count) {
        long now = System.nanoTime();
        if (arrivals.size() > seen) {
          seen = arrivals.size();
          until = now + patience.toNanos();
        }
        if (now >= until) {
          return false;
        }
        try {
          arrivals.wait((until - now) / 1_000_000 + 1);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return false;
        }
      }
      return true;
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    long now = System.nanoTime();
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
      exchange.sendResponseHeaders(genuine ? 200 : 401, -1);
      var event = JSON.readTree(body).path("data").path("id").asText();
      long size = body.length;
      for (var header : headers.entrySet()) {
        size += header.getKey().length() + header.getValue().toString().length() + 2L;
      }
      synchronized (arrivals) {
        bytes += size;
        if (genuine) {
          arrivals.add(new Arrival(id, event, now));
        } else {
          refused++;
        }
        arrivals.notifyAll();
      }
    }
  }
}
