package wasl.event;

/// Where the archive keeps one body: an object, and the range of it.
///
/// @param object the S3 key
/// @param offset in bytes
/// @param length in bytes, of the sealed form
public record BodyRef(String object, long offset, int length) {
  public BodyRef {
    if (object.isEmpty() || offset < 0 || length <= 0) {
      throw new IllegalArgumentException("not a body reference");
    }
  }

  /// `<object>:<offset>:<length>`, the form in items, messages and the envelope's `dataRef`.
  @Override
  public String toString() {
    return object + ":" + offset + ":" + length;
  }

  /// The inverse of [#toString].
  public static BodyRef parse(String text) {
    int second = text.lastIndexOf(':');
    int first = text.lastIndexOf(':', second - 1);
    if (first < 1) {
      throw new IllegalArgumentException("not a body reference: " + text);
    }
    return new BodyRef(
        text.substring(0, first),
        Long.parseLong(text.substring(first + 1, second)),
        Integer.parseInt(text.substring(second + 1)));
  }
}
