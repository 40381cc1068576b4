package wasl.local.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/// A signed JWT (RFC 7519), as far as it can be judged without the key that it was signed with.
record Jwt(JsonNode header, JsonNode claims) {
  private static final JsonMapper JSON = new JsonMapper();
  // Clocks differ; providers allow for it.
  private static final Duration SKEW = Duration.ofMinutes(5);
  private static final Duration LONGEST = Duration.ofHours(1);

  /// Empty where it is none, or has no signature.
  static Optional<Jwt> read(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 3 || parts[2].isEmpty()) {
      return Optional.empty();
    }
    try {
      Base64.Decoder base64 = Base64.getUrlDecoder();
      JsonNode header = JSON.readTree(base64.decode(parts[0]));
      JsonNode claims = JSON.readTree(base64.decode(parts[1]));
      base64.decode(parts[2]);
      return header.isObject() && claims.isObject()
          ? Optional.of(new Jwt(header, claims))
          : Optional.empty();
    } catch (IOException | IllegalArgumentException notOne) {
      return Optional.empty();
    }
  }

  String issuer() {
    return claims.path("iss").asText();
  }

  String subject() {
    return claims.path("sub").asText();
  }

  String audience() {
    JsonNode audience = claims.path("aud");
    return audience.isArray() ? audience.path(0).asText() : audience.asText();
  }

  /// The scopes that it asks for, in one text.
  Optional<String> scope() {
    return Optional.of(claims.path("scope").asText()).filter(text -> !text.isBlank());
  }

  /// What is wrong with algorithm, issuer and times, if anything.
  ///
  /// @param mode whose `algorithm` is the only one that is taken, and whose `seconds` it may live
  Optional<String> fault(Facts mode, Instant now) {
    String algorithm = mode.text("algorithm", "RS256");
    Duration longest = mode.number("seconds").map(Duration::ofSeconds).orElse(LONGEST);
    if (!header.path("alg").asText().equals(algorithm)) {
      return Optional.of("the JWT's alg must be " + algorithm);
    }
    if (issuer().isBlank()) {
      return Optional.of("the JWT has no iss");
    }
    if (!claims.path("exp").isNumber() || !claims.path("iat").isNumber()) {
      return Optional.of("the JWT needs iat and exp");
    }
    Instant issued = Instant.ofEpochSecond(claims.path("iat").asLong());
    Instant ends = Instant.ofEpochSecond(claims.path("exp").asLong());
    if (issued.isAfter(now.plus(SKEW))) {
      return Optional.of("the JWT is from the future");
    }
    if (ends.isBefore(now.minus(SKEW))) {
      return Optional.of("the JWT is over");
    }
    if (ends.isAfter(now.plus(longest).plus(SKEW))) {
      return Optional.of("the JWT lives too long");
    }
    return Optional.empty();
  }
}
