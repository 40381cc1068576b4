package wasl.manifest;

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

  @Override
  public int compareTo(ProviderId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
