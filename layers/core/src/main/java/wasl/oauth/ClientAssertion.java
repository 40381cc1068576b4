package wasl.oauth;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import wasl.id.Ids;
import wasl.signing.JwtKey;
import wasl.vault.Secret;

/// How a client proves itself by a key instead of a secret (RFC 7523, section 2.2; OpenID Connect
/// Core, section 9, `private_key_jwt`). The key is the integration's client secret, in PEM.
final class ClientAssertion {
  private static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
  private static final Duration LIFE = Duration.ofMinutes(5);

  private ClientAssertion() {}

  /// The parameters that prove the client; empty where its secret is no such key.
  static Optional<Map<String, String>> parameters(
      OauthClient client, Instant now, RandomGenerator random) {
    var read = JwtKey.read(client.clientSecret().orElse(Secret.of("")));
    if (!(read instanceof JwtKey.Read.Key(var key))) {
      return Optional.empty();
    }
    var assertion =
        new Jwt(key, Optional.empty())
            .claim("iss", client.clientId())
            .claim("sub", client.clientId())
            .claim("aud", client.tokenUrl().uri().toString())
            .claim("jti", Ids.next("jti_", now, random))
            .living(LIFE, now)
            .signed();
    var parameters = new LinkedHashMap<String, String>();
    parameters.put("client_id", client.clientId());
    parameters.put("client_assertion_type", TYPE);
    parameters.put("client_assertion", assertion);
    return Optional.of(parameters);
  }
}
