package wasl.dance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A real browser, without a window, driven through chromedriver as W3C WebDriver says.
final class Chromium implements Browser, AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

  private final Process driver;
  private final HttpClient http = HttpClient.newHttpClient();
  private final URI base;
  private final String session;

  private Chromium(Process driver, URI base, String session) {
    this.driver = driver;
    this.base = base;
    this.session = session;
  }

  /// Where the driver is on this machine; empty where there is none.
  static Optional<Path> driver() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .map(folder -> Path.of(folder, "chromedriver"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /// @param profile an empty folder
  static Chromium start(Path driverFile, Path profile) throws IOException, InterruptedException {
    int port;
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    var process =
        new ProcessBuilder(driverFile.toString(), "--port=" + port)
            .redirectErrorStream(true)
            .redirectOutput(profile.resolve("chromedriver.log").toFile())
            .start();
    var base = URI.create("http://127.0.0.1:" + port + "/");
    var starting = new Chromium(process, base, "");
    try {
      starting.awaitReady();
      var arguments = JSON.createArrayNode();
      List.of(
              "--headless=new",
              "--no-sandbox",
              "--disable-gpu",
              "--disable-quic",
              "--no-first-run",
              "--disable-background-networking",
              "--disable-component-update",
              "--disable-sync",
              "--user-data-dir=" + profile.resolve("profile"))
          .forEach(arguments::add);
      var capabilities = JSON.createObjectNode();
      capabilities
          .putObject("capabilities")
          .putObject("alwaysMatch")
          .putObject("goog:chromeOptions")
          .set("args", arguments);
      var session = starting.call("POST", "session", capabilities).path("sessionId").asText();
      return new Chromium(process, base, session);
    } catch (IOException | InterruptedException e) {
      starting.close();
      throw e;
    }
  }

  private void awaitReady() throws IOException, InterruptedException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        if (call("GET", "status", null).path("ready").asBoolean()) {
          return;
        }
      } catch (IOException notYet) {
        if (System.nanoTime() > until || !driver.isAlive()) {
          throw notYet;
        }
      }
      driver.waitFor(50, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public String open(URI url) throws IOException, InterruptedException {
    var tab =
        of("POST", "window/new", JSON.createObjectNode().put("type", "tab"))
            .path("handle")
            .asText();
    turnTo(tab);
    of("POST", "url", JSON.createObjectNode().put("url", url.toString()));
    return tab;
  }

  @Override
  public void goOn(String tab) throws IOException, InterruptedException {
    turnTo(tab);
    click("a[href]");
  }

  @Override
  public void allow(String tab, String account) throws IOException, InterruptedException {
    turnTo(tab);
    var field = find("input[name=account]");
    of("POST", "element/" + field + "/clear", JSON.createObjectNode());
    of("POST", "element/" + field + "/value", JSON.createObjectNode().put("text", account));
    click("button[value=allow]");
  }

  @Override
  public URI address(String tab) throws IOException, InterruptedException {
    turnTo(tab);
    return URI.create(of("GET", "url", null).asText());
  }

  @Override
  public void close() {
    try {
      if (!session.isEmpty()) {
        call("DELETE", "session/" + session, null);
      }
      driver.destroy();
      driver.waitFor(10, TimeUnit.SECONDS);
    } catch (IOException gone) {
      // Whoever does not answer is ended all the same.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      driver.destroyForcibly();
      http.close();
    }
  }

  private void turnTo(String tab) throws IOException, InterruptedException {
    of("POST", "window", JSON.createObjectNode().put("handle", tab));
  }

  private void click(String selector) throws IOException, InterruptedException {
    of("POST", "element/" + find(selector) + "/click", JSON.createObjectNode());
  }

  private String find(String selector) throws IOException, InterruptedException {
    return of(
            "POST",
            "element",
            JSON.createObjectNode().put("using", "css selector").put("value", selector))
        .path(ELEMENT)
        .asText();
  }

  private JsonNode of(String method, String command, @Nullable JsonNode body)
      throws IOException, InterruptedException {
    return call(method, "session/" + session + "/" + command, body);
  }

  private JsonNode call(String method, String path, @Nullable JsonNode body)
      throws IOException, InterruptedException {
    var response =
        http.send(
            HttpRequest.newBuilder(base.resolve(path))
                .timeout(PATIENCE.plusSeconds(20))
                .method(
                    method,
                    body == null
                        ? BodyPublishers.noBody()
                        : BodyPublishers.ofString(body.toString()))
                .build(),
            BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(
          method + " " + path + " → " + response.statusCode() + " " + response.body());
    }
    return JSON.readTree(response.body()).path("value");
  }
}
