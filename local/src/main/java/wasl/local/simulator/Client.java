package wasl.local.simulator;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import wasl.local.simulator.AuthMode.ClientAuth;
import wasl.local.simulator.Call.NameAndSecret;

/// Checks that a client proves itself in the way that the manifest says, and in no other.
final class Client {
  private static final String ASSERTION_TYPE =
      "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  private final Keys keys;

  Client(Keys keys) {
    this.keys = keys;
  }

  sealed interface Proof {}

  /// @param isConfidential whether it has a secret, or a key of its own
  record Proven(String id, boolean isConfidential) implements Proof {}

  /// @param why for a person
  record Unproven(String why) implements Proof {}

  Proof of(Call call, AuthMode mode) {
    return of(call, mode, mode.clientAuth());
  }

  Proof of(Call call, AuthMode mode, ClientAuth way) {
    Parameters body = call.fields();
    boolean hasBasic = call.basic().isPresent();
    boolean hasSecret = body.get("client_secret").isPresent();
    return switch (way) {
      case BASIC -> {
        if (hasSecret) {
          // RFC 6749, section 2.3: one method in each request.
          yield new Unproven("client_secret must not stand in the body");
        }
        yield call.basic()
            .map(pair -> basic(mode, pair))
            .orElseGet(() -> new Unproven("Authorization: Basic is missing"));
      }
      case POST -> hasBasic ? noBasic() : inParameters(mode, body);
      case QUERY -> hasBasic ? noBasic() : inParameters(mode, call.query());
      case PRIVATE_KEY_JWT -> assertion(mode, body);
      case NONE ->
          hasBasic || hasSecret ? new Unproven("this client has no secret") : bare(mode, body);
      case ANY -> {
        if (hasBasic) {
          yield basic(mode, call.basic().orElseThrow());
        }
        yield hasSecret ? inParameters(mode, body) : bare(mode, body);
      }
    };
  }

  private static Proof noBasic() {
    return new Unproven("Authorization: Basic must not stand here");
  }

  // RFC 6749, section 2.3.1: both parts are form-encoded before they are joined.
  private Proof basic(AuthMode mode, NameAndSecret pair) {
    return judged(mode, formDecoded(pair.name()), formDecoded(pair.secret()));
  }

  private Proof inParameters(AuthMode mode, Parameters parameters) {
    Optional<String> id = parameters.get("client_id");
    Optional<String> secret = parameters.get("client_secret");
    return id.isPresent() && secret.isPresent()
        ? judged(mode, id.get(), secret.get())
        : new Unproven("client_id and client_secret must both be there");
  }

  private Proof judged(AuthMode mode, String id, String secret) {
    return keys.isGood(mode.part(), id) && keys.isGood(mode.part(), secret)
        ? new Proven(id, true)
        : new Unproven("unknown client, or a wrong secret");
  }

  private Proof bare(AuthMode mode, Parameters body) {
    return body.get("client_id")
        .filter(id -> keys.isGood(mode.part(), id))
        .<Proof>map(id -> new Proven(id, false))
        .orElseGet(() -> new Unproven("client_id is missing or unknown"));
  }

  // RFC 7523, section 2.2; whose key signed it is not known here.
  private Proof assertion(AuthMode mode, Parameters body) {
    if (!body.get("client_assertion_type").equals(Optional.of(ASSERTION_TYPE))) {
      return new Unproven("client_assertion_type must be " + ASSERTION_TYPE);
    }
    return body.get("client_assertion")
        .flatMap(Jwt::read)
        .map(Jwt::issuer)
        .filter(id -> keys.isGood(mode.part(), id))
        .<Proof>map(id -> new Proven(id, true))
        .orElseGet(() -> new Unproven("client_assertion is no signed JWT"));
  }

  private static String formDecoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notEncoded) {
      return text;
    }
  }
}
