package wasl.vault;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// Carries secret text or bytes through the code without showing them.
///
/// `toString` masks, `equals` takes constant time, and [#reveal()] is the one greppable door.
public final class Secret {
  private final byte[] bytes;

  private Secret(byte[] bytes) {
    this.bytes = bytes;
  }

  /// A secret of UTF-8 text; may be empty, which every verifier refuses.
  public static Secret of(String text) {
    return new Secret(text.getBytes(StandardCharsets.UTF_8));
  }

  /// A secret of bytes, copied.
  public static Secret of(byte[] bytes) {
    return new Secret(bytes.clone());
  }

  /// The secret as UTF-8 text.
  public String reveal() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /// The secret's bytes, copied.
  public byte[] revealBytes() {
    return bytes.clone();
  }

  /// Length in bytes.
  public int length() {
    return bytes.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret that && MessageDigest.isEqual(bytes, that.bytes);
  }

  /// The same for all secrets: a hash of the bytes would say something about them.
  @Override
  public int hashCode() {
    return 1;
  }

  @Override
  public String toString() {
    return "Secret(***)";
  }
}
