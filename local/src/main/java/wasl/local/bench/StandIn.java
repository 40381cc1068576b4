package wasl.local.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import wasl.aws.Item;

/// Answers as AWS does, always the same: what is measured is a function, not what stands behind it.
/// Each service has a port of its own, as on AWS it has a host of its own.
final class StandIn implements AutoCloseable {
  private static final int WARMING_HANDSHAKES = 200;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Map<String, Item> items;
  private final byte[] dataKey;
  private final List<HttpServer> servers;

  /// @param items what reads find, by key
  /// @param dataKey what KMS makes of any ciphertext
  StandIn(SSLContext tls, Map<String, Item> items, byte[] dataKey) throws IOException {
    this.items = Map.copyOf(items);
    this.dataKey = dataKey.clone();
    this.servers = List.of(plain(), secured(tls), secured(tls), secured(tls), secured(tls));
  }

  /// Where a function finds it, over TLS.
  Map<String, String> overTls() {
    return Map.of(
        "AWS_ENDPOINT_URL_DYNAMODB", "https://localhost:" + port(1),
        "AWS_ENDPOINT_URL_KMS", "https://localhost:" + port(2),
        "AWS_ENDPOINT_URL_SQS", "https://localhost:" + port(3),
        "AWS_ENDPOINT_URL_S3", "https://localhost:" + port(4));
  }

  /// Where a function finds it that trusts the system's authorities only, as the SDK's clients do.
  Map<String, String> inClear() {
    return Map.of("AWS_ENDPOINT_URL", "http://localhost:" + port(0));
  }

  /// Lets this process compile its side of TLS, so that no function waits for that.
  ///
  /// @param tls trusts this stand-in
  void warm(SSLContext tls) throws IOException {
    for (int handshake = 0; handshake < WARMING_HANDSHAKES; handshake++) {
      try (var client = HttpClient.newBuilder().sslContext(tls).build()) {
        var request =
            HttpRequest.newBuilder(URI.create("https://localhost:" + port(1)))
                .header("x-amz-target", "DynamoDB_20120810.GetItem")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        client.send(request, HttpResponse.BodyHandlers.discarding());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  @Override
  public void close() {
    servers.forEach(server -> server.stop(0));
  }

  private int port(int server) {
    return servers.get(server).getAddress().getPort();
  }

  private HttpServer plain() throws IOException {
    return started(HttpServer.create(anyPort(), 0));
  }

  private HttpServer secured(SSLContext tls) throws IOException {
    var server = HttpsServer.create(anyPort(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    return started(server);
  }

  private HttpServer started(HttpServer server) {
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
    return server;
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
      var body = exchange.getRequestBody().readAllBytes();
      var answer = target == null ? "" : answer(target, body);
      var bytes = answer.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
      exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private String answer(String target, byte[] body) throws IOException {
    return switch (target.substring(target.indexOf('.') + 1)) {
      case "GetItem" -> item(JSON.readTree(body).at("/Key/pk/S").asText());
      case "Decrypt" -> NODES.objectNode().put("Plaintext", base64(dataKey)).toString();
      case "GenerateDataKey" ->
          NODES
              .objectNode()
              .put("Plaintext", base64(dataKey))
              .put("CiphertextBlob", base64(dataKey))
              .toString();
      case "SendMessage" ->
          NODES.objectNode().put("MessageId", "3f1d9d1c-0f2a-4c5c-9a57-000000000000").toString();
      case "PutEvents" ->
          "{\"FailedEntryCount\":0,\"Entries\":[{\"EventId\":\"7bf73129-1428-4cd3-a780-95db273d1602\"}]}";
      case "Query" -> "{\"Items\":[],\"Count\":0,\"ScannedCount\":0}";
      default -> "{}";
    };
  }

  private String item(String pk) {
    var item = items.get(pk);
    return item == null
        ? "{}"
        : NODES.objectNode().set("Item", attributes(item.values())).toString();
  }

  private static ObjectNode attributes(Map<?, ?> values) {
    var out = NODES.objectNode();
    values.forEach((name, value) -> out.set((String) name, attribute(value)));
    return out;
  }

  private static ObjectNode attribute(Object value) {
    var out = NODES.objectNode();
    switch (value) {
      case String text -> out.put("S", text);
      case BigDecimal number -> out.put("N", number.toPlainString());
      case Boolean flag -> out.put("BOOL", flag);
      case byte[] bytes -> out.put("B", base64(bytes));
      case List<?> list -> {
        var array = out.putArray("L");
        list.forEach(member -> array.add(attribute(member)));
      }
      case Map<?, ?> map -> out.set("M", attributes(map));
      default -> throw new IllegalArgumentException("no attribute: " + value.getClass());
    }
    return out;
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
