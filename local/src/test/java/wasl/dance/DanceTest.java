package wasl.dance;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import wasl.endtoend.UpProcess;
import wasl.local.scene.PlainBrowser;

/// The whole dance by plain HTTP, against the simulator, from manifests alone.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DanceTest {
  private UpProcess up;
  private Application application;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    up = UpProcess.start(folder);
    application = new Application();
  }

  @AfterAll
  void stop() {
    application.close();
    up.close();
  }

  @ParameterizedTest
  @MethodSource("wasl.dance.Providers#all")
  void connects_an_account_and_reconnects_it(Providers provider) throws Exception {
    try (var browser = new PlainBrowser()) {
      new Dance(up, Browser.plain(browser), application).connects(provider);
    }
  }

  @ParameterizedTest
  @MethodSource("wasl.dance.Providers#all")
  void connects_two_accounts_in_one_browser_at_the_same_time(Providers provider) throws Exception {
    try (var browser = new PlainBrowser()) {
      new Dance(up, Browser.plain(browser), application).connectsTwoInParallel(provider);
    }
  }
}
