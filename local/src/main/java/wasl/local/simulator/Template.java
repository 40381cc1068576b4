package wasl.local.simulator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A text of a manifest whose `{placeholders}` stand for what differs from call to call.
final class Template {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]+)}");

  private final Pattern pattern;
  private final List<String> names;
  private final int literals;

  private Template(Pattern pattern, List<String> names, int literals) {
    this.pattern = pattern;
    this.names = names;
    this.literals = literals;
  }

  /// @param each a regular expression, without groups, of what a placeholder may stand for
  static Template of(String text, String each) {
    StringBuilder expression = new StringBuilder();
    List<String> names = new ArrayList<>();
    Matcher placeholders = PLACEHOLDER.matcher(text);
    int literals = 0;
    int end = 0;
    while (placeholders.find()) {
      expression.append(Pattern.quote(text.substring(end, placeholders.start())));
      expression.append('(').append(each).append(')');
      names.add(placeholders.group(1));
      literals += placeholders.start() - end;
      end = placeholders.end();
    }
    expression.append(Pattern.quote(text.substring(end)));
    return new Template(
        Pattern.compile(expression.toString(), Pattern.DOTALL),
        List.copyOf(names),
        literals + text.length() - end);
  }

  /// The placeholders' names, in order.
  List<String> names() {
    return names;
  }

  /// How many characters are given: the more, the less may stand in its place.
  int literals() {
    return literals;
  }

  /// What stands in the placeholders' places; empty where the text is none of this template.
  Optional<Map<String, String>> values(String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (int at = 0; at < names.size(); at++) {
      values.put(names.get(at), matcher.group(at + 1));
    }
    return Optional.of(values);
  }
}
