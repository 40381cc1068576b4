package wasl.moto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// moto, another emulator of AWS, as a process of its own.
///
/// It reads its standard input and ends when that does, so it outlives this JVM in no case.
final class Moto implements AutoCloseable {
  private static final Path SCRIPTS = Path.of("src", "test", "resources", "moto");
  private static final long SECONDS_TO_IMPORT = 60;

  private final Process process;
  private final Path log;
  private final URI endpoint;

  private Moto(Process process, Path log, URI endpoint) {
    this.process = process;
    this.log = log;
    this.endpoint = endpoint;
  }

  /// Leaves out the test, saying so, where the tools are not there.
  static void assumeInstalled() throws InterruptedException {
    assumeTrue(
        canImport("boto3", "moto.server", "samtranslator"),
        "SKIPPED: python3 with moto and the SAM translator is not here"
            + " (pip install 'moto[server]' boto3 aws-sam-translator)");
  }

  /// @param folder for its log
  static Moto start(Path folder) throws IOException {
    var log = folder.resolve("moto.log");
    var process =
        new ProcessBuilder("python3", SCRIPTS.resolve("serve.py").toString())
            .redirectError(log.toFile())
            .start();
    // Not closed: with it would go the pipe on which moto's life hangs.
    var port = new BufferedReader(process.inputReader(UTF_8)).readLine();
    if (port == null) {
      throw new IOException("moto did not start:\n" + Files.readString(log));
    }
    return new Moto(process, log, URI.create("http://127.0.0.1:" + port));
  }

  URI endpoint() {
    return endpoint;
  }

  /// Creates a stack from `template.yaml`, as a user does by the same command.
  ///
  /// @return `declared` and `made`: types by logical id
  JsonNode createStack(String name, Path folder) throws Exception {
    return createStack(name, folder, Path.of("..", "template.yaml"));
  }

  /// The same from another template.
  JsonNode createStack(String name, Path folder, Path template) throws Exception {
    var output = folder.resolve("stack.json");
    var errors = folder.resolve("stack.txt");
    var created =
        new ProcessBuilder(
                "python3",
                SCRIPTS.resolve("create_stack.py").toString(),
                endpoint.toString(),
                name,
                template.toString())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    assertThat(created.waitFor())
        .as("%s%n%s", Files.readString(errors), Files.readString(log))
        .isZero();
    return new JsonMapper().readTree(output.toFile());
  }

  @Override
  public void close() {
    process.destroy();
  }

  private static boolean canImport(String... modules) throws InterruptedException {
    var command = new ArrayList<>(List.of("python3", "-c"));
    command.add("import " + String.join(", ", modules));
    try {
      var tried =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return tried.waitFor(SECONDS_TO_IMPORT, TimeUnit.SECONDS) && tried.exitValue() == 0;
    } catch (IOException e) {
      // There is no python3.
      return false;
    }
  }
}
