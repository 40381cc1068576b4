package wasl.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectUrlTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://app.example/back?x=1",
        "http://localhost:4711/",
        "http://127.0.0.1/back",
        "http://[::1]:80/x"
      })
  void takes_https_and_loopback(String url) {
    assertThat(RedirectUrl.isOne(url)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://app.example/",
        "http://127.0.0.1.example/",
        "https://user@app.example/",
        "https://app.example/#x",
        "javascript:alert(1)",
        "https:/x",
        "https://",
        "//app.example",
        "https://a b"
      })
  void refuses_all_others(String url) {
    assertThat(RedirectUrl.isOne(url)).isFalse();
  }
}
