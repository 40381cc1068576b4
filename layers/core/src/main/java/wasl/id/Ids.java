package wasl.id;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/// Makes and checks ids: a prefix, then base62 of 48 bits of time in milliseconds and 128 bits
/// nobody can guess.
///
/// Ids of one kind sort by the time that they were made.
public final class Ids {
  private static final int TIME_BYTES = 6;
  private static final int BYTES = TIME_BYTES + 16;
  private static final String GREATEST = greatest();

  private Ids() {}

  /// A new id; in work that is repeated, the one that its first try made.
  public static String next(String prefix, Instant now, RandomGenerator random) {
    return of(prefix, time(now, random), draw(prefix, 16, random));
  }

  /// Bytes that nobody can guess; in work that is repeated, those that its first try drew.
  ///
  /// @param purpose what they are for: each purpose has a sequence of its own, so that a step that
  ///   is left out moves no other
  public static byte[] draw(String purpose, int length, RandomGenerator random) {
    if (random instanceof RepeatableRandom repeatable) {
      return repeatable.draw(purpose, length);
    }
    var bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /// The time that an id carries: now, or when the work's first try began.
  public static Instant time(Instant now, RandomGenerator random) {
    return random instanceof RepeatableRandom repeatable ? repeatable.time(now) : now;
  }

  /// Whether this is work that is repeated, so that an id just drawn may be a record's already.
  public static boolean mayBeTaken(RandomGenerator random) {
    return random instanceof RepeatableRandom repeatable && repeatable.isRepeat();
  }

  /// The id of this time and these 16 bytes; the same for the same, so that a repeated step finds
  /// its first result.
  public static String of(String prefix, Instant time, byte[] sixteen) {
    var bytes = ByteBuffer.allocate(8 + sixteen.length);
    bytes.putLong(time.toEpochMilli()).put(sixteen);
    var out = new byte[BYTES];
    System.arraycopy(bytes.array(), 2, out, 0, BYTES);
    return prefix + Base62.encode(out);
  }

  /// When an id was made, to the millisecond, by the clock of who made it.
  public static Instant madeAt(String prefix, String id) {
    var bytes = Base62.decode(check(prefix, id).substring(prefix.length()), BYTES);
    return Instant.ofEpochMilli(
        ByteBuffer.allocate(8).position(2).put(bytes, 0, TIME_BYTES).getLong(0));
  }

  /// The last 16 bytes of an id.
  public static byte[] unguessablePart(String prefix, String id) {
    var out = new byte[16];
    System.arraycopy(
        Base62.decode(check(prefix, id).substring(prefix.length()), BYTES), TIME_BYTES, out, 0, 16);
    return out;
  }

  /// The id itself if it is one; else throws `IllegalArgumentException`.
  public static String check(String prefix, String id) {
    if (!isOne(prefix, id)) {
      throw new IllegalArgumentException("not an id that begins with " + prefix);
    }
    return id;
  }

  // The order of the texts is the order of the bytes.
  private static String greatest() {
    var bytes = new byte[BYTES];
    Arrays.fill(bytes, (byte) -1);
    return Base62.encode(bytes);
  }

  /// Whether this text has the form of such an id.
  public static boolean isOne(String prefix, String id) {
    return id.startsWith(prefix)
        && id.length() == prefix.length() + Base62.width(BYTES)
        && Base62.isBase62(id.substring(prefix.length()))
        // So many digits hold more than the bytes do; what is beyond them nobody made.
        && id.substring(prefix.length()).compareTo(GREATEST) <= 0;
  }
}
