package wasl.oauth;

import java.util.Optional;
import wasl.connection.Credentials;
import wasl.connection.Integration;
import wasl.manifest.Manifest.AuthMode;

/// Where a connection's next token comes from, whatever its auth mode.
public interface TokenSource {
  /// How the token is renewed; empty where it is not: there is nothing to renew it with, the mode
  /// has no tokens, or the integration does not say any more where they come from.
  ///
  /// @param auth the name of the auth mode, as the connection keeps it
  Optional<Renewal> renewal(Integration integration, String auth, Credentials credentials);

  /// One call for a token: a renewal, or for modes that need no user the first one.
  ///
  /// @param mode a [Renewal]'s
  TokenResult renew(Integration integration, AuthMode mode, Credentials credentials);
}
