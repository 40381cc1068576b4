package wasl.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EgressUrlTest {
  private static final AddressRules LOOPBACK = AddressRules.parse("127.0.0.0/8,::1/128");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.com",
        "https://example.com:8443/hooks?token=x",
        "HTTPS://EXAMPLE.COM/",
        "https://8.8.8.8/",
        "https://[2001:4860:4860::8888]/hooks"
      })
  void takes_https_to_anything_that_may_be_public(String url) {
    assertThat(EgressUrl.faults(url, AddressRules.PUBLIC_ONLY)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "not a url|is not a URL",
        "``|is not an absolute URL",
        "/hooks|is not an absolute URL",
        "mailto:a@example.com|is not an absolute URL",
        "http://example.com/|must be https",
        "ftp://example.com/|must be https",
        "file:///etc/passwd|must be https",
        "https://user:password@example.com/|has a user name or password in it",
        "https://user@example.com/|has a user name or password in it",
        "https://8.8.8.8@127.0.0.1/|has a user name or password in it",
        "https:///hooks|has no valid host",
        "https://a_b.example.com/|has no valid host",
        "https://example.com:0/|has no valid port",
        "https://example.com:70000/|has no valid port",
        "https://example.com/#top|has a fragment",
        "https://example.com/é|has characters that a URL writes percent-encoded or, in its host, as"
            + " punycode",
      })
  void names_the_fault_of_a_url(String url, String fault) {
    assertThat(EgressUrl.faults(url, AddressRules.PUBLIC_ONLY)).contains(fault);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "017700000001",
        "0",
        "10.0.0.1",
        "169.254.169.254",
        "2852039166",
        "0xa9fea9fe",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a9fe:a9fe]",
        "[64:ff9b::a9fe:a9fe]",
        "[fe80::1]",
        "[fd00:ec2::254]"
      })
  void refuses_a_forbidden_address_in_every_notation(String host) {
    assertThat(EgressUrl.faults("https://" + host + "/", AddressRules.PUBLIC_ONLY))
        .isNotEmpty()
        .isSubsetOf(
            "is an address that requests are not sent to",
            "has no valid host",
            "has an address that is not written as four decimal numbers");
  }

  @Test
  void takes_http_only_where_the_operator_allows_networks_and_only_into_them() {
    assertThat(EgressUrl.faults("http://127.0.0.1:8080/", LOOPBACK)).isEmpty();
    assertThat(EgressUrl.faults("http://localhost:8080/", LOOPBACK)).isEmpty();
    assertThat(EgressUrl.faults("http://8.8.8.8/", LOOPBACK))
        .containsExactly("is an address that requests are not sent to");
  }

  @Test
  void names_several_faults_at_once() {
    assertThat(EgressUrl.faults("ftp://u:p@example.com:0/#x", AddressRules.PUBLIC_ONLY)).hasSize(4);
  }

  @Test
  void shows_no_query_since_it_may_hold_a_token() {
    assertThat(new EgressUrl(URI.create("https://example.com/a?token=secret")).toString())
        .isEqualTo("https://example.com/a");
  }

  @Test
  void sends_a_provider_s_url_to_the_simulator() {
    var simulator = ProvidersAt.parse("http://127.0.0.1:4567/providers/");
    assertThat(simulator.rewrite(new EgressUrl(URI.create("https://api.stripe.com/v1/x?a=%20b"))))
        .isEqualTo(
            new EgressUrl(
                URI.create("http://127.0.0.1:4567/providers/api.stripe.com/v1/x?a=%20b")));
  }

  @Test
  void leaves_a_plain_http_url_to_the_network_that_the_operator_allows() {
    var local = new EgressUrl(URI.create("http://127.0.0.1:9000/token"));
    assertThat(ProvidersAt.parse("http://127.0.0.1:4567").rewrite(local)).isEqualTo(local);
  }
}
