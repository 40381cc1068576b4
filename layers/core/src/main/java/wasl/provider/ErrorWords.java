package wasl.provider;

import java.util.Locale;

/// What is passed on of a provider's words: a code that is a code, and a line that is a line.
public final class ErrorWords {
  private static final int LONGEST_CODE = 64;
  private static final int LONGEST_LINE = 300;

  private ErrorWords() {}

  /// A word of `a-z 0-9 . _ -`, to be shown, logged and compared.
  public static String code(String error) {
    var word = new StringBuilder();
    for (int at = 0; at < error.length() && word.length() < LONGEST_CODE; at++) {
      char c = error.charAt(at);
      boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      word.append(plain || c == '_' || c == '-' || c == '.' ? c : '_');
    }
    return word.toString().toLowerCase(Locale.ROOT);
  }

  /// One line, shortened, of characters that are seen.
  public static String line(String text) {
    var line = new StringBuilder();
    text.codePoints()
        .limit(LONGEST_LINE * 2L)
        .forEach(c -> {
          if (isSeen(c)) {
            line.appendCodePoint(c);
          } else if (!line.isEmpty() && line.charAt(line.length() - 1) != ' ') {
            line.append(' ');
          }
        });
    var stripped = line.toString().strip();
    return stripped.codePointCount(0, stripped.length()) <= LONGEST_LINE
        ? stripped
        : stripped.substring(0, stripped.offsetByCodePoints(0, LONGEST_LINE)) + "…";
  }

  // Neither control characters nor those that turn the direction of what stands around them.
  private static boolean isSeen(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
