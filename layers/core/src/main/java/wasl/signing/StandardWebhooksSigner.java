package wasl.signing;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.random.RandomGenerator;
import wasl.vault.Secret;

/// Signs outbound webhooks as Standard Webhooks 1.0.0 says: `v1` is HMAC-SHA256 over id, time and
/// body, joined by dots.
public final class StandardWebhooksSigner {
  /// The specification allows 24 to 64.
  private static final int SECRET_BYTES = 32;

  /// The value of `webhook-signature`.
  ///
  /// @param secret `whsec_` and Base64
  /// @param id without a dot: it would move the boundary between the parts
  /// @throws IllegalArgumentException if the secret holds no key, or the id a dot or a blank
  public String sign(Secret secret, String id, Instant timestamp, byte[] body) {
    if (id.isEmpty() || id.indexOf('.') >= 0 || id.indexOf(' ') >= 0) {
      throw new IllegalArgumentException("an id is not empty and has neither dot nor blank");
    }
    var key =
        KeyForm.WHSEC
            .key(secret, "")
            .orElseThrow(() -> new IllegalArgumentException("the secret holds no key"));
    var mac = HashAlgorithm.SHA256.mac(key);
    var head = "%s.%d.".formatted(id, timestamp.getEpochSecond());
    mac.update(head.getBytes(StandardCharsets.UTF_8));
    mac.update(body);
    return "v1,".concat(Base64.getEncoder().encodeToString(mac.doFinal()));
  }

  /// The value of `webhook-signature` while secrets rotate: one signature for each, parted by
  /// blanks.
  ///
  /// @param secrets at least one
  public String sign(List<Secret> secrets, String id, Instant timestamp, byte[] body) {
    if (secrets.isEmpty()) {
      throw new IllegalArgumentException("nothing is sent unsigned");
    }
    var signatures = new StringBuilder();
    for (var secret : secrets) {
      signatures.append(signatures.isEmpty() ? "" : " ").append(sign(secret, id, timestamp, body));
    }
    return signatures.toString();
  }

  /// A fresh secret: `whsec_` and the Base64 of 32 random bytes.
  ///
  /// @param random cryptographically strong
  public static Secret newSecret(RandomGenerator random) {
    var bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    return Secret.of("whsec_".concat(Base64.getEncoder().encodeToString(bytes)));
  }
}
