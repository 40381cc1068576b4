package wasl.refresh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import wasl.function.tokenrefresh.Handler;
import wasl.road.TestContext;

/// The function in a process of its own, for one event: to be killed.
final class RefreshProcess {
  private RefreshProcess() {}

  /// @param arguments the file of the event
  public static void main(String[] arguments) throws IOException {
    try (var event = Files.newInputStream(Path.of(arguments[0]))) {
      new Handler().handleRequest(event, System.out, new TestContext("token-refresh", "killed"));
    }
  }
}
