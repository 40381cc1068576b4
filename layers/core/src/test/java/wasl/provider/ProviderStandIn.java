package wasl.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import wasl.egress.AddressRules;
import wasl.egress.Egress;
import wasl.egress.HttpEgress;
import wasl.egress.ProvidersAt;

/// A loopback server that stands where all providers are, keeps what it was asked, and answers as a
/// test says.
public final class ProviderStandIn implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final HttpEgress direct = new HttpEgress(AddressRules.parse("127.0.0.0/8"));
  private volatile Function<Asked, Answer> answers = ask -> Answer.json(200, "{}");

  public ProviderStandIn() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  /// A request, as it came.
  ///
  /// @param url as it would have been without the stand-in
  /// @param headers names in lower case
  public record Asked(String method, String url, Map<String, String> headers, String body) {}

  public record Answer(int status, Map<String, String> headers, String body) {
    public static Answer json(int status, String body) {
      return new Answer(status, Map.of("content-type", "application/json"), body);
    }

    public Answer with(String name, String value) {
      var all = new java.util.HashMap<>(headers);
      all.put(name, value);
      return new Answer(status, all, body);
    }
  }

  public void answer(Function<Asked, Answer> newAnswers) {
    answers = newAnswers;
  }

  public void answer(int status, String json) {
    answer(ask -> Answer.json(status, json));
  }

  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  /// To every `https` URL by way of the stand-in.
  public Egress egress() {
    return Egress.toProviders(
        direct, new ProvidersAt(URI.create("http://127.0.0.1:" + server.getAddress().getPort())));
  }

  /// Refuses connections from now on.
  public void fallSilent() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var headers = new java.util.TreeMap<String, String>();
      exchange
          .getRequestHeaders()
          .forEach((name, values) ->
              headers.put(name.toLowerCase(java.util.Locale.ROOT), String.join(",", values)));
      var ask =
          new Asked(
              exchange.getRequestMethod(),
              "https:/" + exchange.getRequestURI(),
              headers,
              new String(exchange.getRequestBody().readAllBytes(), UTF_8));
      asked.add(ask);
      var answer = answers.apply(ask);
      answer.headers().forEach(exchange.getResponseHeaders()::add);
      var bytes = answer.body().getBytes(UTF_8);
      exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
      if (bytes.length > 0 && !ask.method().equals("HEAD")) {
        exchange.getResponseBody().write(bytes);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    direct.close();
  }
}
