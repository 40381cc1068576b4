package wasl.signing;

import java.util.List;
import java.util.Optional;

/// What a request's signature says, taken apart: what may match, or why nothing can.
sealed interface Signatures permits Signatures.Candidates, Verdict.Refused {
  /// Any of these may match.
  ///
  /// @param encoded as sent, of the version that the scheme asks for only
  /// @param time the time that stands inside the signature's own text, as sent
  record Candidates(List<String> encoded, Optional<String> time) implements Signatures {
    public Candidates {
      encoded = List.copyOf(encoded);
    }
  }
}
