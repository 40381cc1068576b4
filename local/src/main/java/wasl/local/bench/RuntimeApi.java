package wasl.local.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// The Lambda Runtime API for one function process, with a stop watch: it says when the process
/// first asked for work, and how long each invocation took.
final class RuntimeApi implements AutoCloseable {
  private static final String PREFIX = "/2018-06-01/runtime/";
  private static final long PATIENCE_SECONDS = 60;

  /// Something that the process did.
  sealed interface Step {
    long nanos();

    /// Asked for an invocation.
    record Ready(long nanos) implements Step {}

    /// @param answer what the function wrote, or its error
    record Answered(long nanos, boolean failed, String answer) implements Step {}
  }

  private final HttpServer server;
  private final BlockingQueue<Step> steps = new LinkedBlockingQueue<>();
  private final BlockingQueue<byte[]> events = new LinkedBlockingQueue<>();
  private final AtomicInteger invocation = new AtomicInteger();

  RuntimeApi() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /// Hands an event to the process, which is or will be waiting; the time of doing so.
  long invoke(byte[] event) {
    long now = System.nanoTime();
    events.add(event);
    return now;
  }

  /// What the process does next; waits for it.
  Step next() {
    try {
      var step = steps.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (step == null) {
        throw new IllegalStateException("the function did nothing for " + PATIENCE_SECONDS + " s");
      }
      return step;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    long now = System.nanoTime();
    try (exchange) {
      var path = exchange.getRequestURI().getPath();
      var body = exchange.getRequestBody().readAllBytes();
      if (path.equals(PREFIX + "invocation/next")) {
        steps.add(new Step.Ready(now));
        give(exchange, events.take());
      } else if (path.equals(PREFIX + "restore/next")) {
        answer(exchange, 200, new byte[0]);
      } else {
        steps.add(
            new Step.Answered(
                now, path.endsWith("/error"), new String(body, StandardCharsets.UTF_8)));
        answer(exchange, 202, "{}".getBytes(StandardCharsets.UTF_8));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void give(HttpExchange exchange, byte[] event) throws IOException {
    var headers = exchange.getResponseHeaders();
    headers.set("Lambda-Runtime-Aws-Request-Id", "bench-" + invocation.incrementAndGet());
    headers.set("Lambda-Runtime-Deadline-Ms", Long.toString(System.currentTimeMillis() + 15_000));
    headers.set(
        "Lambda-Runtime-Invoked-Function-Arn",
        "arn:aws:lambda:eu-central-1:000000000000:function:bench");
    headers.set("Content-Type", "application/json");
    answer(exchange, 200, event);
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }
}
