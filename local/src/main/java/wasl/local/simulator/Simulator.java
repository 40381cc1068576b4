package wasl.local.simulator;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import wasl.local.simulator.Reply.Dropped;
import wasl.local.simulator.Reply.Sent;
import wasl.manifest.Catalog;
import wasl.web.Response;

/// Plays every provider of a catalog on one loopback address: what is meant for
/// `https://<host>/<path>` is answered at `<base>/<host>/<path>`, and `<base>/_control/…` says how.
public final class Simulator implements AutoCloseable {
  private static final int LARGEST_BODY = 1024 * 1024;

  private final HttpServer server;
  private final Providers providers;
  private final Control control;

  private Simulator(HttpServer server, Providers providers, Control control) {
    this.server = server;
    this.providers = providers;
    this.control = control;
  }

  /// Listens on a free port of loopback.
  ///
  /// @param file where tokens and settings are kept, and found again; empty: nowhere
  /// @param clock by which codes and tokens end; slowness takes its time by no clock
  /// @throws IOException if the file cannot be read
  public static Simulator start(Catalog catalog, Optional<Path> file, InstantSource clock)
      throws IOException {
    Directory directory = Directory.of(catalog);
    Memory memory = Memory.open(file, clock);
    Grants grants = new Grants(memory, clock, new SecureRandom());
    Keys keys = new Keys(memory);
    Faults faults = new Faults(clock);
    CallLog log = new CallLog();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 1024);
    Simulator simulator =
        new Simulator(
            server,
            new Providers(directory, grants, keys, memory, faults, log, clock),
            new Control(
                directory, grants, keys, memory, faults, new FaultInput(directory, clock), log));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", simulator::handle);
    server.start();
    return simulator;
  }

  /// What the template parameter `ProvidersAt` must say: `http://127.0.0.1:PORT`.
  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    providers.close();
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      switch (reply(exchange)) {
        case Sent(Response response) -> send(exchange, response);
        // Closing an exchange that has no answer yet closes its connection.
        case Dropped() -> {}
      }
    }
  }

  private Reply reply(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
    if (body.length > LARGEST_BODY) {
      return new Sent(Json.error(413, "too_large", "a body has at most 1 MiB"));
    }
    // The URI's own text: its parsed path would take a leading `//` for a host.
    String target = exchange.getRequestURI().toString();
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    int slash = path.indexOf('/', 1);
    String host = slash < 0 ? path.substring(1) : path.substring(1, slash);
    Call call =
        new Call(
            exchange.getRequestMethod(),
            UrlPattern.withoutUsualPort(host.toLowerCase(Locale.ROOT)),
            slash < 0 ? "/" : path.substring(slash),
            query < 0 ? "" : target.substring(query + 1),
            headers(exchange.getRequestHeaders()),
            body,
            InstantSource.system().instant());
    try {
      return call.host().equals(Control.HOST)
          ? new Sent(control.answer(call))
          : providers.answer(call);
    } catch (RuntimeException fault) {
      // A closed connection would look like one of the faults that were ordered.
      return new Sent(Json.error(500, "simulator_fault", fault.toString()));
    }
  }

  private static wasl.web.Headers headers(Headers sent) {
    Map<String, String> folded = new LinkedHashMap<>();
    sent.forEach((name, values) -> folded.put(name, String.join(",", values)));
    return new wasl.web.Headers(folded);
  }

  private static void send(HttpExchange exchange, Response response) throws IOException {
    response.headers().forEach(exchange.getResponseHeaders()::set);
    boolean isBodiless = exchange.getRequestMethod().equals("HEAD") || response.body().length == 0;
    exchange.sendResponseHeaders(response.status(), isBodiless ? -1 : response.body().length);
    if (!isBodiless) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(response.body());
      }
    }
  }
}
