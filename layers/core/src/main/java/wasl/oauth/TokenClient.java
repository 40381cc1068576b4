package wasl.oauth;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import wasl.egress.Egress;
import wasl.egress.EgressFailure;
import wasl.egress.EgressRequest;
import wasl.egress.EgressResult;
import wasl.egress.EgressUrl;
import wasl.manifest.Node;
import wasl.manifest.OauthSpec.BodyFormat;
import wasl.manifest.OauthSpec.ClientAuth;
import wasl.vault.Secret;
import wasl.web.UrlParameters;

/// Calls token endpoints (RFC 6749, section 3.2): one try each, since a code and a rotating refresh
/// token are good for one.
public final class TokenClient {
  /// Shorter than the function that calls may run, which is shorter than the lease that it holds.
  public static final Duration LONGEST = Duration.ofSeconds(27);

  private final Egress egress;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Duration deadline;

  /// @param egress to providers
  /// @param deadline of one call, lookup and answer included
  public TokenClient(
      Egress egress, InstantSource clock, RandomGenerator random, Duration deadline) {
    this.egress = egress;
    this.clock = clock;
    this.random = random;
    this.deadline = deadline;
  }

  /// Exchanges an authorization code (RFC 6749, section 4.1.3).
  ///
  /// @param redirectUri the one that the code was asked for with
  /// @param verifier PKCE's (RFC 7636, section 4.5)
  public TokenResult byCode(
      OauthClient client, Secret code, String redirectUri, Optional<Secret> verifier) {
    var grant = grant("authorization_code");
    grant.put("code", code.reveal());
    grant.put("redirect_uri", redirectUri);
    verifier.ifPresent(secret -> grant.put("code_verifier", secret.reveal()));
    return call(client, grant);
  }

  /// Renews a token (RFC 6749, section 6).
  public TokenResult byRefreshToken(OauthClient client, Secret refreshToken) {
    var grant = grant("refresh_token");
    grant.put("refresh_token", refreshToken.reveal());
    return call(client, grant);
  }

  /// RFC 6749, section 4.4.
  public TokenResult byClientCredentials(OauthClient client) {
    var grant = grant("client_credentials");
    if (!client.scopes().isEmpty()) {
      grant.put("scope", String.join(client.spec().scopeSeparator(), client.scopes()));
    }
    return call(client, grant);
  }

  /// RFC 7523, section 2.1.
  ///
  /// @param assertion a signed JWT that says on whose behalf
  public TokenResult byAssertion(OauthClient client, Secret assertion) {
    var grant = grant("urn:ietf:params:oauth:grant-type:jwt-bearer");
    grant.put("assertion", assertion.reveal());
    return call(client, grant);
  }

  /// Any grant: `grant_type` and what belongs to it.
  public TokenResult call(OauthClient client, Map<String, String> grant) {
    var parameters = new LinkedHashMap<>(grant);
    client.spec().tokenParameters().forEach(parameters::putIfAbsent);
    var headers = new LinkedHashMap<String, String>();
    headers.put("accept", "application/json");
    client
        .spec()
        .tokenHeaders()
        .forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
    if (client.spec().clientAuth() == ClientAuth.PRIVATE_KEY_JWT) {
      var proof = ClientAssertion.parameters(client, clock.instant(), random);
      if (proof.isEmpty()) {
        return new TokenResult.Refused(
            "client_key_unusable",
            Optional.of("the integration's clientSecret must be a private key in PEM form"));
      }
      parameters.putAll(proof.get());
      return sent(client, client.tokenUrl(), parameters, headers);
    }
    var url = authenticate(client, client.tokenUrl(), parameters, headers);
    return sent(client, url, parameters, headers);
  }

  private TokenResult sent(
      OauthClient client,
      EgressUrl url,
      Map<String, String> parameters,
      Map<String, String> headers) {
    var result =
        egress.send(
            new EgressRequest(
                "POST",
                url,
                headers,
                body(client.spec().bodyFormat(), parameters, headers),
                deadline));
    return switch (result) {
      case EgressResult.Answered answered -> TokenAnswers.read(client, answered, clock.instant());
      case EgressResult.Failed(var kind, var _) ->
          new TokenResult.Unavailable(
              kind.name().toLowerCase(Locale.ROOT), Optional.empty(), mayHaveArrived(kind));
    };
  }

  private static Map<String, String> grant(String type) {
    var grant = new LinkedHashMap<String, String>();
    grant.put("grant_type", type);
    return grant;
  }

  /// Puts the client's proof where the provider wants it; answers the URL to call.
  ///
  /// @param url as it is without the proof
  static EgressUrl authenticate(
      OauthClient client,
      EgressUrl url,
      Map<String, String> parameters,
      Map<String, String> headers) {
    var secret = client.clientSecret().map(Secret::reveal);
    switch (client.spec().clientAuth()) {
      case BASIC -> {
        if (secret.isPresent()) {
          headers.put("authorization", basic(client.clientId(), secret.get()));
        } else {
          identify(client, parameters);
        }
      }
      case POST -> {
        parameters.put("client_id", client.clientId());
        secret.ifPresent(text -> parameters.put("client_secret", text));
      }
      case QUERY -> {
        var query = new LinkedHashMap<String, String>();
        query.put("client_id", client.clientId());
        secret.ifPresent(text -> query.put("client_secret", text));
        return new EgressUrl(URI.create(UrlParameters.with(url.uri().toString(), query)));
      }
      case NONE -> identify(client, parameters);
      case PRIVATE_KEY_JWT ->
          throw new IllegalStateException("a client assertion is made of time and chance");
    }
    return url;
  }

  // Who is known by an assertion alone has no id.
  private static void identify(OauthClient client, Map<String, String> parameters) {
    if (!client.clientId().isEmpty()) {
      parameters.put("client_id", client.clientId());
    }
  }

  // Encoded before it is joined (RFC 6749, section 2.3.1): an id or a secret may hold a colon.
  static String basic(String id, String secret) {
    var pair = encoded(id) + ":" + encoded(secret);
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] body(
      BodyFormat format, Map<String, String> parameters, Map<String, String> headers) {
    if (format == BodyFormat.JSON) {
      headers.put("content-type", "application/json");
      var fields = new LinkedHashMap<String, Node>();
      parameters.forEach((name, value) -> fields.put(name, new Node.Text(value)));
      return new Node.Fields(fields).toJson().getBytes(StandardCharsets.UTF_8);
    }
    headers.put("content-type", "application/x-www-form-urlencoded");
    return UrlParameters.form(parameters).getBytes(StandardCharsets.UTF_8);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  // What failed before a request could leave did nothing at the provider.
  private static boolean mayHaveArrived(EgressFailure kind) {
    return switch (kind) {
      case DNS_LOOKUP_FAILED,
          FORBIDDEN_ADDRESS,
          CONNECTION_REFUSED,
          HOST_UNREACHABLE,
          TLS_CERTIFICATE_UNTRUSTED,
          TLS_CERTIFICATE_EXPIRED,
          TLS_CERTIFICATE_NAME_MISMATCH ->
          false;
      // TLS may fail as well while the answer is read.
      case TLS_FAILED, TIMEOUT, CONNECTION_RESET, SOCKET_CLOSED, PROTOCOL_ERROR -> true;
    };
  }
}
