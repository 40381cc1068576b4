package wasl.oauth;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import wasl.manifest.Manifest.AuthMode;

/// How a connection's token is renewed without its user.
///
/// @param origin that it is asked for at; what a token was obtained from elsewhere with is not sent
///   there
/// @param mayRotate whether a call may end what it is made with: one whose answer was lost then
///   leaves in doubt whether another can succeed
/// @param refreshTokenLife how long what it is renewed with lives unused; empty: for good
/// @param finalErrors the provider's words for `invalid_grant`, beside that one
public record Renewal(
    AuthMode mode,
    String origin,
    boolean mayRotate,
    Optional<Duration> refreshTokenLife,
    List<String> finalErrors) {
  public Renewal {
    finalErrors = List.copyOf(finalErrors);
  }

  /// Whether this refusal is the provider's last word on what the token is renewed with.
  public boolean isFinal(TokenResult.Refused refused) {
    return refused.error().equals(TokenResult.Refused.INVALID_GRANT)
        || finalErrors.contains(refused.error());
  }
}
