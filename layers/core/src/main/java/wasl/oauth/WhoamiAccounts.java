package wasl.oauth;

import java.time.Duration;
import wasl.connection.Credentials;
import wasl.connection.Integration;
import wasl.manifest.Manifest;
import wasl.manifest.Manifest.AuthMode;
import wasl.provider.CredentialCheck;
import wasl.provider.CredentialCheck.Verdict;
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
  public Answer account(
      Integration integration, AuthMode mode, Credentials credentials, Duration atMost) {
    return modes
        .manifest(integration)
        .filter(manifest -> namesAccounts(manifest, mode))
        .map(manifest ->
            answer(check.check(account(manifest, integration, mode, credentials), atMost)))
        .orElse(Other.NONE);
  }

  private static boolean namesAccounts(Manifest manifest, AuthMode mode) {
    return manifest.whoami(mode).filter(whoami -> !whoami.texts("account").isEmpty()).isPresent();
  }

  private static Answer answer(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Good(var account, _) -> account.<Answer>map(Known::new).orElse(Other.NONE);
      // A token that was granted a moment ago, but not for this call.
      case Verdict.Bad _, Verdict.Unsendable _, Verdict.Unasked _ -> Other.NONE;
      case Verdict.Unclear _ -> Other.UNCLEAR;
    };
  }

  /// Whose credentials these are, at a provider that is known.
  static ProviderAccount account(
      AuthModes modes, Integration integration, AuthMode mode, Credentials credentials) {
    return account(
        modes
            .manifest(integration)
            .orElseThrow(() -> new IllegalArgumentException("its provider is not known any more")),
        integration,
        mode,
        credentials);
  }

  private static ProviderAccount account(
      Manifest manifest, Integration integration, AuthMode mode, Credentials credentials) {
    return new ProviderAccount(manifest, mode, integration.mode().ofManifest(), credentials);
  }
}
