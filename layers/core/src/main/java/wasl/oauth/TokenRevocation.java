package wasl.oauth;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Optional;
import wasl.connection.Credentials;
import wasl.connection.Integration;
import wasl.connection.Mode;
import wasl.connection.Token;
import wasl.egress.Egress;
import wasl.egress.EgressRequest;
import wasl.egress.EgressResult;
import wasl.egress.EgressUrl;
import wasl.manifest.Manifest;
import wasl.manifest.Manifest.AuthMode;
import wasl.manifest.Node.Fields;
import wasl.manifest.OauthSpec;
import wasl.manifest.OauthSpec.ClientAuth;
import wasl.manifest.OauthSpec.Revocation;
import wasl.provider.ProviderAccount;
import wasl.provider.ProviderCall;
import wasl.provider.ProviderCalls;
import wasl.vault.Secret;
import wasl.web.UrlParameters;

/// Gives tokens back that nobody needs any more, as well as it can: a provider that does not answer
/// keeps nothing here.
public final class TokenRevocation {
  /// Of a call that whoever deletes a connection waits for.
  public static final Duration USUAL_DEADLINE = Duration.ofSeconds(5);

  private final AuthModes modes;
  private final OauthClients clients;
  private final ProviderCalls calls;
  private final Egress egress;
  private final Duration deadline;

  /// @param egress to providers
  /// @param deadline of one call; there are two at most
  public TokenRevocation(
      AuthModes modes,
      OauthClients clients,
      ProviderCalls calls,
      Egress egress,
      Duration deadline) {
    this.modes = modes;
    this.clients = clients;
    this.calls = calls;
    this.egress = egress;
    this.deadline = deadline;
  }

  /// What came of it.
  public sealed interface Revoked {
    record Done() implements Revoked {}

    /// There is no token, or the provider takes none back.
    record NotOffered() implements Revoked {}

    /// @param why a word: `timeout`, `http_503`, `other_host`, …
    record Failed(String why) implements Revoked {}
  }

  /// @param side of the provider that the token is of, whatever the integration's is by now
  /// @param auth the name of the mode that the token was obtained in
  /// @param account the provider's name for the account, for those that ask for it
  public Revoked revoke(
      Integration through,
      Mode side,
      String auth,
      Credentials credentials,
      Optional<String> account) {
    var integration = through.in(side);
    var mode = modes.named(integration, auth);
    var token = credentials.token();
    if (mode.isEmpty() || token.isEmpty()) {
      return new Revoked.NotOffered();
    }
    var client = clients.of(integration, mode.get());
    if (client.isEmpty()
        || client.get().spec().revocation().isEmpty()
        || client.get().spec().clientAuth() == ClientAuth.PRIVATE_KEY_JWT) {
      return new Revoked.NotOffered();
    }
    return switch (client.get().spec().revocation().get()) {
      case Revocation.Standard(var url) ->
          mayHear(integration, mode.get(), url, token.get())
              ? standard(client.get(), URI.create(url), token.get())
              : new Revoked.Failed("other_host");
      case Revocation.Own(var facts) ->
          own(
              facts,
              client.get(),
              account(integration, mode.get(), client.get(), credentials, account));
    };
  }

  // What a configuration says may have changed since the token was obtained. What a manifest says
  // is the provider's own.
  private boolean mayHear(Integration integration, AuthMode mode, String url, Token token) {
    var fixed =
        modes
            .manifest(integration)
            .flatMap(manifest -> Manifest.named(manifest.auth(), mode.name()))
            .map(AuthMode::facts)
            .flatMap(facts -> OauthSpec.of(facts, integration.mode().ofManifest()).revocation());
    return fixed.equals(Optional.of(new Revocation.Standard(url)))
        || OauthClient.origin(URI.create(url)).equals(token.obtainedFrom());
  }

  /// RFC 7009, section 2.1. The refresh token first, since with it the grant ends.
  private Revoked standard(OauthClient client, URI url, Token token) {
    var revoked =
        token
            .refreshToken()
            .map(refreshToken -> standard(client, url, refreshToken, "refresh_token"));
    if (revoked.isPresent() && !(revoked.get() instanceof Revoked.Done)) {
      return revoked.get();
    }
    var access = standard(client, url, token.accessToken(), "access_token");
    // Often it went with the other, and is unknown by now.
    return revoked.orElse(access);
  }

  private Revoked standard(OauthClient client, URI url, Secret token, String kind) {
    var parameters = new LinkedHashMap<String, String>();
    parameters.put("token", token.reveal());
    parameters.put("token_type_hint", kind);
    var headers = new LinkedHashMap<String, String>();
    headers.put("accept", "application/json");
    var to = TokenClient.authenticate(client, new EgressUrl(url), parameters, headers);
    headers.put("content-type", "application/x-www-form-urlencoded");
    var body = UrlParameters.form(parameters).getBytes(StandardCharsets.UTF_8);
    return sent(new EgressRequest("POST", to, headers, body, deadline));
  }

  /// In the provider's own way, as its manifest says.
  private Revoked own(Fields facts, OauthClient client, ProviderAccount account) {
    var call = proven(ProviderCall.of(facts), facts, client);
    if (call.placeholders().stream().anyMatch(name -> account.value(name).isEmpty())) {
      return new Revoked.Failed("incomplete");
    }
    return switch (calls.anonymous(account, call, deadline)) {
      case ProviderCalls.Built.Ready(var request) -> sent(request);
      case ProviderCalls.Built.Unsendable _ -> new Revoked.Failed("unsendable");
    };
  }

  /// The call with what proves who makes it.
  private static ProviderCall proven(ProviderCall call, Fields facts, OauthClient client) {
    var headers = new LinkedHashMap<>(call.headers());
    var body = new LinkedHashMap<>(call.body());
    switch (facts.text("client", "none")) {
      case "basic" ->
          headers.put(
              "authorization",
              TokenClient.basic(
                  client.clientId(), client.clientSecret().map(Secret::reveal).orElse("")));
      case "post" -> {
        body.put("client_id", "{clientId}");
        body.put("client_secret", "{clientSecret}");
      }
      default -> {
        // By the token alone.
      }
    }
    if (facts.flag("bearer", false)) {
      headers.put("authorization", "Bearer {" + ProviderAccount.ACCESS_TOKEN + "}");
    }
    return new ProviderCall(call.method(), call.where(), headers, body, call.bodyFormat());
  }

  /// Whose token it is, with what a manifest's `revocation` may name beside the credentials.
  private ProviderAccount account(
      Integration integration,
      AuthMode mode,
      OauthClient client,
      Credentials credentials,
      Optional<String> account) {
    var values = new LinkedHashMap<>(credentials.fields());
    credentials
        .token()
        .flatMap(Token::refreshToken)
        .ifPresent(token -> values.put("refreshToken", token));
    values.put("clientId", Secret.of(client.clientId()));
    client.clientSecret().ifPresent(secret -> values.put("clientSecret", secret));
    account.ifPresent(name -> values.put("account", Secret.of(name)));
    return WhoamiAccounts.account(
        modes, integration, mode, new Credentials(credentials.type(), values, credentials.token()));
  }

  private Revoked sent(EgressRequest request) {
    return switch (egress.send(request)) {
      case EgressResult.Answered answered when answered.status() / 100 == 2 -> new Revoked.Done();
      case EgressResult.Answered answered -> new Revoked.Failed("http_" + answered.status());
      case EgressResult.Failed(var kind, var _) ->
          new Revoked.Failed(kind.name().toLowerCase(Locale.ROOT));
    };
  }
}
