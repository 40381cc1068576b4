package wasl.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static wasl.refresh.RefreshScenario.LASTING;
import static wasl.refresh.RefreshScenario.ROTATING;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import wasl.connection.Connection;
import wasl.connection.ConnectionStatus;
import wasl.connection.Connections;
import wasl.local.intercept.AwsAnswer;
import wasl.local.intercept.AwsCall;
import wasl.local.intercept.Interceptor;
import wasl.local.process.ChildJvm;
import wasl.road.EmbeddedStack;
import wasl.road.SettableClock;

/// Ends the function's process by SIGKILL when the provider has answered and nothing is saved.
@ExtendWith(EmbeddedStack.Shared.class)
@Timeout(180)
class KilledRefreshTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration HOUR = Duration.ofHours(1);

  private final EmbeddedStack stack;
  private final SettableClock clock = SettableClock.atRealTime();
  private final RefreshScenario scenario;
  @TempDir private Path folder = Path.of("");

  KilledRefreshTest(EmbeddedStack stack) {
    this.stack = stack;
    // The process to be killed goes by the real time: what is connected here is due there.
    clock.move(HOUR.negated());
    scenario = new RefreshScenario(stack, stack.newTenant(), clock, RefreshScenario.DEADLINE);
  }

  @AfterEach
  void end() {
    scenario.close();
  }

  @Test
  void a_rotating_token_ends_in_doubt_and_is_told_within_two_minutes() throws Exception {
    var connection = scenario.connected(ROTATING);
    clock.move(HOUR);

    killWhileRefreshing(connection);
    scenario.pass(Duration.ofMinutes(2));

    var now = scenario.now(connection);
    assertThat(now.status()).isEqualTo(ConnectionStatus.ERROR);
    assertThat(now.statusReason()).contains("rotation_in_doubt");
    assertThat(scenario.told(connection)).contains(Connections.FAILED);
  }

  @Test
  void a_lasting_one_is_refreshed_within_two_minutes() throws Exception {
    scenario.provider.rotating(false);
    var connection = scenario.connected(LASTING);
    clock.move(HOUR);

    killWhileRefreshing(connection);
    scenario.pass(Duration.ofMinutes(2));

    assertThat(scenario.now(connection).status()).isEqualTo(ConnectionStatus.ACTIVE);
    assertThat(scenario.accessToken(connection)).isEqualTo("at-2");
  }

  private void killWhileRefreshing(Connection connection) throws Exception {
    var killer = new Killer();
    java.util.function.Consumer<String> output = System.out::println;
    try (var between = stack.through(killer);
        var process = ChildJvm.start(command(between, connection), output)) {
      killer.victim.complete(process);

      assertThat(process.onExit().get(120, TimeUnit.SECONDS)).as("SIGKILL").isEqualTo(137);
    }
    assertThat(scenario.provider.calls()).hasSize(1);
    assertThat(scenario.accessToken(connection)).isEqualTo("at-0");
    // Moved to when it died, and nothing else happens by itself: it is as the process left it.
    clock.move(Duration.between(clock.instant(), java.time.InstantSource.system().instant()));
  }

  /// Kills whoever writes after the provider has given a token.
  private final class Killer implements Interceptor {
    private final CompletableFuture<ChildJvm> victim = new CompletableFuture<>();

    @Override
    public AwsAnswer answer(AwsCall call, Next next) throws IOException {
      if (scenario.provider.calls().isEmpty() || !call.operation().equals("PutItem")) {
        return next.pass(call);
      }
      try {
        victim.get(30, TimeUnit.SECONDS).kill();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("ended before the victim");
      } catch (ExecutionException | TimeoutException e) {
        throw new IOException("there is no victim", e);
      }
      throw new IOException("its caller is dead");
    }
  }

  private ChildJvm.Command command(EmbeddedStack between, Connection connection)
      throws IOException {
    var environment = new HashMap<>(stack.environment("token-refresh"));
    environment.put("AWS_ENDPOINT_URL", between.endpoint().toString());
    environment.put("AWS_REGION", "us-east-1");
    environment.put("AWS_ACCESS_KEY_ID", "test");
    environment.put("AWS_SECRET_ACCESS_KEY", "test");
    return new ChildJvm.Command(
        Path.of(System.getProperty("java.home"), "bin", "java"),
        RefreshProcess.class.getName(),
        List.of(System.getProperty("java.class.path")),
        List.of(
            "-Xmx96m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED"),
        List.of(event(connection).toString()),
        environment);
  }

  private Path event(Connection connection) throws IOException {
    var event = JSON.createObjectNode();
    event
        .putArray("Records")
        .addObject()
        .put("messageId", "m")
        .put("receiptHandle", "r")
        .put("body", RefreshMessages.write(RefreshMessage.of(connection)))
        .putObject("attributes")
        .put("ApproximateReceiveCount", "1");
    return Files.write(folder.resolve("event.json"), JSON.writeValueAsBytes(event));
  }
}
