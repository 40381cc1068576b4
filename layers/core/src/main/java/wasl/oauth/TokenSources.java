package wasl.oauth;

import java.util.List;
import java.util.Optional;
import wasl.connection.Credentials;
import wasl.connection.Integration;
import wasl.connection.Token;
import wasl.manifest.Manifest.AuthMode;
import wasl.manifest.OauthSpec;
import wasl.vault.Secret;

/// The token sources of all auth modes: the one place that tells them apart.
public final class TokenSources implements TokenSource {
  private static final String AUTHORIZATION_CODE = "oauth2_authorization_code";
  private static final String CLIENT_CREDENTIALS = "oauth2_client_credentials";

  private final AuthModes modes;
  private final OauthClients clients;
  private final TokenClient calls;

  public TokenSources(AuthModes modes, OauthClients clients, TokenClient calls) {
    this.modes = modes;
    this.clients = clients;
    this.calls = calls;
  }

  @Override
  public Optional<Renewal> renewal(Integration integration, String auth, Credentials credentials) {
    return modes
        .named(integration, auth)
        .flatMap(mode ->
            switch (mode.mode()) {
              case AUTHORIZATION_CODE ->
                  refreshToken(credentials)
                      .flatMap(token -> clients.of(integration, mode))
                      .map(client -> byRefreshToken(mode, client));
              case CLIENT_CREDENTIALS ->
                  clients
                      .of(integration, mode)
                      .map(client ->
                          new Renewal(
                              mode, client.tokenOrigin(), false, Optional.empty(), List.of()));
              default -> Optional.empty();
            });
  }

  @Override
  public TokenResult renew(Integration integration, AuthMode mode, Credentials credentials) {
    var client =
        clients
            .of(integration, mode)
            .orElseThrow(() -> new IllegalArgumentException("the integration has no token URL"));
    return switch (mode.mode()) {
      case AUTHORIZATION_CODE ->
          calls.byRefreshToken(client, refreshToken(credentials).orElseThrow());
      case CLIENT_CREDENTIALS -> calls.byClientCredentials(own(client, credentials));
      default -> throw new IllegalArgumentException("no tokens come by " + mode.name());
    };
  }

  // What nobody said of a refresh token is taken to be the worse.
  private static Renewal byRefreshToken(AuthMode mode, OauthClient client) {
    var refresh = client.spec().refresh();
    return new Renewal(
        mode,
        client.tokenOrigin(),
        refresh.map(OauthSpec.Refresh::rotates).orElse(true),
        refresh.flatMap(OauthSpec.Refresh::life),
        refresh.map(OauthSpec.Refresh::finalErrors).orElse(List.of()));
  }

  private static Optional<Secret> refreshToken(Credentials credentials) {
    return credentials.token().flatMap(Token::refreshToken);
  }

  // A connection may be a client of its own, beside the integration's.
  private static OauthClient own(OauthClient client, Credentials credentials) {
    var id = Optional.ofNullable(credentials.fields().get("clientId")).map(Secret::reveal);
    var secret = Optional.ofNullable(credentials.fields().get("clientSecret"));
    return new OauthClient(
        client.spec(),
        client.tokenUrl(),
        id.orElse(client.clientId()),
        secret.or(client::clientSecret),
        client.scopes());
  }
}
