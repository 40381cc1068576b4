package wasl.local.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What must not be on the way to an answer that somebody waits for, since loading it takes longer
/// than all the rest.
@Timeout(90)
class LoadedClassesTest {
  @TempDir private Path folder;

  /// @param classes the lines of the log of those that were loaded
  private record Ran(String answer, List<String> classes) {}

  @Test
  void a_receipt_loads_neither_databind_nor_the_sdk() throws IOException, InterruptedException {
    var scene = new Scene(Path.of("..", "events"));
    var tls = TlsIdentity.make(folder);
    try (var aws = new StandIn(tls.context(), scene.items(), scene.dataKey())) {
      var environment = new HashMap<>(aws.overTls());
      environment.put("AWS_CA_BUNDLE", tls.authorities().toString());
      var ran =
          run(
              wasl.function.webhookreceipt.Handler.class,
              scene.eventFor(Scene.RECEIPT),
              environment);

      assertThat(ran.answer()).contains("{\"statusCode\":200,");
      assertThat(ran.classes())
          .as("what a receipt loads")
          .anyMatch(line -> line.contains(" wasl.inbound.Receipt "))
          .noneMatch(line -> line.contains(" com.fasterxml.jackson.databind."))
          .noneMatch(line -> line.contains(" software.amazon.awssdk.services."))
          .noneMatch(line -> line.contains(" software.amazon.awssdk.core."));
    }
  }

  @Test
  void a_consent_page_loads_neither_databind_nor_an_http_client_for_providers()
      throws IOException, InterruptedException {
    var scene = new Scene(Path.of("..", "events"));
    var tls = TlsIdentity.make(folder);
    try (var aws = new StandIn(tls.context(), scene.items(), scene.dataKey())) {
      var ran =
          run(
              wasl.function.oauthcallback.Handler.class,
              scene.eventFor(Scene.CALLBACK),
              aws.inClear());

      assertThat(ran.answer()).contains("{\"statusCode\":200,", "login/oauth/authorize");
      assertThat(ran.classes())
          .as("what a consent page loads")
          .anyMatch(line -> line.contains(" wasl.oauth.Authorizations "))
          .noneMatch(line -> line.contains(" com.fasterxml.jackson.databind."))
          .noneMatch(line -> line.contains(" org.apache.hc."))
          .noneMatch(line -> line.contains(" software.amazon.awssdk.services.sqs."))
          .noneMatch(line -> line.contains(" software.amazon.awssdk.services.s3."))
          .noneMatch(line -> line.contains(" software.amazon.awssdk.services.eventbridge."));
    }
  }

  private Ran run(
      Class<? extends RequestStreamHandler> handler, byte[] event, Map<String, String> environment)
      throws IOException, InterruptedException {
    var in = Files.write(folder.resolve("event.json"), event);
    var out = folder.resolve("out.txt");
    var classes = folder.resolve("classes.txt");
    var builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xlog:class+load:file=" + classes,
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                HandlerOnce.class.getName(),
                handler.getName())
            .redirectInput(in.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().clear();
    builder.environment().putAll(ColdBench.variables());
    builder.environment().putAll(environment);
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
    return new Ran(Files.readString(out), Files.readAllLines(classes));
  }
}
