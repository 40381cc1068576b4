package wasl.signing;

import java.util.Base64;
import java.util.Optional;
import wasl.vault.Secret;

/// How a provider shows its public key, which takes the place of the secret.
public enum PublicKeyForm {
  /// The bytes of an Ed25519 key as hexadecimal digits.
  RAW_HEX,
  /// A SubjectPublicKeyInfo (RFC 5280) in Base64, without lines around it.
  SPKI,
  /// A SubjectPublicKeyInfo between `-----BEGIN PUBLIC KEY-----` lines.
  PEM,
  /// `whpk_` and the bytes of an Ed25519 key in Base64, as Standard Webhooks has it.
  WHPK;

  private static final String WHPK_PREFIX = "whpk_";
  private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
  private static final String END = "-----END PUBLIC KEY-----";

  /// DER before the 32 bytes of an Ed25519 key (RFC 8410 section 4).
  private static final String ED25519_SPKI = "302a300506032b6570032100";

  /// The key as SubjectPublicKeyInfo; empty where the text holds none.
  Optional<byte[]> spki(Secret shown) {
    var text = shown.reveal().strip();
    if (this == RAW_HEX) {
      return text.length() == 64
          ? Encoding.HEX.decode(ED25519_SPKI.concat(text))
          : Optional.empty();
    }
    if (this == WHPK) {
      return raw(text.startsWith(WHPK_PREFIX) ? text.substring(WHPK_PREFIX.length()) : text);
    }
    if (this == PEM) {
      if (!text.startsWith(BEGIN) || !text.endsWith(END)) {
        return Optional.empty();
      }
      text = text.substring(BEGIN.length(), text.length() - END.length());
    }
    return base64(text);
  }

  private static Optional<byte[]> raw(String text) {
    var key = base64(text);
    if (key.isEmpty() || key.get().length != 32) {
      return Optional.empty();
    }
    var prefix = Encoding.HEX.decode(ED25519_SPKI).orElseThrow();
    var spki = new byte[prefix.length + 32];
    System.arraycopy(prefix, 0, spki, 0, prefix.length);
    System.arraycopy(key.get(), 0, spki, prefix.length, 32);
    return Optional.of(spki);
  }

  private static Optional<byte[]> base64(String text) {
    try {
      var bytes = Base64.getMimeDecoder().decode(text);
      return bytes.length == 0 ? Optional.empty() : Optional.of(bytes);
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }
}
