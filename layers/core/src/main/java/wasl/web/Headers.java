package wasl.web;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// HTTP headers as API Gateway's payload format 2.0 gives them: names in lower case, a doubled
/// header folded into one value whose items are joined by commas.
public record Headers(Map<String, String> values) {
  public static final Headers NONE = new Headers(Map.of());

  public Headers {
    var lowered = new TreeMap<String, String>();
    // No lambda and no `+`: the receipt runs this first, and the JVM links either at run time.
    for (var header : values.entrySet()) {
      var name = header.getKey().toLowerCase(Locale.ROOT);
      var before = lowered.get(name);
      var value = header.getValue();
      lowered.put(name, before == null ? value : before.concat(",").concat(value));
    }
    values = java.util.Collections.unmodifiableMap(lowered);
  }

  /// The folded value of a header, whatever the case of `name`.
  public Optional<String> get(String name) {
    return Optional.ofNullable(values.get(name.toLowerCase(Locale.ROOT)));
  }

  /// The media type without parameters, in lower case; empty where there is none.
  public String mediaType() {
    var value = get("content-type").orElse("");
    int end = value.indexOf(';');
    return (end < 0 ? value : value.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }
}
