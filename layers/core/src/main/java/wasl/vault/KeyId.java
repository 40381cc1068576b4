package wasl.vault;

import java.util.Arrays;
import java.util.HexFormat;

/// Names a data key: 16 random bytes.
public record KeyId(byte[] bytes) {
  public static final int BYTES = 16;

  public KeyId {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a key id has " + BYTES + " bytes");
    }
  }

  /// As 32 hexadecimal digits, the form that item keys and the KMS context hold.
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyId that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
