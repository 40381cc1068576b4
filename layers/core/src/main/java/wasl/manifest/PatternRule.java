package wasl.manifest;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Lets only such regular expressions through as cannot be made to run for long: no group is
/// repeated, nothing looks around or back.
final class PatternRule {
  private static final int LONGEST = 200;

  private PatternRule() {}

  static void check(String pattern, String pointer, Faults faults) {
    if (pattern.length() > LONGEST) {
      faults.add(pointer, "is longer than " + LONGEST + " characters");
      return;
    }
    try {
      Pattern.compile(pattern);
    } catch (PatternSyntaxException malformed) {
      faults.add(pointer, "is no regular expression: " + malformed.getDescription());
      return;
    }
    if (costly(pattern)) {
      faults.add(
          pointer,
          "may take too long: no repeated groups, no look-around, no back references, and at most"
              + " three unbounded repetitions");
    }
  }

  private static boolean costly(String pattern) {
    int unbounded = 0;
    boolean inClass = false;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      char next = i + 1 < pattern.length() ? pattern.charAt(i + 1) : ' ';
      if (c == '\\') {
        if ((next >= '1' && next <= '9') || next == 'k') {
          return true;
        }
        i++;
      } else if (inClass) {
        inClass = c != ']';
      } else if (c == '[') {
        inClass = true;
      } else if (c == '(' && next == '?' && !pattern.startsWith("(?:", i)) {
        return true;
      } else if (c == ')' && (next == '*' || next == '+' || next == '{')) {
        return true;
      } else if (c == '*' || c == '+' || (c == '{' && opensUnbounded(pattern, i))) {
        unbounded++;
      }
    }
    return unbounded > 3;
  }

  private static boolean opensUnbounded(String pattern, int at) {
    int end = pattern.indexOf('}', at);
    return end > at && pattern.charAt(end - 1) == ',';
  }
}
