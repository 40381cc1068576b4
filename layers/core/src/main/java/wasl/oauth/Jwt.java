package wasl.oauth;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import wasl.signing.JwtKey;
import wasl.web.JsonObject;

/// Writes JSON Web Tokens (RFC 7519) that a client proves itself or somebody else by.
final class Jwt {
  /// It begins a little before now: whose clock is behind would take it for one of tomorrow.
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(60);

  private final JsonObject header = new JsonObject();
  private final JsonObject claims = new JsonObject();
  private final JwtKey key;

  /// @param keyId names the key to who verifies; empty where it has one only
  Jwt(JwtKey key, Optional<String> keyId) {
    this.key = key;
    header.put("alg", key.algorithm().name()).put("typ", "JWT").maybe("kid", keyId);
  }

  Jwt claim(String name, String value) {
    claims.put(name, value);
    return this;
  }

  Jwt claim(String name, Optional<String> value) {
    claims.maybe(name, value);
    return this;
  }

  /// Good from a minute ago for `life`, no longer: providers refuse one that ends too late.
  Jwt living(Duration life, Instant now) {
    var from = now.minus(CLOCK_SKEW);
    claims.put("iat", from.getEpochSecond());
    claims.put("exp", from.plus(life).getEpochSecond());
    return this;
  }

  String signed() {
    return key.sign(header.bytes(), claims.bytes());
  }
}
