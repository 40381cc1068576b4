package wasl.local.gateway;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import wasl.local.function.Invoker;
import wasl.local.host.InvocationResult;
import wasl.local.host.InvocationResult.Answered;
import wasl.local.host.InvocationResult.Failed;
import wasl.local.host.InvocationResult.Lost;
import wasl.local.host.InvocationResult.Throttled;
import wasl.local.host.InvocationResult.TimedOut;
import wasl.local.template.Route;

/// The local stand-in for API Gateway's HTTP API, with its limits.
public final class Gateway implements AutoCloseable {
  /// API Gateway's limits, which tests shorten.
  ///
  /// @param body the largest body
  /// @param payload the largest event or answer that Lambda takes
  /// @param patience how long a function may take
  public record Limits(int body, int payload, Duration patience) {
    public static final Limits OF_AWS =
        new Limits(10 * 1024 * 1024, 6 * 1024 * 1024, Duration.ofSeconds(30));
  }

  // Of the connection, not of the answer.
  private static final Set<String> NOT_THE_FUNCTIONS =
      Set.of("content-length", "transfer-encoding", "connection", "keep-alive", "upgrade");

  private static final int ANSWERED_BEFORE_READ = 64 * 1024 * 1024;

  private final HttpServer server;
  private final Limits limits;
  private final InstantSource clock;

  private Gateway(HttpServer server, Limits limits, InstantSource clock) {
    this.server = server;
    this.limits = limits;
    this.clock = clock;
  }

  /// Takes the port, so that the address is known; answers from {@link #start} on.
  ///
  /// @param port 0 for any free one
  /// @throws java.net.BindException if the port is taken
  public static Gateway bind(int port, Limits limits, InstantSource clock) throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    return new Gateway(HttpServer.create(address, 1024), limits, clock);
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public void start(List<Route> routes, Invoker functions) {
    RouteTable table = new RouteTable(routes);
    Map<Route, TokenBucket> buckets =
        routes.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Function.identity(), route -> new TokenBucket(route.throttling(), clock)));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", exchange -> handle(exchange, table, buckets, functions));
    server.start();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void handle(
      HttpExchange exchange, RouteTable routes, Map<Route, TokenBucket> buckets, Invoker functions)
      throws IOException {
    try (exchange) {
      String requestId = UUID.randomUUID().toString();
      ProxyResponse response = answer(exchange, requestId, routes, buckets, functions);
      send(exchange, requestId, response);
    }
  }

  private ProxyResponse answer(
      HttpExchange exchange,
      String requestId,
      RouteTable routes,
      Map<Route, TokenBucket> buckets,
      Invoker functions)
      throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(limits.body() + 1);
    if (body.length > limits.body()) {
      drain(exchange.getRequestBody());
      return ProxyResponse.message(413, "Request Entity Too Large");
    }
    GatewayRequest request = request(exchange, requestId, body);
    Optional<RouteTable.Match> match = routes.find(request.method(), request.rawPath());
    if (match.isEmpty()) {
      return ProxyResponse.message(404, "Not Found");
    }
    TokenBucket bucket = buckets.get(match.get().route());
    if (bucket != null && !bucket.take()) {
      return ProxyResponse.message(429, "Too Many Requests");
    }
    byte[] event = ProxyEvent.of(request, match.get()).toString().getBytes(StandardCharsets.UTF_8);
    if (event.length > limits.payload()) {
      return ProxyResponse.message(413, "Request Entity Too Large");
    }
    return invoke(functions, match.get().route().function(), event);
  }

  private ProxyResponse invoke(Invoker functions, String function, byte[] event) {
    CompletableFuture<InvocationResult> result = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        result.complete(functions.invoke(function, event));
      } catch (RuntimeException e) {
        result.completeExceptionally(e);
      }
    });
    try {
      return switch (result.get(limits.patience().toMillis(), TimeUnit.MILLISECONDS)) {
        case Answered(byte[] payload) ->
            payload.length > limits.payload()
                ? ProxyResponse.INTERNAL_SERVER_ERROR
                : ProxyResponse.of(payload);
        case Failed failed -> ProxyResponse.INTERNAL_SERVER_ERROR;
        case TimedOut() -> ProxyResponse.INTERNAL_SERVER_ERROR;
        case Throttled() -> ProxyResponse.message(503, "Service Unavailable");
        case Lost() -> ProxyResponse.message(503, "Service Unavailable");
      };
    } catch (TimeoutException e) {
      return ProxyResponse.message(503, "Service Unavailable");
    } catch (ExecutionException e) {
      return ProxyResponse.INTERNAL_SERVER_ERROR;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ProxyResponse.message(503, "Service Unavailable");
    }
  }

  private GatewayRequest request(HttpExchange exchange, String requestId, byte[] body) {
    // The URI's own text: its parsed path would take a leading `//` for a host.
    String target = exchange.getRequestURI().toString();
    int query = target.indexOf('?');
    return new GatewayRequest(
        exchange.getRequestMethod(),
        query < 0 ? target : target.substring(0, query),
        query < 0 ? "" : target.substring(query + 1),
        exchange.getProtocol(),
        exchange.getRequestHeaders(),
        body,
        exchange.getRemoteAddress().getAddress().getHostAddress(),
        server.getAddress().getPort(),
        requestId,
        clock.instant());
  }

  // A caller that still sends would meet a reset instead of the answer.
  private static void drain(InputStream body) throws IOException {
    body.skip(ANSWERED_BEFORE_READ);
  }

  private static void send(HttpExchange exchange, String requestId, ProxyResponse response)
      throws IOException {
    Headers headers = exchange.getResponseHeaders();
    try {
      response
          .headers()
          .forEach((name, value) -> {
            if (!NOT_THE_FUNCTIONS.contains(name.toLowerCase(java.util.Locale.ROOT))) {
              headers.set(name, value);
            }
          });
      response.cookies().forEach(cookie -> headers.add("Set-Cookie", cookie));
    } catch (IllegalArgumentException e) {
      // A line break in a header.
      headers.clear();
      send(exchange, requestId, ProxyResponse.INTERNAL_SERVER_ERROR);
      return;
    }
    headers.set("Apigw-Requestid", requestId);
    boolean bodiless =
        exchange.getRequestMethod().equals("HEAD")
            || response.status() == 204
            || response.status() == 304
            || response.body().length == 0;
    exchange.sendResponseHeaders(response.status(), bodiless ? -1 : response.body().length);
    if (!bodiless) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(response.body());
      }
    }
  }
}
