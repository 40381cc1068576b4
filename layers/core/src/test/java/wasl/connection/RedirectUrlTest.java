package wasl.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  @ParameterizedTest
  @CsvSource({
    "https://app.example/b?x=1, https://app.example/b?x=1, true",
    "https://app.example/b?x=1, https://app.example/b, false",
    "https://app.example/b, https://app.example:443/b, false",
    "https://app.example:8443/b, https://app.example:8444/b, false",
    "http://127.0.0.1/b, http://127.0.0.1:4711/b, true",
    "http://127.0.0.1:1/b, http://127.0.0.1/b, true",
    "http://[::1]/b?x=1, http://[::1]:80/b?x=1, true",
    "http://localhost:1/b, http://localhost:2/b, true",
    "http://localhost/b, http://127.0.0.1/b, false",
    "http://127.0.0.1/b, http://127.0.0.1:0/b, false",
    "http://127.0.0.1/b, http://127.0.0.1:99999/b, false",
    "http://127.0.0.1/b, http://127.0.0.1:/b, false",
    "http://127.0.0.1/b, http://127.0.0.1:080/b, false",
    "http://127.0.0.1/b, http://x@127.0.0.1:80/b, false",
    "http://127.0.0.1/b, http://127.0.0.1:80/b#x, false",
    "http://127.0.0.1/b, http://127.0.0.1:80/a/../b, false",
    "http://127.0.0.1/b, https://127.0.0.1:80/b, false",
    "https://127.0.0.1/b, https://127.0.0.1:80/b, false",
    "https://app.example/b, not a url, false"
  })
  void takes_one_that_is_registered_and_on_loopback_with_any_port(
      String registered, String given, boolean taken) {
    assertThat(RedirectUrl.isAmong(List.of("https://other.example/", registered), given))
        .isEqualTo(taken);
  }
}
