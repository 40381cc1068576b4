package wasl.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OptionsTest {

  @Test
  void without_options_the_usual_ports_are_taken_and_data_is_kept() {
    assertThat(Options.parse(List.of()))
        .isEqualTo(
            new Options(
                3000,
                4566,
                Map.of(),
                Optional.empty(),
                false,
                false,
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void every_option_is_understood_and_an_empty_value_is_a_value() {
    assertThat(
            Options.parse(
                List.of(
                    "--port",
                    "0",
                    "--aws-port",
                    "1",
                    "--set",
                    "A=b=c",
                    "--set",
                    "E=",
                    "--info",
                    "f.json",
                    "--ephemeral",
                    "--isolate",
                    "--endpoint",
                    "http://localhost:5000",
                    "--stack",
                    "wasl-dev")))
        .isEqualTo(
            new Options(
                0,
                1,
                Map.of("A", "b=c", "E", ""),
                Optional.of(Path.of("f.json")),
                true,
                true,
                Optional.of(URI.create("http://localhost:5000")),
                Optional.of("wasl-dev")));
  }

  @Test
  void a_stack_is_at_an_endpoint() {
    assertThatThrownBy(() -> Options.parse(List.of("--stack", "wasl-dev")))
        .isInstanceOf(Options.BadUsage.class)
        .hasMessageStartingWith("--stack needs --endpoint");
  }

  @Test
  void every_fault_is_told() {
    assertThatThrownBy(() ->
            Options.parse(
                List.of(
                    "--port", "99999", "--set", "novalue", "--endpoint", "x", "--nope", "--info")))
        .isInstanceOf(Options.BadUsage.class)
        .hasMessage(
            """
            --port needs a number from 0 to 65535, not "99999"
            --set needs Parameter=Value, not "novalue"
            --endpoint needs a URL such as http://localhost:4566, not "x"
            unknown option --nope
            --info needs a value\
            """);
  }
}
