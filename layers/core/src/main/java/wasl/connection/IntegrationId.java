package wasl.connection;

/// The user's own slug for an integration, unique within project and environment: 1 to 64 of `a-z
/// 0-9 - _`, beginning with a letter or digit.
public record IntegrationId(String value) {
  public IntegrationId {
    if (!isOne(value)) {
      throw new IllegalArgumentException("not an integration's slug");
    }
  }

  /// Whether this text has the form of a slug.
  public static boolean isOne(String value) {
    if (value.isEmpty()
        || value.length() > 64
        || value.charAt(0) == '-'
        || value.charAt(0) == '_') {
      return false;
    }
    for (int at = 0; at < value.length(); at++) {
      char c = value.charAt(at);
      if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-' && c != '_') {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return value;
  }
}
