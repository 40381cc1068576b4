package wasl.id;

import java.math.BigInteger;

/// Writes bytes as base62 text of a fixed width, so that the order of the text is the order of the
/// bytes.
public final class Base62 {
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final BigInteger BASE = BigInteger.valueOf(62);

  private Base62() {}

  /// The number of digits that every value of so many bytes fits into.
  public static int width(int bytes) {
    return (int) Math.ceil(bytes * 8 / (Math.log(62) / Math.log(2)));
  }

  /// Unsigned, big endian, padded on the left with `0` to `width(bytes.length)`.
  public static String encode(byte[] bytes) {
    var digits = new char[width(bytes.length)];
    var rest = new BigInteger(1, bytes);
    for (int at = digits.length - 1; at >= 0; at--) {
      var split = rest.divideAndRemainder(BASE);
      digits[at] = DIGITS.charAt(split[1].intValue());
      rest = split[0];
    }
    return new String(digits);
  }

  /// The inverse of [#encode]; throws `IllegalArgumentException` for anything that `encode` could
  /// not have written.
  public static byte[] decode(String text, int bytes) {
    if (text.length() != width(bytes)) {
      throw new IllegalArgumentException("expected " + width(bytes) + " base62 digits");
    }
    var value = BigInteger.ZERO;
    for (int at = 0; at < text.length(); at++) {
      int digit = DIGITS.indexOf(text.charAt(at));
      if (digit < 0) {
        throw new IllegalArgumentException("not a base62 digit at " + at);
      }
      value = value.multiply(BASE).add(BigInteger.valueOf(digit));
    }
    if (value.bitLength() > bytes * 8) {
      throw new IllegalArgumentException("more than " + bytes + " bytes");
    }
    var unsigned = value.toByteArray();
    var out = new byte[bytes];
    int length = Math.min(unsigned.length, bytes);
    System.arraycopy(unsigned, unsigned.length - length, out, bytes - length, length);
    return out;
  }

  /// True where the text has base62 digits only.
  public static boolean isBase62(String text) {
    for (int at = 0; at < text.length(); at++) {
      if (DIGITS.indexOf(text.charAt(at)) < 0) {
        return false;
      }
    }
    return true;
  }
}
