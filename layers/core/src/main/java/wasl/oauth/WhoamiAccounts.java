package wasl.oauth;

import java.util.Optional;
import wasl.connection.Credentials;
import wasl.connection.Integration;
import wasl.manifest.Manifest;
import wasl.manifest.Manifest.AuthMode;
import wasl.provider.CredentialCheck;
import wasl.provider.ProviderAccount;

/// Learns whose credentials these are by the call that proves them.
public final class WhoamiAccounts implements AccountLookup {
  private final AuthModes modes;
  private final CredentialCheck check;

  public WhoamiAccounts(AuthModes modes, CredentialCheck check) {
    this.modes = modes;
    this.check = check;
  }

  @Override
  public Optional<String> account(Integration integration, AuthMode mode, Credentials credentials) {
    return modes
        .manifest(integration)
        .flatMap(manifest ->
            check.check(account(manifest, integration, mode, credentials))
                    instanceof CredentialCheck.Verdict.Good good
                ? good.account()
                : Optional.empty());
  }

  static ProviderAccount account(
      Manifest manifest, Integration integration, AuthMode mode, Credentials credentials) {
    return new ProviderAccount(manifest, mode, integration.mode().ofManifest(), credentials);
  }
}
