package wasl.oauth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.random.RandomGenerator;
import wasl.signing.Digests;
import wasl.vault.Secret;

/// Random text that nobody guesses, and whose keeper knows it by its hash only: states, and what
/// ties them to a browser.
final class Unguessable {
  private static final int BYTES = 32;

  private Unguessable() {}

  /// 43 characters of base64url.
  static Secret next(RandomGenerator random) {
    var bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return Secret.of(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  static String hash(String text) {
    return Digests.sha256Hex(text.getBytes(StandardCharsets.UTF_8));
  }

  static String hash(Secret text) {
    return hash(text.reveal());
  }

  /// In a time that tells nothing of either.
  static boolean matches(String text, String hash) {
    return MessageDigest.isEqual(
        hash(text).getBytes(StandardCharsets.UTF_8), hash.getBytes(StandardCharsets.UTF_8));
  }
}
