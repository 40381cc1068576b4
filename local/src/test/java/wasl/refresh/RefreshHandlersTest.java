package wasl.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wasl.refresh.RefreshScenario.ROTATING;
import static wasl.refresh.TokenServer.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import wasl.aws.Log;
import wasl.function.duescan.Scanning;
import wasl.function.tokenrefresh.Handler;
import wasl.function.tokenrefresh.Renewing;
import wasl.local.intercept.AwsAnswer;
import wasl.road.EmbeddedStack;
import wasl.road.SettableClock;

/// The functions of the road, as Lambda calls them, on a real queue.
@ExtendWith(EmbeddedStack.Shared.class)
@Timeout(120)
class RefreshHandlersTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration HOUR = Duration.ofHours(1);

  private final EmbeddedStack stack;
  private final SettableClock clock = SettableClock.atRealTime();
  private final RefreshScenario scenario;
  private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
  private final Handler refresh;

  RefreshHandlersTest(EmbeddedStack stack) {
    this.stack = stack;
    scenario = new RefreshScenario(stack, stack.newTenant(), clock, RefreshScenario.DEADLINE);
    refresh =
        new Handler(
            Renewing.on(
                stack.clients(),
                stack.environment("token-refresh"),
                clock,
                new SecureRandom(),
                log("token-refresh")));
  }

  @AfterEach
  void end() {
    scenario.close();
  }

  private Log log(String function) {
    return new Log(function, new PrintStream(logged, true, StandardCharsets.UTF_8), clock);
  }

  private wasl.function.duescan.Handler scan(EmbeddedStack through) {
    return new wasl.function.duescan.Handler(
        Scanning.on(through.clients(), stack.environment("due-scan"), clock, log("due-scan")),
        log("due-scan"));
  }

  private void scan(wasl.function.duescan.Handler handler) throws IOException {
    var event = JSON.readTree(Path.of("..", "events", "due-scan.json").toFile());
    handler.handleRequest(
        new java.io.ByteArrayInputStream(JSON.writeValueAsBytes(event)),
        new ByteArrayOutputStream(),
        new wasl.road.TestContext("due-scan", "scanning"));
  }

  @Test
  void a_message_for_a_connection_that_is_gone_is_done() throws IOException {
    var event = JSON.readTree(Path.of("..", "events", "token-refresh.json").toFile());

    var answer = stack.invoke(refresh, "token-refresh", event);

    assertThat(answer.toString()).isEqualTo("{\"batchItemFailures\":[]}");
  }

  @Test
  void the_scan_enqueues_what_is_due_and_the_function_refreshes_it() throws IOException {
    var connection = scenario.connected(ROTATING);
    clock.move(Duration.ofMinutes(50));

    scan(scan(stack));
    stack.driveAll("token-refresh", refresh);

    assertThat(scenario.accessToken(connection)).isEqualTo("at-1");
    var line = line("token refreshed", connection.id().value());
    assertThat(line.path("became").asText()).isEqualTo("active");
    assertThat(line.path("provider").asText()).isEqualTo("example-oauth");
    assertThat(line.path("TokenRefreshed").asInt()).isEqualTo(1);
    assertThat(logged.toString(StandardCharsets.UTF_8)).doesNotContain("at-1", "rt-0", "rt-1");
  }

  @Test
  void a_failure_is_counted_and_is_none_of_the_message_s() throws IOException {
    var connection = scenario.connected(ROTATING);
    scenario.provider.always(status(503));
    clock.move(HOUR);

    scan(scan(stack));
    stack.driveAll("token-refresh", refresh);

    var line = line("token not refreshed", connection.id().value());
    assertThat(line.path("why").asText()).isEqualTo("http_503");
    assertThat(line.path("RefreshFailed").asInt()).isEqualTo(1);
    assertThat(logged.toString(StandardCharsets.UTF_8)).doesNotContain("message failed");
  }

  @Test
  void a_scan_of_deliveries_that_fails_does_not_keep_tokens_from_being_refreshed()
      throws IOException {
    var connection = scenario.connected(ROTATING);
    clock.move(HOUR);
    var events = stack.environment("due-scan").getOrDefault("WASL_EVENTS_TABLE", "");
    try (var broken =
        stack.through((call, next) ->
            call.operation().equals("Query")
                    && new String(call.body(), StandardCharsets.UTF_8).contains(events)
                ? AwsAnswer.fault(call, 400, "ResourceNotFoundException", "not today")
                : next.pass(call))) {
      assertThatThrownBy(() -> scan(scan(broken))).hasMessageContaining("not today");
    }
    stack.driveAll("token-refresh", refresh);

    assertThat(scenario.accessToken(connection)).isEqualTo("at-1");
  }

  private JsonNode line(String message, String connection) throws IOException {
    for (var line : logged.toString(StandardCharsets.UTF_8).split("\n", -1)) {
      if (!line.isBlank()) {
        var json = JSON.readTree(line);
        if (json.path("message").asText().equals(message)
            && json.path("connection").asText().equals(connection)) {
          return json;
        }
      }
    }
    throw new AssertionError("no line says \"" + message + "\" of " + connection);
  }
}
