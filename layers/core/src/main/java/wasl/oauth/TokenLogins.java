package wasl.oauth;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import wasl.connection.Credentials;
import wasl.connection.Integration;
import wasl.egress.Egress;
import wasl.egress.EgressRequest;
import wasl.egress.EgressResult;
import wasl.manifest.Manifest.AuthMode;
import wasl.manifest.Template;
import wasl.provider.KeyMaterial;
import wasl.provider.ProviderAccount;
import wasl.provider.ProviderCall;
import wasl.provider.ProviderCalls;
import wasl.signing.JwtKey;
import wasl.vault.Secret;

/// Gets tokens at providers that have a call of their own for it: of an app that proves itself by a
/// JWT (GitHub's installation tokens), and by a login.
public final class TokenLogins {
  // GitHub takes none that lives longer.
  private static final int LONGEST_APP_JWT_SECONDS = 600;

  private final AuthModes modes;
  private final Egress egress;
  private final ProviderCalls calls;
  private final InstantSource clock;
  private final Duration deadline;

  /// @param egress to providers
  /// @param deadline of one call
  public TokenLogins(
      AuthModes modes, Egress egress, ProviderCalls calls, InstantSource clock, Duration deadline) {
    this.modes = modes;
    this.egress = egress;
    this.calls = calls;
    this.clock = clock;
    this.deadline = deadline;
  }

  /// Where such a mode's tokens come from; empty where its credentials name no place.
  Optional<String> origin(Integration integration, AuthMode mode, Credentials credentials) {
    return request(integration, mode, credentials)
        .map(request -> OauthClient.origin(request.url().uri()));
  }

  /// One call, for `app_jwt` and `two_step`.
  TokenResult login(Integration integration, AuthMode mode, Credentials credentials) {
    var request = request(integration, mode, credentials);
    if (request.isEmpty()) {
      return new TokenResult.Refused("credentials_unusable", Optional.empty());
    }
    if (!mode.mode().equals("app_jwt")) {
      return sent(integration, mode, request.get());
    }
    return switch (JwtKey.read(
        KeyMaterial.algorithm(mode), value(credentials, KeyMaterial.PRIVATE_KEY))) {
      case JwtKey.Read.Unusable(var why) ->
          new TokenResult.Refused("key_unusable", Optional.of("the key " + why));
      case JwtKey.Read.Key(var key) ->
          sent(
              integration,
              mode,
              request.get().withHeader("authorization", "Bearer " + jwt(mode, credentials, key)));
    };
  }

  private String jwt(AuthMode mode, Credentials credentials, JwtKey key) {
    var facts = mode.facts();
    var life = Math.min(facts.number("seconds", LONGEST_APP_JWT_SECONDS), LONGEST_APP_JWT_SECONDS);
    return new Jwt(key, Optional.empty())
        .claim("iss", filled(facts.text("issuer", "{appId}"), credentials))
        .living(Duration.ofSeconds(life), clock.instant())
        .signed();
  }

  private Optional<EgressRequest> request(
      Integration integration, AuthMode mode, Credentials credentials) {
    return modes
        .manifest(integration)
        .flatMap(manifest -> {
          // Without its token: that one's API may be another than the one that gives tokens.
          var bare = new Credentials(credentials.type(), credentials.fields(), Optional.empty());
          var account = new ProviderAccount(manifest, mode, integration.mode().ofManifest(), bare);
          return calls.anonymous(account, call(mode), deadline)
                  instanceof ProviderCalls.Built.Ready(var request)
              ? Optional.of(request)
              : Optional.empty();
        });
  }

  private static ProviderCall call(AuthMode mode) {
    var facts = mode.facts();
    return facts.has("login")
        ? ProviderCall.of(facts.fields("login"))
        : ProviderCall.to(
            "POST",
            new ProviderCall.Where.Under(
                ProviderCall.USUAL_BASE, new Template(facts.text("exchange", "/"))));
  }

  private TokenResult sent(Integration integration, AuthMode mode, EgressRequest request) {
    var client =
        new OauthClient(
            OauthClients.spec(integration, mode),
            request.url(),
            "",
            Optional.empty(),
            integration.scopes());
    return switch (egress.send(request)) {
      case EgressResult.Answered answered -> TokenAnswers.read(client, answered, clock.instant());
      // Nothing of a provider's ends by a login, so one that may have arrived does no harm.
      case EgressResult.Failed(var kind, _) ->
          new TokenResult.Unavailable(
              kind.name().toLowerCase(Locale.ROOT), Optional.empty(), false);
    };
  }

  static String filled(String text, Credentials credentials) {
    Function<String, String> value = name -> value(credentials, name).reveal();
    return new Template(text).fill(value::apply);
  }

  static Secret value(Credentials credentials, String field) {
    return credentials.fields().getOrDefault(field, Secret.of(""));
  }
}
