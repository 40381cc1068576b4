package wasl.signing;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import wasl.vault.Secret;

/// The digests that others than a scheme need.
public final class Digests {
  private Digests() {}

  /// SHA-256, 32 bytes.
  public static byte[] sha256(byte[] bytes) {
    return HashAlgorithm.SHA256.digest().digest(bytes);
  }

  /// SHA-256 in lower-case hexadecimal digits.
  public static String sha256Hex(byte[] bytes) {
    return HexFormat.of().formatHex(sha256(bytes));
  }

  /// HMAC-SHA256 of a text under the secret's own bytes.
  ///
  /// @throws IllegalArgumentException if the secret is empty
  public static String hmacSha256(Secret secret, String text, Encoding encoding) {
    var mac = HashAlgorithm.SHA256.mac(secret.revealBytes());
    return encoding.encode(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
  }
}
