package wasl.local.endure;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import wasl.local.scene.StandardWebhooks;

/// Stands for the user's own service over days: takes every delivery that is rightly signed, and
/// tells the account of it.
final class CountingReceiver implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Account account;
  private final InstantSource clock;
  private volatile Optional<String> secret = Optional.empty();

  private CountingReceiver(HttpServer server, Account account, InstantSource clock) {
    this.server = server;
    this.account = account;
    this.clock = clock;
  }

  static CountingReceiver start(Account account, InstantSource clock) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 1024);
    CountingReceiver receiver = new CountingReceiver(server, account, clock);
    server.setExecutor(receiver.threads);
    server.createContext("/", receiver::answer);
    server.start();
    return receiver;
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/hooks";
  }

  /// The secret that Wasl signs with, as `POST /v1/outbound-webhooks` showed it.
  void trust(String whsec) {
    secret = Optional.of(whsec);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      Headers headers = exchange.getRequestHeaders();
      @Nullable String id = headers.getFirst("webhook-id");
      boolean genuine =
          StandardWebhooks.isGenuine(
              secret,
              id,
              headers.getFirst("webhook-timestamp"),
              headers.getFirst("webhook-signature"),
              body);
      account.delivered(
          JSON.readTree(body).path("data").path("id").asText(),
          id == null ? "" : id,
          genuine,
          clock.instant());
      exchange.sendResponseHeaders(genuine ? 200 : 401, -1);
    }
  }
}
