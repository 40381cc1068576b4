package wasl.oauth;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import wasl.connection.Credentials;
import wasl.connection.Integration;
import wasl.connection.Token;
import wasl.manifest.Manifest.AuthMode;
import wasl.manifest.OauthSpec;
import wasl.manifest.Template;
import wasl.provider.KeyMaterial;
import wasl.signing.JwtKey;
import wasl.vault.Secret;

/// The token sources of all auth modes: the one place that tells them apart.
public final class TokenSources implements TokenSource {
  private static final String CLIENT_CREDENTIALS = "oauth2_client_credentials";
  private static final String JWT_BEARER = "jwt_bearer";
  private static final String APP_JWT = "app_jwt";
  private static final String TWO_STEP = "two_step";

  /// Of clients that a connection brings of its own.
  public static final String CLIENT_ID = "clientId";

  public static final String CLIENT_SECRET = "clientSecret";

  private static final int USUAL_ASSERTION_SECONDS = 3600;

  private final AuthModes modes;
  private final OauthClients clients;
  private final TokenClient calls;
  private final TokenLogins logins;
  private final InstantSource clock;

  public TokenSources(
      AuthModes modes,
      OauthClients clients,
      TokenClient calls,
      TokenLogins logins,
      InstantSource clock) {
    this.modes = modes;
    this.clients = clients;
    this.calls = calls;
    this.logins = logins;
    this.clock = clock;
  }

  @Override
  public Optional<Renewal> renewal(Integration integration, String auth, Credentials credentials) {
    return modes
        .named(integration, auth)
        .flatMap(mode ->
            switch (mode.mode()) {
              case AuthMode.AUTHORIZATION_CODE ->
                  refreshToken(credentials)
                      .flatMap(token -> clients.of(integration, mode))
                      .map(client -> byRefreshToken(mode, client));
              case CLIENT_CREDENTIALS, JWT_BEARER ->
                  clients.of(integration, mode).map(client -> harmless(mode, client.tokenOrigin()));
              case APP_JWT, TWO_STEP ->
                  logins
                      .origin(integration, mode, credentials)
                      .map(origin -> harmless(mode, origin));
              default -> Optional.empty();
            });
  }

  @Override
  public TokenResult renew(Integration integration, AuthMode mode, Credentials credentials) {
    return switch (mode.mode()) {
      case AuthMode.AUTHORIZATION_CODE ->
          calls.byRefreshToken(client(integration, mode), refreshToken(credentials).orElseThrow());
      case CLIENT_CREDENTIALS ->
          calls.byClientCredentials(own(client(integration, mode), credentials));
      case JWT_BEARER -> byAssertion(client(integration, mode), mode, credentials);
      case APP_JWT, TWO_STEP -> logins.login(integration, mode, credentials);
      default -> throw new IllegalArgumentException("no tokens come by " + mode.name());
    };
  }

  private OauthClient client(Integration integration, AuthMode mode) {
    return clients
        .of(integration, mode)
        .orElseThrow(() -> new IllegalArgumentException("the integration has no token URL"));
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

  // What it is renewed with stays good, however often it is used.
  private static Renewal harmless(AuthMode mode, String origin) {
    return new Renewal(mode, origin, false, Optional.empty(), List.of());
  }

  private static Optional<Secret> refreshToken(Credentials credentials) {
    return credentials.token().flatMap(Token::refreshToken);
  }

  // A connection may be a client of its own, beside the integration's.
  private static OauthClient own(OauthClient client, Credentials credentials) {
    var id = Optional.ofNullable(credentials.fields().get(CLIENT_ID)).map(Secret::reveal);
    var secret = Optional.ofNullable(credentials.fields().get(CLIENT_SECRET));
    return new OauthClient(
        client.spec(),
        client.tokenUrl(),
        id.orElse(client.clientId()),
        // Its own id goes with no secret of another.
        id.isPresent() ? secret : secret.or(client::clientSecret),
        client.scopes());
  }

  private TokenResult byAssertion(OauthClient client, AuthMode mode, Credentials credentials) {
    var pem = TokenLogins.value(credentials, KeyMaterial.PRIVATE_KEY);
    return switch (JwtKey.read(KeyMaterial.algorithm(mode), pem)) {
      case JwtKey.Read.Unusable(var why) ->
          new TokenResult.Refused("key_unusable", Optional.of("the key " + why));
      case JwtKey.Read.Key(var key) ->
          calls.byAssertion(client, Secret.of(assertion(client, mode, credentials, key)));
    };
  }

  /// RFC 7523, section 3.
  private String assertion(OauthClient client, AuthMode mode, Credentials credentials, JwtKey key) {
    var facts = mode.facts();
    boolean scoped = facts.flag("scopeClaim", true) && !client.scopes().isEmpty();
    return new Jwt(key, claim(mode, "keyId", credentials))
        .claim("iss", claim(mode, "issuer", credentials))
        .claim("sub", claim(mode, "subject", credentials))
        .claim(
            "aud", claim(mode, "audience", credentials).orElse(client.tokenUrl().uri().toString()))
        .claim(
            "scope",
            scoped
                ? Optional.of(String.join(client.spec().scopeSeparator(), client.scopes()))
                : Optional.empty())
        .living(
            Duration.ofSeconds(facts.number("seconds", USUAL_ASSERTION_SECONDS)), clock.instant())
        .signed();
  }

  // Left out where it is made of a field that was not given.
  private static Optional<String> claim(AuthMode mode, String name, Credentials credentials) {
    return mode.facts()
        .text(name)
        .filter(text -> credentials.fields().keySet().containsAll(new Template(text).names()))
        .map(text -> TokenLogins.filled(text, credentials));
  }
}
