package wasl.local.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What must not be on the way from a provider's request to its answer, since loading it takes
/// longer than all the rest.
@Timeout(60)
class ReceiptClassesTest {
  @TempDir private Path folder;

  @Test
  void a_receipt_loads_neither_databind_nor_the_sdk() throws IOException, InterruptedException {
    var scene = new Scene(Path.of("..", "events"));
    var tls = TlsIdentity.make(folder);
    try (var aws = new StandIn(tls.context(), scene.items(), scene.dataKey())) {
      var classes = folder.resolve("classes.txt");
      var answer = receive(scene, aws, tls, classes);

      assertThat(answer).contains("{\"statusCode\":200,");
      assertThat(Files.readAllLines(classes))
          .as("what a receipt loads")
          .anyMatch(line -> line.contains(" wasl.inbound.Receipt "))
          .noneMatch(line -> line.contains(" com.fasterxml.jackson.databind."))
          .noneMatch(line -> line.contains(" software.amazon.awssdk.services."))
          .noneMatch(line -> line.contains(" software.amazon.awssdk.core."));
    }
  }

  private String receive(Scene scene, StandIn aws, TlsIdentity tls, Path classes)
      throws IOException, InterruptedException {
    var event = Files.write(folder.resolve("event.json"), scene.eventFor(Scene.RECEIPT));
    var out = folder.resolve("out.txt");
    var builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xlog:class+load:file=" + classes,
                "-cp",
                classPath(),
                ReceiptOnce.class.getName())
            .redirectInput(event.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().clear();
    builder.environment().putAll(ColdBench.variables());
    builder.environment().putAll(aws.overTls());
    builder
        .environment()
        .putAll(
            Map.of(
                "AWS_REGION", "eu-central-1",
                "AWS_ACCESS_KEY_ID", "any",
                "AWS_SECRET_ACCESS_KEY", "any",
                "AWS_CA_BUNDLE", tls.authorities().toString()));
    var process = builder.start();
    try {
      assertThat(process.waitFor(40, TimeUnit.SECONDS)).as("it ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(out, StandardCharsets.UTF_8);
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
