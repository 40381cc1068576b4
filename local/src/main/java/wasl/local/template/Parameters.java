package wasl.local.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Gives every parameter of a template its value: the one that was set, or its default.
final class Parameters {
  private static final Set<String> TYPES = Set.of("String", "Number");

  private final Template template;
  private final List<String> faults = new ArrayList<>();

  private Parameters(Template template) {
    this.template = template;
  }

  /// @param overrides by name; an empty text is a value
  /// @throws TemplateException naming every unknown name and every value that a parameter refuses
  static Map<String, String> resolve(Template template, Map<String, String> overrides) {
    return new Parameters(template).resolve(overrides);
  }

  private Map<String, String> resolve(Map<String, String> overrides) {
    Map<String, String> values = new LinkedHashMap<>();
    JsonNode declared = template.section("Parameters");
    for (Map.Entry<String, JsonNode> parameter : declared.properties()) {
      String name = parameter.getKey();
      JsonNode rules = parameter.getValue();
      String set = overrides.get(name);
      if (set == null && !rules.has("Default")) {
        faults.add(place(name) + ": has no default; set it by --set " + name + "=…");
        continue;
      }
      String value = set == null ? rules.path("Default").asText() : set;
      String refused = refusal(name, rules, value);
      if (refused != null) {
        faults.add("parameter " + name + ": \"" + value + "\" " + refused);
      }
      values.put(name, value);
    }
    for (String name : new TreeSet<>(overrides.keySet())) {
      if (!declared.has(name)) {
        faults.add(
            "parameter "
                + name
                + ": the template has none of this name; it has "
                + String.join(", ", values.keySet()));
      }
    }
    if (!faults.isEmpty()) {
      throw new TemplateException(faults);
    }
    return values;
  }

  private @Nullable String refusal(String name, JsonNode rules, String value) {
    String type = rules.path("Type").asText();
    if (!TYPES.contains(type)) {
      faults.add(place(name + ".Type") + ": unknown type " + type + "; known: String, Number");
      return null;
    }
    JsonNode allowed = rules.path("AllowedValues");
    if (allowed.isArray() && allowed.valueStream().noneMatch(v -> v.asText().equals(value))) {
      return "is none of " + allowed;
    }
    if (type.equals("Number")) {
      return outOfRange(rules, value);
    }
    String pattern = rules.path("AllowedPattern").asText();
    if (!pattern.isEmpty() && !Pattern.compile(pattern).matcher(value).matches()) {
      return "does not match " + pattern;
    }
    return null;
  }

  private static @Nullable String outOfRange(JsonNode rules, String value) {
    BigDecimal number;
    try {
      number = new BigDecimal(value);
    } catch (NumberFormatException e) {
      return "is no number";
    }
    if (rules.has("MinValue") && number.compareTo(rules.path("MinValue").decimalValue()) < 0) {
      return "is less than " + rules.path("MinValue");
    }
    if (rules.has("MaxValue") && number.compareTo(rules.path("MaxValue").decimalValue()) > 0) {
      return "is more than " + rules.path("MaxValue");
    }
    return null;
  }

  private String place(String name) {
    return template.place("Parameters." + name);
  }
}
