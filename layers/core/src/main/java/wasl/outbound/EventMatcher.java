package wasl.outbound;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Machine;
import software.amazon.event.ruler.MachineComplexityEvaluator;
import software.amazon.event.ruler.Patterns;

/// Finds the outbound webhooks that an event on the bus is for, by AWS's own event-ruler: a pattern
/// means here what it means in a rule of EventBridge.
///
/// With one exception. The ruler tries each value that an event has for one field with each that it
/// has for the next, so that five fields of sixty values, a kilobyte, took 16 s, in which nobody
/// else's events went out. Where there would be too many combinations each field of the pattern is
/// matched alone: then values count together that stand in different elements of an array. So such
/// an event may go to a receiver that did not mean it, but is kept from none that did.
public final class EventMatcher {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String WASLS_OWN = "wasl";
  private static final int MOST_COMPLEX = 100;
  private static final long MOST_COMBINATIONS = 100_000;

  // EventBridge's own limit. The compiler has none, and writes out every choice: thirty pairs of
  // alternatives would be a thousand million rules.
  private static final int MOST_ALTERNATIVES = 1000;

  private final List<Rule> rules;
  private final Machine machine;

  private EventMatcher(List<Rule> rules) {
    this.rules = rules;
    this.machine = machine(rules);
  }

  /// What one webhook asks of an event; one of several where its pattern has alternatives.
  ///
  /// @param fields by the names on the way to a value, joined by dots
  private record Rule(OutboundWebhookId webhook, Map<String, List<Patterns>> fields) {}

  /// A matcher for these webhooks. One whose pattern no longer compiles matches nothing.
  public static EventMatcher of(List<OutboundWebhook> webhooks) {
    var all = new ArrayList<Rule>();
    for (var webhook : webhooks) {
      for (var rule : rules(webhook.filter())) {
        compiled(rule).forEach(fields -> all.add(new Rule(webhook.id(), fields)));
      }
    }
    return new EventMatcher(all);
  }

  private static List<Map<String, List<Patterns>>> compiled(String rule) {
    try {
      return hasTooManyAlternatives(rule) ? List.of() : JsonRuleCompiler.compile(rule);
    } catch (IOException | RuntimeException notARule) {
      // It was checked when it was stored; should a later ruler refuse it, the others go on.
      return List.of();
    }
  }

  private static boolean hasTooManyAlternatives(String rule) throws IOException {
    return alternatives(JSON.readTree(rule)) > MOST_ALTERNATIVES;
  }

  private static long alternatives(JsonNode rule) {
    long all = 1;
    for (var field : rule.properties()) {
      long here = 0;
      if (field.getKey().equals("$or")) {
        for (var alternative : field.getValue()) {
          here += alternatives(alternative);
        }
      } else {
        here = alternatives(field.getValue());
      }
      // Cut off far above the limit, before it could overflow.
      all = Math.min(all * Math.max(here, 1), Integer.MAX_VALUE);
    }
    return all;
  }

  private static Machine machine(List<Rule> rules) {
    var machine = Machine.builder().build();
    rules.forEach(rule -> machine.addPatternRule(rule.webhook.value(), rule.fields));
    return machine;
  }

  /// The ids of the webhooks that this event is for.
  ///
  /// @param event the whole event as text, as EventBridge gives it to its targets
  public Set<OutboundWebhookId> matching(String event) {
    var values = values(event);
    var heavy = rules.stream().filter(rule -> hasTooManyCombinations(rule, values)).toList();
    if (heavy.isEmpty()) {
      return found(machine, event);
    }
    var ids = found(machine(rules.stream().filter(rule -> !heavy.contains(rule)).toList()), event);
    heavy.stream()
        .filter(rule -> !ids.contains(rule.webhook) && eachFieldMatches(rule, event))
        .forEach(rule -> ids.add(rule.webhook));
    return ids;
  }

  // Each field is a rule of its own in one machine, so that the event is read once.
  private static boolean eachFieldMatches(Rule rule, String event) {
    var machine = Machine.builder().build();
    rule.fields.forEach(
        (field, patterns) -> machine.addPatternRule(field, Map.of(field, patterns)));
    return names(machine, event).size() == rule.fields.size();
  }

  private static boolean hasTooManyCombinations(Rule rule, Map<String, Integer> values) {
    long combinations = 1;
    for (var field : rule.fields.keySet()) {
      combinations *= values.getOrDefault(field, 1);
      if (combinations > MOST_COMBINATIONS) {
        return true;
      }
    }
    return false;
  }

