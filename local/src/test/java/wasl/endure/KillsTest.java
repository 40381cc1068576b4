package wasl.endure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import wasl.local.Main;
import wasl.local.endure.KillsRun;

/// The short form of `./wasl endure kills`.
class KillsTest {
  @TempDir Path folder;

  @Test
  void no_accepted_webhook_is_lost_when_every_process_is_killed_and_the_runner_starts_again()
      throws Exception {
    ByteArrayOutputStream said = new ByteArrayOutputStream();

    KillsRun.Result result =
        KillsRun.run(
            new KillsRun.Settings(
                Main.class.getName(), Impatient.bundle(folder), 60, 6, Duration.ofMinutes(3)),
            InstantSource.system(),
            new PrintStream(said, true, StandardCharsets.UTF_8));

    String report = said.toString(StandardCharsets.UTF_8);
    assertThat(result.isGood()).as(report).isTrue();
    assertThat(result.account().sent()).isEqualTo(60);
    assertThat(result.kills()).isEqualTo(5);
  }
}
