package wasl.access;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import wasl.id.Base62;
import wasl.id.Ids;

/// An API key in clear: `wasl_<dev|staging|prod>_<id 20><secret 43><CRC-32 6>`, in base62.
///
/// The checksum covers all the text before it, prefix included, so that a mistyped key is refused
/// without a look into the table, and a scanner of source code can tell a key from what looks like
/// one. Only the SHA-256 of the whole text is stored: with 256 random bits in it, a slower hash
/// would add nothing.
public final class ApiKeyText {
  private static final int SECRET_BYTES = 32;
  private static final Pattern FORM =
      Pattern.compile(
          "(wasl_(?:dev|staging|prod)_)([0-9A-Za-z]{20})[0-9A-Za-z]{43}([0-9A-Za-z]{6})");

  private final String text;
  private final ApiKeyId id;

  private ApiKeyText(String text, ApiKeyId id) {
    this.text = text;
    this.id = id;
  }

  static ApiKeyText next(Environment environment, ApiKeyId id, RandomGenerator random) {
    var secret = Ids.draw("secret of " + id, SECRET_BYTES, random);
    var checked = "wasl_" + environment.wireName() + "_" + id.digits() + Base62.encode(secret);
    return new ApiKeyText(checked + checksum(checked), id);
  }

  /// Reads a key; empty for what cannot be one.
  static Optional<ApiKeyText> read(String text) {
    var match = FORM.matcher(text);
    if (!match.matches() || !checksum(text.substring(0, match.start(3))).equals(match.group(3))) {
      return Optional.empty();
    }
    return Optional.of(new ApiKeyText(text, ApiKeyId.ofDigits(match.group(2))));
  }

  ApiKeyId id() {
    return id;
  }

  /// The SHA-256 of the whole text, as 64 hexadecimal digits.
  String sha256Hex() {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(text.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /// The key itself, to be shown once.
  public String reveal() {
    return text;
  }

  @Override
  public String toString() {
    return "ApiKeyText(" + id + ")";
  }

  private static String checksum(String text) {
    var crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.US_ASCII));
    return Base62.encode(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }
}
