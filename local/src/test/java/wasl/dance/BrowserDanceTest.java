package wasl.dance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import wasl.endtoend.UpProcess;

/// The whole dance in a real browser, where Debian's `chromium` and `chromium-driver` are: `mvn
/// verify -Pbrowser`.
@Tag("browser")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrowserDanceTest {
  private UpProcess up;
  private Application application;
  private Chromium browser;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    assumeTrue(Chromium.driver().isPresent(), "no chromedriver on the PATH: no real browser here");
    browser = Chromium.start(Chromium.driver().orElseThrow(), folder);
    up = UpProcess.start(folder);
    application = new Application();
  }

  @AfterAll
  void stop() throws Exception {
    if (up != null) {
      browser.close();
      application.close();
      up.close();
    }
  }

  @ParameterizedTest
  @MethodSource("wasl.dance.Providers#all")
  void connects_an_account_and_reconnects_it(Providers provider) throws Exception {
    new Dance(up, browser, application).connects(provider);
  }

  @ParameterizedTest
  @MethodSource("wasl.dance.Providers#all")
  void connects_two_accounts_in_one_browser_at_the_same_time(Providers provider) throws Exception {
    new Dance(up, browser, application).connectsTwoInParallel(provider);
  }
}
