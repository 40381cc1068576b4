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

/// What must not be on the way to the consent page: somebody waits for it in a browser.
@Timeout(90)
class CallbackClassesTest {
  @TempDir private Path folder;

  @Test
  void a_consent_page_loads_neither_databind_nor_an_http_client_for_providers()
      throws IOException, InterruptedException {
    var scene = new Scene(Path.of("..", "events"));
    var tls = TlsIdentity.make(folder);
    try (var aws = new StandIn(tls.context(), scene.items(), scene.dataKey())) {
      var classes = folder.resolve("classes.txt");
      var answer = open(scene, aws, classes);

      assertThat(answer).contains("{\"statusCode\":200,", "login/oauth/authorize");
      assertThat(Files.readAllLines(classes))
          .as("what a consent page loads")
          .anyMatch(line -> line.contains(" wasl.oauth.Authorizations "))
          .noneMatch(line -> line.contains(" com.fasterxml.jackson.databind."))
          .noneMatch(line -> line.contains(" org.apache.hc."))
          .noneMatch(line -> line.contains(" software.amazon.awssdk.services.sqs."))
          .noneMatch(line -> line.contains(" software.amazon.awssdk.services.s3."))
          .noneMatch(line -> line.contains(" software.amazon.awssdk.services.eventbridge."));
    }
  }

  private String open(Scene scene, StandIn aws, Path classes)
      throws IOException, InterruptedException {
    var event = Files.write(folder.resolve("event.json"), scene.eventFor(Scene.CALLBACK));
    var out = folder.resolve("out.txt");
    var builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xlog:class+load:file=" + classes,
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                CallbackOnce.class.getName())
            .redirectInput(event.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().clear();
    builder.environment().putAll(ColdBench.variables());
    builder.environment().putAll(aws.inClear());
    builder
        .environment()
        .putAll(
            Map.of(
                "AWS_REGION", "eu-central-1",
                "AWS_ACCESS_KEY_ID", "any",
                "AWS_SECRET_ACCESS_KEY", "any"));
    var process = builder.start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(out, StandardCharsets.UTF_8);
  }
}
