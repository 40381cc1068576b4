package wasl.local.aws;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Passes requests on to a server that stands behind the endpoint, bytes unchanged both ways.
final class BackEnd {
  private static final Set<String> NOT_PASSED_ON =
      Set.of("host", "connection", "content-length", "expect", "upgrade", "transfer-encoding");

  private final HttpClient client;
  private final URI address;

  BackEnd(HttpClient client, URI address) {
    this.client = client;
    this.address = address;
  }

  /// Passes on a request whose body was read, with some headers in place of its own.
  void pass(HttpExchange exchange, byte[] body, Map<String, String> headers) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address + exchange.getRequestURI().toString()))
            .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> {
          if (isPassedOn(name) && !headers.containsKey(name.toLowerCase(Locale.ROOT))) {
            values.forEach(value -> request.header(name, value));
          }
        });
    headers.forEach(request::header);
    HttpResponse<byte[]> response = send(request.build());
    for (Map.Entry<String, List<String>> header : response.headers().map().entrySet()) {
      if (isPassedOn(header.getKey())) {
        exchange.getResponseHeaders().put(header.getKey(), header.getValue());
      }
    }
    byte[] answer = response.body();
    exchange.sendResponseHeaders(response.statusCode(), answer.length == 0 ? -1 : answer.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(answer);
    }
  }

  /// Calls a JSON operation, unsigned; the back ends look at no signature.
  HttpResponse<byte[]> call(String target, byte[] body, Map<String, String> headers)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address.resolve("/"))
            .header("X-Amz-Target", target)
            .header("Content-Type", "application/x-amz-json-1.0")
            .POST(BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    return send(request.build());
  }

  private HttpResponse<byte[]> send(HttpRequest request) throws IOException {
    try {
      return client.send(request, BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + address, e);
    }
  }

  private static boolean isPassedOn(String header) {
    return !header.startsWith(":") && !NOT_PASSED_ON.contains(header.toLowerCase(Locale.ROOT));
  }
}
