package wasl.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/// Finds the addresses of a host. The guard connects to what this answered and to nothing else.
@FunctionalInterface
public interface Resolver {
  /// @param host a name, or an address in any notation, without brackets
  /// @return at least one
  List<InetAddress> resolve(String host) throws UnknownHostException;
}
