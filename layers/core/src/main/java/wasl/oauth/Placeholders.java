package wasl.oauth;

import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Fills the `{placeholders}` of a manifest's formats.
final class Placeholders {
  private Placeholders() {}

  /// The format with each placeholder's value; empty where one has none.
  ///
  /// @param written how a value is written there
  static Optional<String> fill(
      String format, Map<String, String> values, UnaryOperator<String> written) {
    var filled = new StringBuilder();
    int at = 0;
    while (at < format.length()) {
      int open = format.indexOf('{', at);
      int close = open < 0 ? -1 : format.indexOf('}', open);
      if (close < 0) {
        return Optional.of(filled.append(format, at, format.length()).toString());
      }
      var value = values.get(format.substring(open + 1, close));
      if (value == null) {
        return Optional.empty();
      }
      filled.append(format, at, open).append(written.apply(value));
      at = close + 1;
    }
    return Optional.of(filled.toString());
  }
}
