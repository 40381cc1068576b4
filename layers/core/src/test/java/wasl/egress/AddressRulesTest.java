package wasl.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRulesTest {
  private static final AddressRules RULES = AddressRules.PUBLIC_ONLY;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.100.100.200",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.0.1",
        "169.254.169.254",
        "169.254.170.2",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::8.8.8.8",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b::127.0.0.1",
        "64:ff9b::8.8.8.8",
        "64:ff9b:1::10.0.0.1",
        "100::1",
        "2001::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:2::1",
        "2001:20::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:808:808::1",
        "2600:1f18::5efe:10.0.0.1",
        "2600:1f18::200:5efe:a00:1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1"
      })
  void refuses_what_is_not_public(String address) {
    assertThat(RULES.permits(InetAddress.ofLiteral(address), true)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "::ffff:8.8.8.8",
        "2001:4860:4860::8888",
        "2600:1f18::1",
        "2a00:1450:4001::1"
      })
  void permits_public_addresses_over_tls_and_not_without(String address) {
    assertThat(RULES.permits(InetAddress.ofLiteral(address), true)).isTrue();
    assertThat(RULES.permits(InetAddress.ofLiteral(address), false)).isFalse();
  }

  @Test
  void judges_a_mapped_address_that_java_left_unmapped_as_the_one_it_reaches()
      throws UnknownHostException {
    var bytes = new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 127, 0, 0, 1};
    var mapped = Inet6Address.getByAddress("x", bytes, 0);

    assertThat(mapped).isInstanceOf(Inet6Address.class);
    assertThat(RULES.permits(mapped, true)).isFalse();
    assertThat(AddressRules.parse("127.0.0.0/8").permits(mapped, false)).isTrue();
  }

  @Test
  void permits_what_the_operator_allows_also_without_tls() {
    var rules = AddressRules.parse("127.0.0.0/8, ::1/128");

    assertThat(rules.permits(InetAddress.ofLiteral("127.0.0.1"), false)).isTrue();
    assertThat(rules.permits(InetAddress.ofLiteral("::1"), false)).isTrue();
    assertThat(rules.permits(InetAddress.ofLiteral("127.0.0.1"), true)).isTrue();
    assertThat(rules.permits(InetAddress.ofLiteral("10.0.0.1"), true)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.0.0.0/33", "localhost/8", "127.0.0.0/-1", "x", "/8"})
  void says_what_is_no_network(String text) {
    assertThatThrownBy(() -> AddressRules.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
