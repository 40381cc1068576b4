package wasl.signing;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import wasl.signing.Gathered.Ready;
import wasl.signing.Verdict.Genuine;
import wasl.signing.Verdict.Reason;
import wasl.signing.Verdict.Refused;
import wasl.vault.Secret;
import wasl.web.HttpRequest;

/// A signature by the provider's private key; what stands for the secret is its public key.
public record Asymmetric(
    Algorithm algorithm, Encoding encoding, PublicKeyForm keyForm, Message message)
    implements Scheme {

  /// The signature algorithms that providers use.
  public enum Algorithm {
    ED25519("Ed25519", "Ed25519"),
    /// Signatures in DER.
    ECDSA_P256_SHA256("EC", "SHA256withECDSA"),
    RSA_PKCS1_SHA256("RSA", "SHA256withRSA");

    private final String key;
    private final String signature;

    Algorithm(String key, String signature) {
      this.key = key;
      this.signature = signature;
    }
  }

  @Override
  public Verdict match(HttpRequest request, List<Secret> keys) {
    var gathered = message.in(request);
    if (gathered instanceof Refused why) {
      return why;
    }
    var ready = (Ready) gathered;
    boolean decoded = false;
    boolean usable = false;
    for (int i = 0; i < keys.size(); i++) {
      var spki = keyForm.spki(keys.get(i));
      for (var text : ready.signatures()) {
        var signature = encoding.decode(text);
        decoded |= signature.isPresent();
        if (spki.isEmpty() || signature.isEmpty()) {
          continue;
        }
        var fits = fits(spki.get(), signature.get(), ready);
        usable |= fits != Fit.NO_KEY;
        if (fits == Fit.YES) {
          return new Genuine(i, ready.signedAt());
        }
      }
    }
    if (!decoded) {
      return new Refused(Reason.MALFORMED_SIGNATURE, "the signature cannot be decoded");
    }
    return usable
        ? new Refused(
            Reason.WRONG_SIGNATURE,
            "the signature is not that of this request, or was made with another key")
        : new Refused(Reason.UNUSABLE_SECRET, "the public key cannot be read");
  }

  private enum Fit {
    YES,
    NO,
    NO_KEY
  }

  private Fit fits(byte[] spki, byte[] signature, Ready ready) {
    Signature check;
    try {
      var key = KeyFactory.getInstance(algorithm.key).generatePublic(new X509EncodedKeySpec(spki));
      check = Signature.getInstance(algorithm.signature);
      check.initVerify(key);
    } catch (GeneralSecurityException noSuchKey) {
      return Fit.NO_KEY;
    }
    try {
      for (var piece : ready.message()) {
        if (piece instanceof Piece.Bytes bytes) {
          check.update(bytes.bytes());
        }
      }
      return check.verify(signature) ? Fit.YES : Fit.NO;
    } catch (GeneralSecurityException malformed) {
      return Fit.NO;
    }
  }

  @Override
  public Optional<SignedTime> signedTime() {
    return message.time();
  }

  @Override
  public boolean covers(Place place) {
    return message.covers(place);
  }

  @Override
  public Optional<Instant> signedAt(HttpRequest request) {
    return message.signedAt(new RequestValues(request));
  }
}
