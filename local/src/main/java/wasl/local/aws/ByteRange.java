package wasl.local.aws;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A part of an object, both ends included (RFC 9110, section 14.1.2).
record ByteRange(long first, long last) {
  private static final Pattern FORM = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

  long length() {
    return last - first + 1;
  }

  /// Empty where the whole is asked for: no header, or one that is not a single range.
  static Optional<ByteRange> parse(@Nullable String header, long size) {
    if (header == null) {
      return Optional.empty();
    }
    Matcher form = FORM.matcher(header.strip());
    if (!form.matches() || (form.group(1).isEmpty() && form.group(2).isEmpty())) {
      return Optional.empty();
    }
    ByteRange range;
    if (form.group(1).isEmpty()) {
      long suffix = Long.parseLong(form.group(2));
      range = new ByteRange(suffix == 0 ? size : Math.max(0, size - suffix), size - 1);
    } else {
      long last = form.group(2).isEmpty() ? size - 1 : Long.parseLong(form.group(2));
      range = new ByteRange(Long.parseLong(form.group(1)), Math.min(last, size - 1));
    }
    if (range.length() <= 0) {
      throw new AwsFault(416, "InvalidRange", "The requested range is not satisfiable");
    }
    return Optional.of(range);
  }
}