  /// How many values an event has under each name that a rule could ask for.
  private static Map<String, Integer> values(String event) {
    try {
      var values = new HashMap<String, Integer>();
      count(JSON.readTree(event), "", values);
      return values;
    } catch (JsonProcessingException e) {
      // Without its cause, which quotes the event.
      throw new IllegalArgumentException("the event cannot be matched");
    }
  }

  private static void count(JsonNode node, String name, Map<String, Integer> values) {
    if (node.isArray()) {
      node.forEach(element -> count(element, name, values));
    } else if (node.isObject()) {
      node.properties()
          .forEach(field ->
              count(
                  field.getValue(),
                  name.isEmpty() ? field.getKey() : name + "." + field.getKey(),
                  values));
    } else {
      values.merge(name, 1, Integer::sum);
    }
  }

  private static Set<OutboundWebhookId> found(Machine machine, String event) {
    return names(machine, event).stream()
        .map(OutboundWebhookId::new)
        .collect(Collectors.toCollection(HashSet::new));
  }

  private static Set<String> names(Machine machine, String event) {
    try {
      return new HashSet<>(machine.rulesForJSONEvent(event));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalArgumentException("the event cannot be matched", e);
    }
  }

  /// What is wrong with a filter; empty for a good one.
  public static Optional<String> fault(EventFilter filter) {
    try {
      if (filter instanceof EventFilter.Pattern(String json)) {
        if (hasTooManyAlternatives(json)) {
          return Optional.of(
              "has more than " + MOST_ALTERNATIVES + " combinations of alternatives");
        }
        var wrong = Optional.ofNullable(JsonRuleCompiler.check(json));
        if (wrong.isPresent()) {
          return wrong.map(EventMatcher::firstLine);
        }
      }
      var machine = Machine.builder().build();
      for (var rule : rules(filter)) {
        machine.addRule("it", rule);
      }
      // One tenant's wildcards are not to slow the fan-out down for all.
      return machine.evaluateComplexity(new MachineComplexityEvaluator(MOST_COMPLEX))
              >= MOST_COMPLEX
          ? Optional.of("has wildcards that take too long to match")
          : Optional.empty();
    } catch (IOException | RuntimeException notARule) {
      return Optional.of("cannot be matched by EventBridge");
    }
  }

  // The parser adds where in the text it stood, over several lines.
  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  private static List<String> rules(EventFilter filter) {
    return switch (filter) {
      case EventFilter.Everything() -> List.of(notWaslsOwn(JSON.createObjectNode()).toString());
      case EventFilter.Types(List<String> types) -> ofTypes(types);
      case EventFilter.Pattern(String json) -> List.of(ofPattern(json));
    };
  }

  // Wasl's own types have a colon. An entry without one, "*" above all, does not mean them.
  private static List<String> ofTypes(List<String> types) {
    var rules = new ArrayList<String>();
    var naming = types.stream().filter(type -> type.contains(":")).toList();
    var others = types.stream().filter(type -> !type.contains(":")).toList();
    if (!naming.isEmpty()) {
      rules.add(ofTypes(JSON.createObjectNode(), naming).toString());
    }
    if (!others.isEmpty()) {
      rules.add(ofTypes(notWaslsOwn(JSON.createObjectNode()), others).toString());
    }
    return rules;
  }

  private static ObjectNode ofTypes(ObjectNode rule, List<String> types) {
    var list = rule.putObject("detail").putArray("type");
    for (var type : types) {
      if (type.contains("*")) {
        // The ruler refuses two in a row, and takes a backslash for an escape.
        list.addObject().put("wildcard", type.replace("\\", "\\\\").replaceAll("\\*+", "*"));
      } else {
        list.add(type);
      }
    }
    return rule;
  }

  private static String ofPattern(String json) {
    try {
      var pattern = JSON.readTree(json);
      return pattern instanceof ObjectNode object && !namesOrigin(object)
          ? notWaslsOwn(object).toString()
          : json;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean namesOrigin(JsonNode pattern) {
    if (pattern.has("source") || pattern.has("detail-type") || pattern.path("detail").has("type")) {
      return true;
    }
    for (var alternative : pattern.path("$or")) {
      if (namesOrigin(alternative)) {
        return true;
      }
    }
    for (var alternative : pattern.path("detail").path("$or")) {
      if (alternative.has("type")) {
        return true;
      }
    }
    return false;
  }

  private static ObjectNode notWaslsOwn(ObjectNode rule) {
    rule.putArray("source").addObject().putArray("anything-but").add(WASLS_OWN);
    return rule;
  }
}
