package wasl.endure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import wasl.local.Runner;
import wasl.local.endure.FailureLog;
import wasl.local.endure.FaultInterceptor;
import wasl.local.endure.FaultKind;
import wasl.local.endure.FaultsRun;
import wasl.local.endure.ScratchRoot;
import wasl.local.endure.Stack;

/// The short form of `./wasl endure faults`.
@Tag("own-stack")
class FaultsTest {
  private Path root = Path.of("");

  @BeforeEach
  void prepare() throws Exception {
    root = Impatient.bundle(Files.createTempDirectory("wasl"));
  }

  @AfterEach
  void remove() {
    ScratchRoot.remove(root);
  }

  @Test
  void no_accepted_webhook_is_lost_while_a_fifth_of_all_calls_to_aws_fails() throws Exception {
    FaultInterceptor faults =
        new FaultInterceptor(
            FaultsRun.faults(0.2, Duration.ofSeconds(4), Duration.ofSeconds(1)), new Random(1));
    FailureLog failures = new FailureLog(line -> {});
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try (Runner runner =
        Runner.start(
            new Runner.Settings(
                root,
                Path.of("dynamodb/target/lib"),
                Optional.empty(),
                0,
                0,
                Map.of("OutboundRetrySchedule", "1,2,5,10,20,30"),
                Optional.empty(),
                List.of(faults)),
            line -> {},
            failures)) {

      FaultsRun.Result result =
          FaultsRun.run(
              new FaultsRun.Settings(Duration.ofSeconds(12), 10, 2, 1, Duration.ofSeconds(2)),
              new Stack(runner.api(), runner.aws(), runner.apiKey(), runner.bus()),
              faults,
              failures,
              InstantSource.system(),
              new PrintStream(said, true, StandardCharsets.UTF_8));

      String report = said.toString(StandardCharsets.UTF_8);
      assertThat(result.account().isGood()).as(report).isTrue();
      assertThat(result.account().accepted()).as(report).isEqualTo(result.account().sent());
      // That others than poison were set aside is not ruled out where every fifth call fails, and a
      // message comes again after 8 s. But all of them came back.
      assertThat(result.refusedLeft()).as(report).isZero();
      assertThat(result.poisonBack()).as(report).isTrue();
      assertThat(faults.byKind().keySet()).isEqualTo(EnumSet.allOf(FaultKind.class));
      assertThat(report).contains("sqs start-message-move-task --source-arn arn:aws:sqs:");
    }
  }
}
