package wasl.local.scene;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/// Calls Wasl's HTTP API, and its webhook URLs, as anyone would.
public final class Api implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  /// @param body the answer as JSON; a missing node where it is none
  public record Answer(int status, JsonNode body, String text) {}

  private final List<String> refusals = new CopyOnWriteArrayList<>();
  private final URI api;
  private final String key;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  public Api(URI api, String key) {
    this.api = api;
    this.key = key;
  }

  /// Calls the management API; anything but 2xx is a fault of the caller's.
  public JsonNode call(String method, String path, String json)
      throws IOException, InterruptedException {
    var answer = ask(method, path, json);
    if (answer.status() / 100 != 2) {
      throw new IOException(
          method + " " + path + " answered " + answer.status() + ": " + answer.text());
    }
    return answer.body();
  }

  public JsonNode get(String path) throws IOException, InterruptedException {
    return call("GET", path, "");
  }

  /// Calls the management API, whatever it answers.
  public Answer ask(String method, String path, String json)
      throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(api.resolve(path))
            .header("authorization", "Bearer " + key)
            .header("content-type", "application/json")
            .method(
                method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json)));
  }

  /// Posts a webhook as its provider would.
  public Answer post(String url, byte[] body, Map<String, String> headers)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(url)).POST(BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    return send(request);
  }

  private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
    var response =
        http.send(
            request.timeout(Duration.ofSeconds(30)).build(),
            BodyHandlers.ofString(StandardCharsets.UTF_8));
    var text = response.body();
    if (response.statusCode() >= 400) {
      refusals.add(text);
    }
    boolean json = response.headers().firstValue("content-type").orElse("").contains("json");
    return new Answer(response.statusCode(), json ? JSON.readTree(text) : JSON.missingNode(), text);
  }

  /// The bodies of all answers that refused something.
  public List<String> refusals() {
    return List.copyOf(refusals);
  }

  @Override
  public void close() {
    http.close();
  }
}
