package wasl.web;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32;

/// The text that stands for a position in a list: base64url of the position and its CRC-32.
///
/// The checksum tells what was mistyped or made up from what we gave out. It is no signature: a
/// position means nothing outside the caller's own list.
final class Cursor {
  private Cursor() {}

  static String of(String position) {
    var text = position.getBytes(StandardCharsets.UTF_8);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(
            ByteBuffer.allocate(text.length + 4).put(text).putInt(checksum(text)).array());
  }

  static Optional<String> position(String cursor) {
    try {
      var bytes = Base64.getUrlDecoder().decode(cursor);
      if (bytes.length <= 4) {
        return Optional.empty();
      }
      var text = Arrays.copyOf(bytes, bytes.length - 4);
      return ByteBuffer.wrap(bytes, text.length, 4).getInt() == checksum(text)
          ? Optional.of(new String(text, StandardCharsets.UTF_8))
          : Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  private static int checksum(byte[] text) {
    var crc = new CRC32();
    crc.update(text);
    return (int) crc.getValue();
  }
}
