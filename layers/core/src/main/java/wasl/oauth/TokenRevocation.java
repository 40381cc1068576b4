package wasl.oauth;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import wasl.connection.Credentials;
import wasl.connection.Integration;
import wasl.connection.Token;
import wasl.egress.Egress;
import wasl.egress.EgressRequest;
import wasl.egress.EgressResult;
import wasl.egress.EgressUrl;
import wasl.manifest.Manifest;
import wasl.manifest.Manifest.AuthMode;
import wasl.manifest.Node;
import wasl.manifest.Node.Fields;
import wasl.manifest.OauthSpec;
import wasl.manifest.OauthSpec.ClientAuth;
import wasl.manifest.OauthSpec.Revocation;
import wasl.vault.Secret;

/// Gives tokens back that nobody needs any more, as well as it can: a provider that does not answer
/// keeps nothing here.
public final class TokenRevocation {
  // Whoever deletes a connection waits for it.
  private static final Duration DEADLINE = Duration.ofSeconds(5);

  private final AuthModes modes;
  private final OauthClients clients;
  private final Egress egress;

  /// @param egress to providers
  public TokenRevocation(AuthModes modes, OauthClients clients, Egress egress) {
    this.modes = modes;
    this.clients = clients;
    this.egress = egress;
  }

  /// What came of it.
  public sealed interface Revoked {
    record Done() implements Revoked {}

    /// There is no token, or the provider takes none back.
    record NotOffered() implements Revoked {}

    /// @param why a word: `timeout`, `http_503`, `other_host`, …
    record Failed(String why) implements Revoked {}
  }

  /// @param auth the name of the mode that the token was obtained in
  /// @param account the provider's name for the account, for those that ask for it
  public Revoked revoke(
      Integration integration, String auth, Credentials credentials, Optional<String> account) {
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
      case Revocation.Own(var call) ->
          own(integration, client.get(), call, placeholders(client.get(), token.get(), account));
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
    var headers = headers();
    var to = TokenClient.authenticate(client, new EgressUrl(url), parameters, headers);
    headers.put("content-type", "application/x-www-form-urlencoded");
    return sent("POST", to, headers, Urls.form(parameters));
  }

  /// In the provider's own way, as its manifest says.
  private Revoked own(
      Integration integration, OauthClient client, Fields call, Map<String, String> values) {
    var url = url(integration, call).flatMap(text -> filledUrl(text, values));
    var headers = headers();
    if (url.isEmpty() || !fillHeaders(call, values, headers)) {
      return new Revoked.Failed("incomplete");
    }
    var body = new LinkedHashMap<String, String>();
    call.fields("body")
        .nodes()
        .forEach((name, format) -> {
          if (format instanceof Node.Text(var text)) {
            Placeholders.fill(text, values, each -> each).ifPresent(value -> body.put(name, value));
          }
        });
    prove(client, call.text("client", "none"), body, headers);
    if (call.flag("bearer", false)) {
      headers.put("authorization", "Bearer " + values.get("accessToken"));
    }
    return sent(
        call.text("method", "POST"),
        url.get(),
        headers,
        written(body, call.text("bodyFormat", "form"), headers));
  }

  private Optional<String> url(Integration integration, Fields call) {
    if (call.has("url")) {
      return call.text("url");
    }
    var purpose = call.text("baseUrl", "api");
    return modes
        .manifest(integration)
        .flatMap(manifest -> baseUrl(manifest, integration, purpose))
        .map(base -> base + call.text("path", ""));
  }

  // A provider without a sandbox of its own is asked where it lives.
  private static Optional<String> baseUrl(
      Manifest manifest, Integration integration, String purpose) {
    var own = manifest.modes().get(integration.mode().ofManifest());
    var live = manifest.modes().get(Manifest.Mode.LIVE);
    return Optional.ofNullable(own == null ? live : own)
        .flatMap(facts -> Optional.ofNullable(facts.baseUrls().get(purpose)));
  }

  // Placeholders stand in paths and queries only: nothing that a provider said picks a host.
  private static Optional<EgressUrl> filledUrl(String text, Map<String, String> values) {
    int path = text.indexOf('/', "https://".length());
    if (path < 0 || text.substring(0, path).contains("{")) {
      return Optional.empty();
    }
    try {
      return Placeholders.fill(text.substring(path), values, Urls::encoded)
          .map(rest -> new EgressUrl(URI.create(text.substring(0, path) + rest)));
    } catch (IllegalArgumentException tooLong) {
      return Optional.empty();
    }
  }

  private static boolean fillHeaders(
      Fields call, Map<String, String> values, Map<String, String> headers) {
    for (var header : call.fields("headers").nodes().entrySet()) {
      if (header.getValue() instanceof Node.Text(var format)) {
        var value = Placeholders.fill(format, values, each -> each);
        if (value.isEmpty()) {
          return false;
        }
        headers.put(header.getKey().toLowerCase(Locale.ROOT), value.get());
      }
    }
    return true;
  }

  private static void prove(
      OauthClient client, String how, Map<String, String> body, Map<String, String> headers) {
    var secret = client.clientSecret().map(Secret::reveal).orElse("");
    switch (how) {
      case "basic" -> headers.put("authorization", TokenClient.basic(client.clientId(), secret));
      case "post" -> {
        body.put("client_id", client.clientId());
        body.put("client_secret", secret);
      }
      default -> {
        // By the token alone.
      }
    }
  }

  private static String written(
      Map<String, String> body, String format, Map<String, String> headers) {
    if (body.isEmpty()) {
      return "";
    }
    if (!format.equals("json")) {
      headers.put("content-type", "application/x-www-form-urlencoded");
      return Urls.form(body);
    }
    headers.put("content-type", "application/json");
    var fields = new LinkedHashMap<String, Node>();
    body.forEach((name, value) -> fields.put(name, new Node.Text(value)));
    return new Fields(fields).toJson();
  }

  private static Map<String, String> placeholders(
      OauthClient client, Token token, Optional<String> account) {
    var values = new LinkedHashMap<String, String>();
    values.put("accessToken", token.accessToken().reveal());
    token.refreshToken().ifPresent(refresh -> values.put("refreshToken", refresh.reveal()));
    values.put("clientId", client.clientId());
    client.clientSecret().ifPresent(secret -> values.put("clientSecret", secret.reveal()));
    account.ifPresent(name -> values.put("account", name));
    return values;
  }

  private static Map<String, String> headers() {
    var headers = new LinkedHashMap<String, String>();
    headers.put("accept", "application/json");
    return headers;
  }

  private Revoked sent(String method, EgressUrl url, Map<String, String> headers, String body) {
    var request =
        new EgressRequest(method, url, headers, body.getBytes(StandardCharsets.UTF_8), DEADLINE);
    return switch (egress.send(request)) {
      case EgressResult.Answered answered when answered.status() / 100 == 2 -> new Revoked.Done();
      case EgressResult.Answered answered -> new Revoked.Failed("http_" + answered.status());
      case EgressResult.Failed(var kind, var _) ->
          new Revoked.Failed(kind.name().toLowerCase(Locale.ROOT));
    };
  }
}
