package wasl.vault;

import java.util.Arrays;

/// Bytes that only the vault can open. The form, from the first day:
///
/// `version(1) | key id(16) | salt(32) | commitment(32) | nonce(12) | ciphertext and tag(16)`
public record Sealed(byte[] bytes) {
  public static final byte VERSION = 1;
  static final int KEY_ID = 1;
  static final int SALT = KEY_ID + KeyId.BYTES;
  static final int COMMITMENT = SALT + 32;
  static final int NONCE = COMMITMENT + 32;
  static final int CIPHERTEXT = NONCE + 12;
  static final int TAG_BYTES = 16;

  public Sealed {
    if (bytes.length < CIPHERTEXT + TAG_BYTES || bytes[0] != VERSION) {
      throw new IllegalArgumentException("not a sealed value of version " + VERSION);
    }
  }

  /// The data key that sealed it.
  public KeyId keyId() {
    return new KeyId(Arrays.copyOfRange(bytes, KEY_ID, SALT));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sealed that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "Sealed(" + bytes.length + " bytes)";
  }
}
