package wasl.local.endure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// `./wasl up` as a process of its own with kept data, to be killed with all that belongs to it.
final class StackProcess implements AutoCloseable {
  private static final Duration TO_START = Duration.ofMinutes(2);
  private static final Duration TO_END = Duration.ofSeconds(20);

  private final Process process;
  private final Stack stack;

  private StackProcess(Process process, Stack stack) {
    this.process = process;
    this.stack = stack;
  }

  /// How the process is run.
  ///
  /// @param mainClass what `./wasl` runs
  /// @param root whose `.wasl` gets data, info file and log
  record Settings(String mainClass, Path root, List<String> options) {
    Path log() {
      return root.resolve(".wasl").resolve("up.log");
    }
  }

  /// Returns once the stack is up.
  ///
  /// @param port 0 takes any free one
  static StackProcess start(Settings settings, int port, int awsPort) throws InterruptedException {
    try {
      Path folder = Files.createDirectories(settings.root().resolve(".wasl"));
      Path info = folder.resolve("local.json");
      Files.deleteIfExists(info);
      Process process =
          new ProcessBuilder(command(settings, port, awsPort, info))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(settings.log().toFile()))
              .start();
      long end = System.nanoTime() + TO_START.toNanos();
      while (!Files.exists(info)) {
        if (!process.isAlive() || System.nanoTime() > end) {
          process.destroyForcibly();
          throw new IllegalStateException("wasl up did not start; see " + settings.log());
        }
        process.waitFor(50, TimeUnit.MILLISECONDS);
      }
      JsonNode read = new JsonMapper().readTree(info.toFile());
      return new StackProcess(
          process,
          new Stack(
              URI.create(read.path("api").asText()),
              URI.create(read.path("aws").asText()),
              read.path("apiKey").asText(),
              read.path("bus").asText()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run wasl up", e);
    }
  }

  // As the launcher runs it.
  private static List<String> command(Settings settings, int port, int awsPort, Path info) {
    return Stream.concat(
            Stream.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-Xss512k",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dwasl.root=" + settings.root(),
                "-Dsun.net.httpserver.nodelay=true",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                settings.mainClass(),
                "up",
                "--port",
                Integer.toString(port),
                "--aws-port",
                Integer.toString(awsPort),
                "--info",
                info.toString()),
            settings.options().stream())
        .toList();
  }

  Stack stack() {
    return stack;
  }

  /// Everything that runs for it, itself first.
  List<ProcessHandle> all() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
  }

  /// Its child with this main class on the command line, if it lives.
  Optional<ProcessHandle> child(String mainClass) {
    return process
        .descendants()
        .filter(child -> child.info().commandLine().orElse("").contains(mainClass))
        .findFirst();
  }

  /// Ends the runner as SIGKILL does; answers whether its children ended by themselves.
  boolean kill() throws InterruptedException {
    List<ProcessHandle> all = all();
    process.destroyForcibly();
    long end = System.nanoTime() + TO_END.toNanos();
    while (all.stream().anyMatch(ProcessHandle::isAlive)) {
      if (System.nanoTime() > end) {
        return false;
      }
      Thread.sleep(Duration.ofMillis(20));
    }
    return true;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(TO_END.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
