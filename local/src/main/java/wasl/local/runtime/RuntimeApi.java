package wasl.local.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The Lambda Runtime API, from which the processes of functions fetch their work: one port for
/// all, a path of its own for each.
public final class RuntimeApi implements AutoCloseable {
  static final String CREDENTIALS = "/credentials";
  private static final String PREFIX = "/2018-06-01/runtime/";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, Mailbox> mailboxes = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;

  private RuntimeApi(HttpServer server) {
    this.server = server;
  }

  /// Listens on a free port of loopback.
  public static RuntimeApi start() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
      RuntimeApi api = new RuntimeApi(server);
      server.setExecutor(api.threads);
      server.createContext("/", api::handle);
      server.start();
      return api;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on loopback", e);
    }
  }

  /// Makes a mailbox for one process.
  ///
  /// @param name of letters, digits and hyphens; no other open one may have it
  /// @param accessKey who the process is when it calls AWS
  public Mailbox open(String name, String accessKey) {
    String address = "127.0.0.1:" + server.getAddress().getPort() + "/" + name;
    Mailbox mailbox = new Mailbox(address, accessKey, () -> mailboxes.remove(name));
    if (mailboxes.putIfAbsent(name, mailbox) != null) {
      throw new IllegalArgumentException("there is a mailbox " + name);
    }
    return mailbox;
  }

  @Override
  public void close() {
    mailboxes.values().forEach(Mailbox::close);
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    long now = System.nanoTime();
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      int slash = path.indexOf('/', 1);
      Mailbox mailbox = slash < 0 ? null : mailboxes.get(path.substring(1, slash));
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (mailbox == null) {
        answer(exchange, 404, "{}");
      } else if (path.startsWith(PREFIX, slash)) {
        runtime(exchange, mailbox, path.substring(slash + PREFIX.length()), body, now);
      } else if (path.startsWith(CREDENTIALS, slash)) {
        answer(exchange, 200, credentials(mailbox.accessKey()));
      } else {
        answer(exchange, 404, "{}");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void runtime(
      HttpExchange exchange, Mailbox mailbox, String call, byte[] body, long now)
      throws IOException, InterruptedException {
    if (call.equals("invocation/next")) {
      mailbox.did(new Step.Ready(now));
      Optional<Work> work = mailbox.take();
      if (work.isPresent()) {
        give(exchange, work.get());
      }
    } else if (call.equals("restore/next")) {
      answer(exchange, 200, "");
    } else {
      mailbox.did(call.endsWith("/error") ? failed(now, body) : new Step.Answered(now, body));
      answer(exchange, 202, "{}");
    }
  }

  private static void give(HttpExchange exchange, Work work) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Lambda-Runtime-Aws-Request-Id", work.requestId());
    headers.set("Lambda-Runtime-Deadline-Ms", Long.toString(work.deadline().toEpochMilli()));
    headers.set("Lambda-Runtime-Invoked-Function-Arn", work.functionArn());
    headers.set("Content-Type", "application/json");
    answer(exchange, 200, work.event());
  }

  private static Step.Failed failed(long now, byte[] body) throws IOException {
    JsonNode error;
    try {
      error = JSON.readTree(body);
    } catch (JsonProcessingException e) {
      // Whatever a process says of its end, it has failed.
      return new Step.Failed(now, "Runtime.Unknown", new String(body, StandardCharsets.UTF_8));
    }
    return new Step.Failed(
        now,
        error.path("errorType").asText("Runtime.Unknown"),
        error.path("errorMessage").asText());
  }

  private static String credentials(String accessKey) {
    return JSON.createObjectNode()
        .put("AccessKeyId", accessKey)
        .put("SecretAccessKey", accessKey)
        .put("Token", accessKey)
        .put("Expiration", "2099-01-01T00:00:00Z")
        .toString();
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    answer(exchange, status, body.getBytes(StandardCharsets.UTF_8));
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }
}
