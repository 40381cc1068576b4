package wasl.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// A text of a manifest in which `{name}` stands for a field of that name.
public record Template(String text) {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z][A-Za-z0-9]{0,49})\\}");

  /// The names of its placeholders, in their order.
  public List<String> names() {
    var names = new ArrayList<String>();
    var found = PLACEHOLDER.matcher(text);
    while (found.find()) {
      names.add(found.group(1));
    }
    return names;
  }

  /// The text with what stands for each placeholder; what is put in is not looked at again.
  ///
  /// @param value of a name
  public String fill(UnaryOperator<String> value) {
    var out = new StringBuilder();
    var found = PLACEHOLDER.matcher(text);
    int at = 0;
    while (found.find()) {
      out.append(text, at, found.start()).append(value.apply(found.group(1)));
      at = found.end();
    }
    return out.append(text, at, text.length()).toString();
  }

  /// Whether a brace stands in it that belongs to no placeholder.
  boolean hasStrayBrace() {
    var rest = PLACEHOLDER.matcher(text).replaceAll("");
    return rest.indexOf('{') >= 0 || rest.indexOf('}') >= 0;
  }

  /// Splits a URL where its host ends: what is put into a host is judged by other rules.
  ///
  /// @return scheme and authority, and the rest
  public List<Template> splitAtPath() {
    int host = text.indexOf("://") + 3;
    int end = host;
    while (end < text.length() && text.charAt(end) != '/' && text.charAt(end) != '?') {
      end++;
    }
    return List.of(new Template(text.substring(0, end)), new Template(text.substring(end)));
  }
}
