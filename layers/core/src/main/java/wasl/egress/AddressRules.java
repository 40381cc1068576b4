package wasl.egress;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// Says which addresses a request may go to: public unicast ones, and those that the operator
/// allows.
///
/// The refused networks are those of the IANA special-purpose registries (RFC 6890 and its
/// successors), multicast, and the translation prefixes through which an IPv6 address leads to an
/// IPv4 one. Of IPv6 only global unicast (2000::/3) can pass at all, so a prefix that is assigned
/// tomorrow is refused today.
///
/// @param allowed networks that pass although they are not public; plain http goes nowhere else
public record AddressRules(List<Cidr> allowed) {
  public static final AddressRules PUBLIC_ONLY = new AddressRules(List.of());

  private static final List<Cidr> REFUSED_V4 =
      networks(
          "0.0.0.0/8", // this network; 0.0.0.0 reaches the own host
          "10.0.0.0/8", // private
          "100.64.0.0/10", // carrier-grade NAT; holds a cloud's metadata service too
          "127.0.0.0/8", // loopback
          "168.63.129.16/32", // a cloud's host agent, though the address is public
          "169.254.0.0/16", // link-local, and with it most clouds' metadata
          "172.16.0.0/12", // private
          "192.0.0.0/24", // protocol assignments; holds a cloud's metadata service too
          "192.0.2.0/24", // documentation
          "192.88.99.0/24", // 6to4 relays
          "192.168.0.0/16", // private
          "198.18.0.0/15", // benchmarks
          "198.51.100.0/24", // documentation
          "203.0.113.0/24", // documentation
          "224.0.0.0/4", // multicast
          "240.0.0.0/4"); // reserved, and broadcast

  private static final Cidr GLOBAL_UNICAST_V6 = Cidr.parse("2000::/3");

  private static final List<Cidr> REFUSED_V6 =
      networks(
          "2001::/23", // protocol assignments: Teredo, benchmarks, ORCHID
          "2001:db8::/32", // documentation
          "2002::/16", // 6to4
          "3fff::/20"); // documentation

  public AddressRules {
    allowed = List.copyOf(allowed);
  }

  /// Reads comma-separated networks; empty text allows nothing beyond public addresses.
  public static AddressRules parse(String cidrs) {
    return new AddressRules(
        Stream.of(cidrs.split(",", -1))
            .map(String::strip)
            .filter(text -> !text.isEmpty())
            .map(Cidr::parse)
            .toList());
  }

  /// Whether a request may go there.
  ///
  /// @param tls without it only the operator's own networks are reached, where nobody listens in
  public boolean permits(InetAddress address, boolean tls) {
    var plain = unmapped(address);
    return isAllowed(plain) || (tls && isPublic(plain));
  }

  private boolean isAllowed(InetAddress address) {
    return allowed.stream().anyMatch(network -> network.contains(address));
  }

  private static boolean isPublic(InetAddress address) {
    if (address instanceof Inet4Address) {
      return REFUSED_V4.stream().noneMatch(network -> network.contains(address));
    }
    return GLOBAL_UNICAST_V6.contains(address)
        && REFUSED_V6.stream().noneMatch(network -> network.contains(address))
        && !isIsatap(address.getAddress());
  }

  // RFC 5214: an interface id of 0000:5efe or 0200:5efe carries the IPv4 address that is meant.
  private static boolean isIsatap(byte[] bytes) {
    return (bytes[8] & 0xfd) == 0 && bytes[9] == 0 && bytes[10] == 0x5e && bytes[11] == (byte) 0xfe;
  }

  // ::ffff:a.b.c.d reaches a.b.c.d, so it is judged, and allowed, as that.
  private static InetAddress unmapped(InetAddress address) {
    var bytes = address.getAddress();
    if (bytes.length != 16 || bytes[10] != -1 || bytes[11] != -1) {
      return address;
    }
    for (int at = 0; at < 10; at++) {
      if (bytes[at] != 0) {
        return address;
      }
    }
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, 12, 16));
    } catch (UnknownHostException e) {
      throw new AssertionError("four bytes are an address", e);
    }
  }

  private static List<Cidr> networks(String... texts) {
    return Stream.of(texts).map(Cidr::parse).toList();
  }
}
