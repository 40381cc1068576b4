package wasl.signing;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.util.Base64;
import java.util.Optional;
import wasl.vault.Secret;

/// A private key that signs JSON Web Signatures (RFC 7515) by its algorithm (RFC 7518, section 3).
public final class JwtKey {
  // RFC 7518, section 3.3.
  private static final int SMALLEST_RSA = 2048;
  private static final int P256 = 256;

  private final Algorithm algorithm;
  private final PrivateKey key;

  private JwtKey(Algorithm algorithm, PrivateKey key) {
    this.algorithm = algorithm;
    this.key = key;
  }

  public enum Algorithm {
    RS256("RSA", "SHA256withRSA"),
    /// Its signature is the two numbers one after the other (IEEE P1363), not in DER.
    ES256("EC", "SHA256withECDSAinP1363Format");

    private final String keys;
    private final String signatures;

    Algorithm(String keys, String signatures) {
      this.keys = keys;
      this.signatures = signatures;
    }
  }

  /// What a text turned out to be.
  public sealed interface Read {
    record Key(JwtKey key) implements Read {}

    /// @param why completes "the key …"
    record Unusable(String why) implements Read {}
  }

  /// Reads the key of an algorithm from PEM.
  public static Read read(Algorithm algorithm, Secret pem) {
    return switch (PrivateKeyPem.read(pem)) {
      case PrivateKeyPem.Read.Unusable(var why) -> new Read.Unusable(why);
      case PrivateKeyPem.Read.Key(var key) ->
          unfit(algorithm, key)
              .<Read>map(Read.Unusable::new)
              .orElseGet(() -> new Read.Key(new JwtKey(algorithm, key)));
    };
  }

  /// Reads a key of whichever algorithm.
  public static Read read(Secret pem) {
    var rsa = read(Algorithm.RS256, pem);
    return rsa instanceof Read.Key || !(read(Algorithm.ES256, pem) instanceof Read.Key ec)
        ? rsa
        : ec;
  }

  private static Optional<String> unfit(Algorithm algorithm, PrivateKey key) {
    if (!key.getAlgorithm().equals(algorithm.keys)) {
      return Optional.of("must be an " + algorithm.keys + " key for " + algorithm);
    }
    return switch (key) {
      case RSAPrivateKey rsa when rsa.getModulus().bitLength() < SMALLEST_RSA ->
          Optional.of("must have " + SMALLEST_RSA + " bits or more");
      case ECPrivateKey ec when ec.getParams().getCurve().getField().getFieldSize() != P256 ->
          Optional.of("must be on the curve P-256");
      default -> Optional.empty();
    };
  }

  public Algorithm algorithm() {
    return algorithm;
  }

  /// The compact form of header and payload with their signature (RFC 7515, section 7.1).
  ///
  /// @param header a JSON object that names this key's algorithm
  public String sign(byte[] header, byte[] payload) {
    var input = base64(header) + "." + base64(payload);
    try {
      var signature = Signature.getInstance(algorithm.signatures);
      signature.initSign(key);
      signature.update(input.getBytes(StandardCharsets.US_ASCII));
      return input + "." + base64(signature.sign());
    } catch (GeneralSecurityException e) {
      // Without its cause, which may tell of the key.
      throw new IllegalStateException("a key that was read does not sign");
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Override
  public String toString() {
    return "JwtKey(" + algorithm + " ***)";
  }
}
