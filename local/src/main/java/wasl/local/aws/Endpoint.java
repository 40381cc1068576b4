package wasl.local.aws;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The one address of every embedded service.
///
/// A signed request names its service in the credential scope, the one thing that all protocols
/// have in common; an unsigned one is recognized by its operation or its path. Credentials and
/// regions are not looked at.
final class Endpoint implements AutoCloseable {
  private static final String HEALTH = "/_wasl/health";
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Access key, date, region, service: the last stands before `aws4_request`.
  private static final Pattern SCOPE = Pattern.compile("/([a-z0-9-]+)/aws4_request");

  private static final Map<String, String> TARGETS =
      Map.of(
          "DynamoDB_20120810", "dynamodb",
          "DynamoDBStreams_20120810", "dynamodb",
          "AmazonSQS", "sqs",
          "TrentService", "kms",
          "AWSEvents", "events");

  /// A service and whether it can answer now.
  record Part(Service service, BooleanSupplier up) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Consumer<String> progress;
  private volatile Map<String, Part> parts = Map.of();

  private Endpoint(HttpServer server, Consumer<String> progress) {
    this.server = server;
    this.progress = progress;
  }

  /// Takes the port at once; until {@link #serve} every service is "not up yet".
  static Endpoint bind(int port, Consumer<String> progress) throws IOException {
    configureServer();
    InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    HttpServer server = HttpServer.create(address, 1024);
    Endpoint endpoint = new Endpoint(server, progress);
    server.createContext("/", endpoint::answer);
    server.setExecutor(endpoint.threads);
    server.start();
    return endpoint;
  }

  /// Opens the services, by the names that a credential scope calls them.
  void serve(Map<String, Part> services) {
    parts = Map.copyOf(services);
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (exchange.getRequestURI().getRawPath().equals(HEALTH)) {
        answerHealth(exchange);
        return;
      }
      String name = serviceOf(exchange);
      Map<String, Part> open = parts;
      @Nullable Part part = open.get(name);
      if (open.isEmpty()) {
        JsonService.sendFault(
            exchange, new AwsFault(503, "ServiceUnavailable", "the embedded AWS is starting"));
      } else if (part == null) {
        JsonService.sendFault(
            exchange,
            AwsFault.of(
                "UnknownServiceException",
                "the embedded AWS has no service \""
                    + name
                    + "\", only "
                    + String.join(", ", new TreeMap<>(open).keySet())));
      } else {
        answer(exchange, name, part);
      }
    }
  }

  private void answer(HttpExchange exchange, String name, Part part) {
    try {
      part.service().answer(exchange);
    } catch (IOException | RuntimeException e) {
      // With an answer under way it is the caller who has gone.
      if (exchange.getResponseCode() < 0) {
        progress.accept("AWS " + name + ": " + exchange.getRequestMethod() + " failed: " + e);
        sendUnavailable(exchange, name, e);
      }
    }
  }

  private static void sendUnavailable(HttpExchange exchange, String name, Exception why) {
    try {
      JsonService.sendFault(
          exchange, new AwsFault(503, "ServiceUnavailable", name + " could not answer: " + why));
    } catch (IOException e) {
      // The caller is gone; there is nobody to tell.
      why.addSuppressed(e);
    }
  }

  private void answerHealth(HttpExchange exchange) throws IOException {
    ObjectNode health = JSON.createObjectNode();
    ObjectNode services = health.putObject("services");
    boolean allUp = !parts.isEmpty();
    for (Map.Entry<String, Part> part : new TreeMap<>(parts).entrySet()) {
      boolean up = part.getValue().up().getAsBoolean();
      services.put(part.getKey(), up ? "up" : "down");
      allUp &= up;
    }
    health.put("up", allUp);
    byte[] body = JSON.writeValueAsBytes(health);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(allUp ? 200 : 503, body.length);
    exchange.getResponseBody().write(body);
  }

  private static String serviceOf(HttpExchange exchange) {
    @Nullable String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    @Nullable String query = exchange.getRequestURI().getRawQuery();
    if (authorization != null && authorization.contains("Credential=")) {
      Matcher scope = SCOPE.matcher(authorization);
      if (scope.find()) {
        return scope.group(1);
      }
    }
    if (query != null && query.contains("X-Amz-Credential=")) {
      Matcher scope = SCOPE.matcher(query.replace("%2F", "/").replace("%2f", "/"));
      if (scope.find()) {
        return scope.group(1);
      }
    }
    @Nullable String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
    if (target != null) {
      String prefix = target.substring(0, Math.max(0, target.lastIndexOf('.')));
      return TARGETS.getOrDefault(prefix, prefix);
    }
    return isQueueRequest(exchange, query) ? "sqs" : "s3";
  }

  private static boolean isQueueRequest(HttpExchange exchange, @Nullable String query) {
    @Nullable String contentType = exchange.getRequestHeaders().getFirst("Content-Type");
    return exchange.getRequestURI().getRawPath().startsWith("/" + EmbeddedAwsConfig.ACCOUNT + "/")
        || (query != null && query.contains("Action="))
        || (contentType != null
            && contentType.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded")
            && exchange.getRequestURI().getRawPath().equals("/"));
  }

  /// The JDK's server reads these once, when the first one in this JVM is created. Without the
  /// first an answer waits 40 ms for its own second packet; with the default of the others it
  /// closes connections that a client is about to use.
  private static void configureServer() {
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.setProperty("sun.net.httpserver.idleInterval", "300");
    System.setProperty("sun.net.httpserver.maxIdleConnections", "4096");
  }
}
