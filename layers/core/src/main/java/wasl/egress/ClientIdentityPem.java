package wasl.egress;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import wasl.signing.PrivateKeyPem;
import wasl.vault.Secret;

/// Reads client identities from PEM: a chain of certificates, the client's own first, and the key
/// that belongs to it.
public final class ClientIdentityPem {
  private static final int LONGEST_CHAIN = 10;

  private ClientIdentityPem() {}

  /// What two texts turned out to be.
  public sealed interface Read {
    record Identity(ClientIdentity identity) implements Read {}

    /// @param why completes "the certificate …"
    record UnusableChain(String why) implements Read {}

    /// @param why completes "the key …"
    record UnusableKey(String why) implements Read {}
  }

  public static Read read(Secret chain, Secret key) {
    var certificates = certificates(chain);
    if (certificates.isEmpty()) {
      return new Read.UnusableChain("is no X.509 certificate in PEM form, or has too many");
    }
    return switch (PrivateKeyPem.read(key)) {
      case PrivateKeyPem.Read.Unusable(var why) -> new Read.UnusableKey(why);
      case PrivateKeyPem.Read.Key(var found) ->
          belongs(found, certificates.getFirst().getPublicKey())
              ? new Read.Identity(new ClientIdentity(certificates, found))
              : new Read.UnusableKey("is not the one of the first certificate");
    };
  }

  private static List<X509Certificate> certificates(Secret chain) {
    var text = chain.reveal().replace("\\n", "\n").strip();
    try {
      var found = new ArrayList<X509Certificate>();
      var bytes = Secret.of(text).revealBytes();
      for (var certificate :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(bytes))) {
        if (certificate instanceof X509Certificate x509) {
          found.add(x509);
        }
      }
      return found.size() <= LONGEST_CHAIN ? found : List.of();
    } catch (CertificateException malformed) {
      return List.of();
    }
  }

  // What one signs the other must verify.
  private static boolean belongs(PrivateKey key, PublicKey certified) {
    var algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "EdDSA";
        };
    var challenge = new byte[] {1, 2, 3};
    try {
      var signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(challenge);
      var signed = signature.sign();
      signature.initVerify(certified);
      signature.update(challenge);
      return signature.verify(signed);
    } catch (GeneralSecurityException ofAnotherKind) {
      return false;
    }
  }
}
