package wasl.signing;

import java.time.Instant;
import java.util.Optional;

/// What a check of a request's signature found.
public sealed interface Verdict {

  /// The request came from who knows the secret.
  ///
  /// @param secret the index, among the secrets given, of the one that matched: during a rotation
  ///   it says whether the old one is still in use
  /// @param signedAt the time that the signature covers, where the scheme signs one
  record Genuine(int secret, Optional<Instant> signedAt) implements Verdict {}

  /// The request is not to be believed.
  ///
  /// @param detail for a person, without a byte of secret, signature or body
  record Refused(Reason reason, String detail) implements Verdict, Piece, Signatures, Gathered {}

  /// Why a request was refused.
  enum Reason {
    MISSING_SIGNATURE,
    MALFORMED_SIGNATURE,
    WRONG_SIGNATURE,
    MISSING_TIMESTAMP,
    MALFORMED_TIMESTAMP,
    STALE,
    FUTURE,
    MISSING_PART,
    MALFORMED_PART,
    DOUBLED_HEADER,
    NO_SECRET,
    UNUSABLE_SECRET,
    UNPARSABLE_BODY
  }
}
