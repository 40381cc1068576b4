package wasl.egress;

import java.net.InetAddress;

/// A network: an address and how many of its leading bits count.
public record Cidr(InetAddress network, int bits) {
  public Cidr {
    if (bits < 0 || bits > network.getAddress().length * 8) {
      throw new IllegalArgumentException("a prefix length of " + bits);
    }
  }

  /// Reads `10.0.0.0/8` or `fc00::/7`; throws `IllegalArgumentException` for anything else, names
  /// included.
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("not a network: " + text);
    }
    return new Cidr(
        InetAddress.ofLiteral(text.substring(0, slash)),
        Integer.parseUnsignedInt(text.substring(slash + 1)));
  }

  public boolean contains(InetAddress address) {
    var mine = network.getAddress();
    var other = address.getAddress();
    if (mine.length != other.length) {
      return false;
    }
    for (int at = 0; at < bits; at++) {
      int mask = 0x80 >>> (at % 8);
      if ((mine[at / 8] & mask) != (other[at / 8] & mask)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return network.getHostAddress() + "/" + bits;
  }
}
