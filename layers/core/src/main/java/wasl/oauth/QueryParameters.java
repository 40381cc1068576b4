package wasl.oauth;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import wasl.vault.Secret;

/// What a browser brought in a query. A parameter that stands twice counts for nothing: which of
/// the two is meant nobody knows (RFC 6749, section 3.1).
final class QueryParameters {
  // A longer code fits into no token call.
  private static final int LONGEST = 8 * 1024;

  private final Map<String, String> parameters;

  private QueryParameters(Map<String, String> parameters) {
    this.parameters = Map.copyOf(parameters);
  }

  /// @param rawQuery undecoded, without the question mark
  static QueryParameters read(String rawQuery) {
    var once = new HashMap<String, String>();
    var seen = new HashSet<String>();
    for (var pair : rawQuery.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        var name = decoded(pair.substring(0, equals));
        var value = decoded(pair.substring(equals + 1));
        if (name.isPresent() && value.isPresent()) {
          if (seen.add(name.get())) {
            once.put(name.get(), value.get());
          } else {
            once.remove(name.get());
          }
        }
      }
    }
    return new QueryParameters(once);
  }

  /// Empty for a parameter that is empty, too.
  Optional<String> text(String name) {
    return Optional.ofNullable(parameters.get(name))
        .filter(value -> !value.isBlank() && value.length() <= LONGEST);
  }

  Optional<Secret> secret(String name) {
    return text(name).map(Secret::of);
  }

  private static Optional<String> decoded(String text) {
    try {
      return Optional.of(URLDecoder.decode(text, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException notEncoded) {
      return Optional.empty();
    }
  }
}
