package wasl.management;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import wasl.egress.EgressUrl;
import wasl.egress.ProvidersAt;

/// The simulator that stands for all providers, as a test speaks to it.
final class ProvidersPlayed implements AutoCloseable {
  private final URI simulator;
  private final HttpClient http = HttpClient.newHttpClient();

  ProvidersPlayed(URI simulator) {
    this.simulator = simulator;
  }

  /// Says how they behave; see the control API.
  void control(String method, String path, String json) {
    var answer = send(method, URI.create(simulator + "/_control" + path), json);
    if (answer.statusCode() >= 300) {
      throw new IllegalStateException(answer.statusCode() + " " + answer.body());
    }
  }

  /// Where a provider sends a browser back to.
  URI sentBack(String url) {
    var at = new ProvidersAt(simulator).rewrite(new EgressUrl(URI.create(url))).uri();
    return URI.create(send("GET", at, "").headers().firstValue("location").orElseThrow());
  }

  private HttpResponse<String> send(String method, URI uri, String body) {
    try {
      return http.send(
          HttpRequest.newBuilder(uri).method(method, BodyPublishers.ofString(body)).build(),
          BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Everything that went wrong by order goes right again.
  @Override
  public void close() {
    control("DELETE", "/faults", "");
    http.close();
  }
}
