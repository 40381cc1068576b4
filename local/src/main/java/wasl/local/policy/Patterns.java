package wasl.local.policy;

/// IAM's patterns: `*` stands for any characters, `?` for one.
final class Patterns {
  private Patterns() {}

  static boolean matches(String pattern, String text) {
    return matches(pattern, 0, text, 0);
  }

  private static boolean matches(String pattern, int p, String text, int t) {
    if (p == pattern.length()) {
      return t == text.length();
    }
    if (pattern.charAt(p) == '*') {
      for (int next = t; next <= text.length(); next++) {
        if (matches(pattern, p + 1, text, next)) {
          return true;
        }
      }
      return false;
    }
    return t < text.length()
        && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))
        && matches(pattern, p + 1, text, t + 1);
  }
}
