package wasl.oauth;

import java.net.URI;
import java.util.Optional;
import wasl.connection.Integration;
import wasl.egress.EgressUrl;
import wasl.manifest.Manifest.AuthMode;
import wasl.manifest.OauthSpec;
import wasl.vault.Vault;

/// Makes OAuth clients of integrations.
public final class OauthClients {
  private final Vault vault;

  public OauthClients(Vault vault) {
    this.vault = vault;
  }

  /// The integration as a client of its provider; empty where it lacks what it needs to be one: a
  /// token URL.
  ///
  /// @param mode one of the integration's [AuthModes]
  public Optional<OauthClient> of(Integration integration, AuthMode mode) {
    var spec = spec(integration, mode);
    return spec.tokenUrl()
        .flatMap(OauthClients::url)
        .map(url ->
            new OauthClient(
                spec,
                url,
                integration.clientId().orElse(""),
                integration
                    .clientSecret()
                    .map(sealed ->
                        vault.open(
                            Integration.clientSecretPlace(integration.tenant(), integration.id()),
                            sealed)),
                integration.scopes()));
  }

  // A manifest's may hold {placeholders} that nothing fills.
  private static Optional<EgressUrl> url(String text) {
    try {
      return Optional.of(new EgressUrl(URI.create(text)));
    } catch (IllegalArgumentException noUrl) {
      return Optional.empty();
    }
  }

  /// The origin that a mode's tokens are got from; empty where nothing says it.
  public static Optional<String> tokenOrigin(Integration integration, AuthMode mode) {
    return spec(integration, mode)
        .tokenUrl()
        .flatMap(OauthClients::url)
        .map(url -> OauthClient.origin(url.uri()));
  }

  /// What the mode says on the integration's side of the provider.
  public static OauthSpec spec(Integration integration, AuthMode mode) {
    return OauthSpec.of(mode.facts(), integration.mode().ofManifest());
  }
}
