package wasl.egress;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/// What a client shows to a server that demands to know it (RFC 8446, section 4.4.2): its
/// certificate with the chain above it, and the key that belongs to it.
///
/// @param chain the client's own certificate first
public record ClientIdentity(List<X509Certificate> chain, PrivateKey key) {
  public ClientIdentity {
    chain = List.copyOf(chain);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("an identity needs a certificate");
    }
  }

  @Override
  public String toString() {
    return "ClientIdentity(" + chain.size() + " certificates, key ***)";
  }
}
