package wasl.signing;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a scalar stands in a JSON document: `data.object.id`, `items[0].id`, `[0].type`.
///
/// @param steps field names, and array indexes as `[n]`
public record JsonPath(List<String> steps) {
  private static final int LONGEST = 16;

  public JsonPath {
    steps = List.copyOf(steps);
    if (steps.isEmpty() || steps.size() > LONGEST) {
      throw new IllegalArgumentException("a JSON path has 1 to " + LONGEST + " steps");
    }
  }

  /// Reads the written form.
  ///
  /// @throws IllegalArgumentException if it is none
  public static JsonPath of(String text) {
    var steps = new ArrayList<String>();
    int at = 0;
    while (at < text.length()) {
      if (text.charAt(at) == '[') {
        at = index(text, at, steps);
      } else {
        at = name(text, at, steps);
      }
      if (at < text.length() && text.charAt(at) == '.') {
        at++;
        if (at == text.length() || text.charAt(at) == '[') {
          throw malformed(text);
        }
      } else if (at < text.length() && text.charAt(at) != '[') {
        throw malformed(text);
      }
    }
    return new JsonPath(steps);
  }

  private static int index(String text, int start, List<String> steps) {
    int end = text.indexOf(']', start);
    if (end < start + 2 || end > start + 4) {
      throw malformed(text);
    }
    for (int i = start + 1; i < end; i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        throw malformed(text);
      }
    }
    steps.add(text.substring(start, end + 1));
    return end + 1;
  }

  private static int name(String text, int start, List<String> steps) {
    int end = start;
    while (end < text.length() && text.charAt(end) != '.' && text.charAt(end) != '[') {
      if (text.charAt(end) == ']') {
        throw malformed(text);
      }
      end++;
    }
    if (end == start) {
      throw malformed(text);
    }
    steps.add(text.substring(start, end));
    return end;
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException("no JSON path: " + text);
  }

  // Written out: a record's own are linked at run time, which costs milliseconds of a cold start.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JsonPath that && steps.equals(that.steps);
  }

  @Override
  public int hashCode() {
    return steps.hashCode();
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    for (var step : steps) {
      if (!text.isEmpty() && step.charAt(0) != '[') {
        text.append('.');
      }
      text.append(step);
    }
    return text.toString();
  }
}
