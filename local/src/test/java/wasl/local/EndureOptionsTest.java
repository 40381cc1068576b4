package wasl.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndureOptionsTest {
  @Test
  void each_run_has_its_defaults() {
    assertThat(EndureOptions.parse(List.of("faults")))
        .isEqualTo(new EndureOptions.Faults(Duration.ofMinutes(30), 5, 5, 1));
    assertThat(EndureOptions.parse(List.of("kills"))).isEqualTo(new EndureOptions.Kills(500, 10));
  }

  @Test
  void each_option_is_taken() {
    assertThat(
            EndureOptions.parse(
                List.of(
                    "faults", "--minutes", "0.5", "--percent", "20", "--rate", "2", "--seed", "7")))
        .isEqualTo(new EndureOptions.Faults(Duration.ofSeconds(30), 20, 2, 7));
    assertThat(EndureOptions.parse(List.of("kills", "--webhooks", "60", "--rate", "6")))
        .isEqualTo(new EndureOptions.Kills(60, 6));
  }

  @Test
  void every_fault_is_named_at_once() {
    assertThatThrownBy(() ->
            EndureOptions.parse(List.of("kills", "--minutes", "--webhooks", "none", "--rate")))
        .isInstanceOf(Options.BadUsage.class)
        .hasMessage(
            """
            unknown option --minutes
            --webhooks needs a number above 0, not "none"
            --rate needs a number\
            """);
    assertThatThrownBy(() -> EndureOptions.parse(List.of()))
        .hasMessage("endure takes: faults, kills");
  }
}
