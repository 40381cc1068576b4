package wasl.outbound;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Machine;
import software.amazon.event.ruler.MachineComplexityEvaluator;

/// Finds the outbound webhooks that an event on the bus is for, by AWS's own event-ruler: a pattern
/// means here what it means in a rule of EventBridge.
public final class EventMatcher {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String WASLS_OWN = "wasl";
  private static final int MOST_COMPLEX = 100;

  private final Machine machine;

  private EventMatcher(Machine machine) {
    this.machine = machine;
  }

  /// A matcher for these webhooks. One whose pattern no longer compiles matches nothing.
  public static EventMatcher of(List<OutboundWebhook> webhooks) {
    var machine = Machine.builder().build();
    for (var webhook : webhooks) {
      for (var rule : rules(webhook.filter())) {
        add(machine, webhook.id(), rule);
      }
    }
    return new EventMatcher(machine);
  }

  private static void add(Machine machine, OutboundWebhookId webhook, String rule) {
    try {
      machine.addRule(webhook.value(), rule);
    } catch (IOException | RuntimeException notARule) {
      // It was checked when it was stored; should a later ruler refuse it, the others go on.
    }
  }

  /// The ids of the webhooks that this event is for.
  ///
  /// @param event the whole event as text, as EventBridge gives it to its targets
  public Set<OutboundWebhookId> matching(String event) {
    try {
      var names = new HashSet<>(machine.rulesForJSONEvent(event));
      var ids = new HashSet<OutboundWebhookId>();
      names.forEach(name -> ids.add(new OutboundWebhookId(name)));
      return ids;
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
