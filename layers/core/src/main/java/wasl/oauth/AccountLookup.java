package wasl.oauth;

import java.util.Optional;
import wasl.connection.Credentials;
import wasl.connection.Integration;
import wasl.manifest.Manifest.AuthMode;

/// Asks a provider whose credentials these are, where neither the token's answer nor the redirect
/// said so.
public interface AccountLookup {
  /// Nobody is asked.
  AccountLookup NONE = (integration, mode, credentials) -> Optional.empty();

  /// The provider's name for the account; empty where it does not say, or could not be asked. Takes
  /// a few seconds at most: somebody waits in a browser.
  Optional<String> account(Integration integration, AuthMode mode, Credentials credentials);
}
