package wasl.signing;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import wasl.signing.Gathered.Ready;
import wasl.signing.Verdict.Genuine;
import wasl.signing.Verdict.Reason;
import wasl.signing.Verdict.Refused;

/// Compares the signatures of a request with the digests that the secrets in force make of it.
final class Comparison {
  /// Stands for the digest of a secret that holds no key; equals no signature, since none is empty.
  static final byte[] UNUSABLE = {};

  private Comparison() {}

  /// Any signature may match any secret: providers sign with all live secrets during a rotation.
  ///
  /// @param digests one for each secret, in order
  static Verdict of(Ready ready, Encoding encoding, List<byte[]> digests) {
    var signatures = new ArrayList<byte[]>(ready.signatures().size());
    for (var text : ready.signatures()) {
      var decoded = encoding.decode(text);
      if (decoded.isPresent()) {
        signatures.add(decoded.get());
      }
    }
    if (signatures.isEmpty()) {
      return new Refused(Reason.MALFORMED_SIGNATURE, "the signature cannot be decoded");
    }
    boolean usable = false;
    for (int i = 0; i < digests.size(); i++) {
      usable |= digests.get(i).length > 0;
      for (var signature : signatures) {
        if (digests.get(i).length > 0 && MessageDigest.isEqual(digests.get(i), signature)) {
          return new Genuine(i, ready.signedAt());
        }
      }
    }
    return usable
        ? new Refused(
            Reason.WRONG_SIGNATURE,
            "the signature is not that of this request, or was made with another secret")
        : new Refused(Reason.UNUSABLE_SECRET, "the secret holds no key of the form asked for");
  }
}
