package wasl.manifest;

import org.jspecify.annotations.Nullable;

/// Names a provider: kebab-case, at most 64 characters; also the name of its folder.
public record ProviderId(String value) implements Comparable<ProviderId> {
  public ProviderId {
    if (!isOne(value)) {
      throw new IllegalArgumentException("a provider's id is kebab-case: ".concat(value));
    }
  }

  /// Whether a text is such an id. Written out, since a regular expression costs time at start-up.
  public static boolean isOne(String text) {
    if (text.isEmpty() || text.length() > 64) {
      return false;
    }
    char before = '-';
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (!word && (c != '-' || before == '-')) {
        return false;
      }
      before = c;
    }
    return before != '-';
  }

  // Written out, as are those of other keys on the receipt's path: a record's own are linked at run
  // time, which costs milliseconds of a cold start.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ProviderId that && value.equals(that.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public int compareTo(ProviderId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
