package wasl.signing;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// All that a check compares, taken out of a request; or why it cannot be.
sealed interface Gathered permits Gathered.Ready, Verdict.Refused {
  /// @param message the signed message in pieces, so that a large body is not copied
  /// @param signatures as sent; any may match
  record Ready(List<Piece> message, List<String> signatures, Optional<Instant> signedAt)
      implements Gathered {
    public Ready {
      message = List.copyOf(message);
      signatures = List.copyOf(signatures);
    }
  }
}
