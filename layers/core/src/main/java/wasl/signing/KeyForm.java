package wasl.signing;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import wasl.vault.Secret;

/// How the secret that a provider shows becomes the key of its signature.
public enum KeyForm {
  /// The text itself, prefix included, as Stripe's `whsec_…`.
  UTF8,
  HEX,
  BASE64,
  /// Base64 after an optional `whsec_`, as Standard Webhooks has it: Stripe's prefix, another key.
  WHSEC;

  private static final String WHSEC_PREFIX = "whsec_";

  /// The key; empty for a secret that holds none: blank, nothing but a prefix, not decodable.
  Optional<byte[]> key(Secret secret, String prefix) {
    var text = secret.reveal();
    if (!prefix.isEmpty() && text.startsWith(prefix)) {
      text = text.substring(prefix.length());
    }
    if (text.isBlank() || text.equals(WHSEC_PREFIX)) {
      return Optional.empty();
    }
    if (this == UTF8) {
      // The bytes as they are: a text may have been changed by decoding.
      return Optional.of(
          prefix.isEmpty() ? secret.revealBytes() : text.getBytes(StandardCharsets.UTF_8));
    }
    if (this == HEX) {
      return Encoding.HEX.decode(text);
    }
    if (this == WHSEC && text.startsWith(WHSEC_PREFIX)) {
      text = text.substring(WHSEC_PREFIX.length());
    }
    return base64(text);
  }

  private static Optional<byte[]> base64(String text) {
    try {
      var key = Base64.getDecoder().decode(text);
      return key.length == 0 ? Optional.empty() : Optional.of(key);
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }
}
