package wasl.local.intercept;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// An AWS endpoint on loopback that passes every call through interceptors to the true one.
public final class InterceptedEndpoint implements AutoCloseable {
  private static final Set<String> NOT_PASSED_ON =
      Set.of("host", "connection", "content-length", "expect", "upgrade", "transfer-encoding");

  private final URI upstream;
  private final Interceptor.Next chain;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(threads).build();

  private InterceptedEndpoint(URI upstream, List<Interceptor> interceptors, HttpServer server) {
    this.upstream = upstream;
    this.server = server;
    Interceptor.Next next = this::forward;
    for (Interceptor interceptor : interceptors.reversed()) {
      Interceptor.Next after = next;
      next = call -> interceptor.answer(call, after);
    }
    this.chain = next;
  }

  /// Listens on a free port of loopback.
  ///
  /// @param interceptors the first sees a call first and its answer last
  public static InterceptedEndpoint start(URI upstream, List<Interceptor> interceptors)
      throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 1024);
    InterceptedEndpoint endpoint = new InterceptedEndpoint(upstream, interceptors, server);
    server.createContext("/", endpoint::answer);
    server.setExecutor(endpoint.threads);
    server.start();
    return endpoint;
  }

  /// What `AWS_ENDPOINT_URL` must say: `http://127.0.0.1:PORT`.
  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
    client.shutdownNow();
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      AwsAnswer answer =
          chain.pass(
              AwsCall.of(
                  exchange.getRequestMethod(),
                  exchange.getRequestURI().toString(),
                  exchange.getRequestHeaders(),
                  exchange.getRequestBody().readAllBytes()));
      boolean head = exchange.getRequestMethod().equals("HEAD");
      answer
          .headers()
          .forEach((name, values) -> {
            // Of what HEAD asks about, the length is the one thing that no body tells.
            if (isPassedOn(name) || (head && name.equalsIgnoreCase("content-length"))) {
              exchange.getResponseHeaders().put(name, values);
            }
          });
      byte[] body = answer.body();
      exchange.sendResponseHeaders(answer.status(), head || body.length == 0 ? -1 : body.length);
      if (!head && body.length > 0) {
        try (OutputStream out = exchange.getResponseBody()) {
          out.write(body);
        }
      }
    }
  }

  private AwsAnswer forward(AwsCall call) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(upstream + call.target()))
            .method(call.method(), BodyPublishers.ofByteArray(call.body()));
    call.headers()
        .forEach((name, values) -> {
          if (isPassedOn(name)) {
            values.forEach(value -> request.header(name, value));
          }
        });
    try {
      HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
      return new AwsAnswer(response.statusCode(), response.headers().map(), response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("waiting for " + upstream);
    }
  }

  private static boolean isPassedOn(String header) {
    return !header.startsWith(":") && !NOT_PASSED_ON.contains(header.toLowerCase(Locale.ROOT));
  }
}
