package wasl.signing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/// How signature bytes are written as text. Each value has one text only, but for the case of
/// hexadecimal digits, which providers print either way.
public enum Encoding {
  HEX {
    @Override
    Optional<byte[]> decode(String text) {
      if (text.isEmpty() || text.length() % 2 != 0) {
        return Optional.empty();
      }
      var bytes = new byte[text.length() / 2];
      for (int i = 0; i < bytes.length; i++) {
        int high = digit(text.charAt(2 * i));
        int low = digit(text.charAt(2 * i + 1));
        if (high < 0 || low < 0) {
          return Optional.empty();
        }
        bytes[i] = (byte) (high << 4 | low);
      }
      return Optional.of(bytes);
    }

    @Override
    String encode(byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    }
  },

  BASE64 {
    @Override
    Optional<byte[]> decode(String text) {
      return canonical(text, Base64.getDecoder(), Base64.getEncoder());
    }

    @Override
    String encode(byte[] bytes) {
      return Base64.getEncoder().encodeToString(bytes);
    }
  },

  /// With or without padding.
  BASE64URL {
    @Override
    Optional<byte[]> decode(String text) {
      var encoder = Base64.getUrlEncoder();
      return canonical(
          text, Base64.getUrlDecoder(), text.endsWith("=") ? encoder : encoder.withoutPadding());
    }

    @Override
    String encode(byte[] bytes) {
      return Base64.getUrlEncoder().encodeToString(bytes);
    }
  };

  abstract Optional<byte[]> decode(String text);

  abstract String encode(byte[] bytes);

  // Not Character.digit: it takes the digits of every script.
  private static int digit(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
      return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
  }

  // The JDK's decoder ignores bits left over in the last character, so a changed byte could pass.
  private static Optional<byte[]> canonical(
      String text, Base64.Decoder decoder, Base64.Encoder encoder) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      var ascii = text.getBytes(StandardCharsets.UTF_8);
      var bytes = decoder.decode(ascii);
      return Arrays.equals(encoder.encode(bytes), ascii) ? Optional.of(bytes) : Optional.empty();
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }
}
