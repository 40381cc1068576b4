package wasl.dance;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/// The team's own application, where a browser ends up.
final class Application implements AutoCloseable {
  private final HttpServer server;

  Application() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            var page =
                "<!DOCTYPE html><title>application</title><p>back".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("content-type", "text/html; charset=utf-8");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
          }
        });
    server.start();
  }

  String redirectUrl() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/connected?from=wasl";
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
