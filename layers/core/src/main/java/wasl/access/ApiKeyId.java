package wasl.access;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import wasl.id.Base62;
import wasl.id.Ids;

/// Names an API key: `key_` and the 20 base62 digits that stand in the key itself.
///
/// 9 digits are the time in milliseconds, so that ids sort; 11 are 64 random bits.
public record ApiKeyId(String value) {
  public static final String PREFIX = "key_";
  static final int DIGITS = 20;

  public ApiKeyId {
    if (!isOne(value)) {
      throw new IllegalArgumentException("not an id that begins with " + PREFIX);
    }
  }

  static ApiKeyId next(Instant now, RandomGenerator random) {
    var time = ByteBuffer.allocate(8).putLong(Ids.time(now, random).toEpochMilli()).array();
    var unguessable = Ids.draw(PREFIX, 8, random);
    return ofDigits(Base62.encode(Arrays.copyOfRange(time, 2, 8)) + Base62.encode(unguessable));
  }

  static ApiKeyId ofDigits(String digits) {
    return new ApiKeyId(PREFIX + digits);
  }

  /// Whether this text has the form of such an id.
  public static boolean isOne(String value) {
    return value.startsWith(PREFIX)
        && value.length() == PREFIX.length() + DIGITS
        && Base62.isBase62(value.substring(PREFIX.length()));
  }

  String digits() {
    return value.substring(PREFIX.length());
  }

  @Override
  public String toString() {
    return value;
  }
}
