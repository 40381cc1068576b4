package wasl.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import wasl.local.Main;

/// `./wasl up` as a process of its own, on free ports, from what was built: what a user runs, and
/// what a test may kill.
public final class UpProcess implements AutoCloseable {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Duration TO_START = Duration.ofSeconds(90);

  private final Process process;
  private final Path output;
  private final JsonNode info;

  private UpProcess(Process process, Path output, JsonNode info) {
    this.process = process;
    this.output = output;
    this.info = info;
  }

  /// @param folder for the info file and the output
  public static UpProcess start(Path folder, String... options)
      throws IOException, InterruptedException {
    var infoFile = folder.resolve("info.json");
    Files.deleteIfExists(infoFile);
    var output = folder.resolve("output.txt");
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dwasl.root=" + ROOT,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "up",
                "--ephemeral",
                "--port",
                "0",
                "--aws-port",
                "0",
                "--info",
                infoFile.toString()));
    command.addAll(List.of(options));
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
            .start();
    long until = System.nanoTime() + TO_START.toNanos();
    while (!Files.exists(infoFile)) {
      if (!process.isAlive() || System.nanoTime() > until) {
        process.destroyForcibly();
        throw new IOException("wasl up did not start:\n" + Files.readString(output));
      }
      process.waitFor(50, TimeUnit.MILLISECONDS);
    }
    return new UpProcess(process, output, new JsonMapper().readTree(infoFile.toFile()));
  }

  public URI api() {
    return URI.create(info.path("api").asText());
  }

  public URI aws() {
    return URI.create(info.path("aws").asText());
  }

  String apiKey() {
    return info.path("apiKey").asText();
  }

  /// Calls the management API.
  public HttpResponse<String> call(String method, String path, String json)
      throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(api().resolve(path))
              .header("authorization", "Bearer " + apiKey())
              .method(
                  method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json))
              .build(),
          BodyHandlers.ofString());
    }
  }

  /// Everything that was written to the output so far, the functions' logs included.
  public String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
