package wasl.oauth;

import java.time.Duration;
import wasl.connection.Credentials;
import wasl.connection.Integration;
import wasl.manifest.Manifest.AuthMode;

/// Asks a provider whose credentials these are, where neither the token's answer nor the redirect
/// said so.
public interface AccountLookup {
  /// What it says.
  sealed interface Answer {}

  /// @param account the provider's name for the account
  record Known(String account) implements Answer {}

  enum Other implements Answer {
    /// It does not name accounts.
    NONE,
    /// It would, but is down, slow or throttles: another try may tell.
    UNCLEAR
  }

  /// @param atMost so long somebody can wait for it still
  Answer account(Integration integration, AuthMode mode, Credentials credentials, Duration atMost);
}
