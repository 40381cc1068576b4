package wasl.local.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Machine;

/// Keeps event buses, their rules and the rules' targets, in one file, and finds the rules that an
/// event matches by AWS's own matcher.
final class EventBuses {
  private static final int VERSION = 1;
  private static final String DEFAULT = "default";
  private static final ObjectMapper JSON = new ObjectMapper();

  /// @param properties what PutRule was given, as it was given, under the API's own names
  /// @param targets by their id, as PutTargets was given them
  record Rule(ObjectNode properties, Map<String, ObjectNode> targets) {
    Rule {
      targets = new TreeMap<>(targets);
    }

    String name() {
      return properties.path("Name").asText();
    }

    boolean isEnabled() {
      return !properties.path("State").asText().equals("DISABLED");
    }
  }

  /// @param machine knows the enabled rules that have a pattern
  record Bus(String name, String description, Map<String, Rule> rules, Machine machine) {
    Bus(String name, String description, Map<String, Rule> rules) {
      this(name, description, new TreeMap<>(rules), compile(rules));
    }

    /// The rules that this event matches.
    List<Rule> matches(JsonNode event) {
      return machine.rulesForJSONEvent(event).stream().distinct().map(this::rule).toList();
    }

    private Rule rule(String rule) {
      @Nullable Rule found = rules.get(rule);
      if (found == null) {
        throw new AssertionError("the machine was compiled from these rules: " + rule);
      }
      return found;
    }

    private static Machine compile(Map<String, Rule> rules) {
      Machine machine = Machine.builder().build();
      for (Rule rule : rules.values()) {
        if (rule.isEnabled() && rule.properties().hasNonNull("EventPattern")) {
          try {
            machine.addRule(rule.name(), rule.properties().path("EventPattern").asText());
          } catch (IOException e) {
            throw new UncheckedIOException("patterns are checked when they are put", e);
          }
        }
      }
      return machine;
    }
  }

  private final Path file;
  private final EmbeddedAwsConfig config;
  private final ReentrantLock writing = new ReentrantLock();
  private volatile Map<String, Bus> buses;

  private EventBuses(Path file, EmbeddedAwsConfig config, Map<String, Bus> buses) {
    this.file = file;
    this.config = config;
    this.buses = buses;
  }

  static EventBuses open(Path file, EmbeddedAwsConfig config) throws IOException {
    Map<String, Bus> buses = new TreeMap<>();
    buses.put(DEFAULT, new Bus(DEFAULT, "", Map.of()));
    if (Files.exists(file)) {
      JsonNode root = JSON.readTree(file.toFile());
      if (root.path("version").asInt() != VERSION) {
        throw new IOException(file + ": unknown version " + root.path("version"));
      }
      for (JsonNode bus : root.path("buses")) {
        Bus read = readBus(bus);
        buses.put(read.name(), read);
      }
    }
    return new EventBuses(file, config, buses);
  }

  /// The names of all buses and what is on them.
  Map<String, Bus> all() {
    return buses;
  }

  /// A bus by name or ARN; without either, the default one.
  Bus find(String reference) {
    String name = nameOf(reference);
    @Nullable Bus bus = buses.get(name);
    if (bus == null) {
      throw AwsFault.of("ResourceNotFoundException", "Event bus " + name + " does not exist.");
    }
    return bus;
  }

  Rule findRule(Bus bus, String name) {
    @Nullable Rule rule = bus.rules().get(name);
    if (rule == null) {
      throw AwsFault.of(
          "ResourceNotFoundException",
          "Rule " + name + " does not exist on EventBus " + bus.name() + ".");
    }
    return rule;
  }

  void create(String name, String description) throws IOException {
    if (!name.matches("[A-Za-z0-9._/-]{1,256}")) {
      throw AwsFault.of("ValidationException", "Event bus name is not valid: " + name);
    }
    writing.lock();
    try {
      if (buses.containsKey(name)) {
        throw AwsFault.of(
            "ResourceAlreadyExistsException", "Event bus " + name + " already exists.");
      }
      Map<String, Bus> next = new TreeMap<>(buses);
      next.put(name, new Bus(name, description, Map.of()));
      save(next);
    } finally {
      writing.unlock();
    }
  }

  void delete(String reference) throws IOException {
    String name = nameOf(reference);
    if (name.equals(DEFAULT)) {
      throw AwsFault.of("ValidationException", "Cannot delete event bus default.");
    }
    writing.lock();
    try {
      @Nullable Bus bus = buses.get(name);
      if (bus == null) {
        return;
      }
      if (!bus.rules().isEmpty()) {
        throw AwsFault.of("ValidationException", "Event bus can't be deleted since it has rules.");
      }
      Map<String, Bus> next = new TreeMap<>(buses);
      next.remove(name);
      save(next);
    } finally {
      writing.unlock();
    }
  }

  /// Replaces a bus's rules by what `change` makes of them; nobody changes them meanwhile.
  void changeRules(String reference, UnaryOperator<Map<String, Rule>> change) throws IOException {
    writing.lock();
    try {
      Bus bus = find(reference);
      Map<String, Rule> rules = change.apply(new HashMap<>(bus.rules()));
      Map<String, Bus> next = new TreeMap<>(buses);
      next.put(bus.name(), new Bus(bus.name(), bus.description(), rules));
      save(next);
    } finally {
      writing.unlock();
    }
  }

  String busArn(Bus bus) {
    return config.arn("events", "event-bus/" + bus.name());
  }

  String ruleArn(Bus bus, Rule rule) {
    String prefix = bus.name().equals(DEFAULT) ? "" : bus.name() + "/";
    return config.arn("events", "rule/" + prefix + rule.name());
  }

  /// Refuses what the matcher would not take.
  static void checkPattern(String pattern) {
    @Nullable String fault = JsonRuleCompiler.check(pattern);
    if (fault != null) {
      throw AwsFault.of(
          "InvalidEventPatternException", "Event pattern is not valid. Reason: " + fault);
    }
  }

  private static String nameOf(String reference) {
    if (reference.isEmpty()) {
      return DEFAULT;
    }
    int resource = reference.indexOf(":event-bus/");
    return resource < 0 ? reference : reference.substring(resource + ":event-bus/".length());
  }

  private void save(Map<String, Bus> next) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", VERSION);
    var array = root.putArray("buses");
    for (Bus bus : next.values()) {
      ObjectNode node = array.addObject();
      node.put("name", bus.name());
      node.put("description", bus.description());
      var rules = node.putArray("rules");
      for (Rule rule : bus.rules().values()) {
        ObjectNode ruleNode = rules.addObject();
        ruleNode.set("properties", rule.properties());
        ObjectNode targets = ruleNode.putObject("targets");
        rule.targets().forEach(targets::set);
      }
    }
    DurableFile.write(file, JSON.writeValueAsBytes(root));
    buses = next;
  }

  private static Bus readBus(JsonNode node) {
    Map<String, Rule> rules = new HashMap<>();
    for (JsonNode rule : node.path("rules")) {
      Map<String, ObjectNode> targets = new HashMap<>();
      rule.path("targets")
          .properties()
          .forEach(target -> targets.put(target.getKey(), (ObjectNode) target.getValue()));
      Rule read = new Rule((ObjectNode) rule.path("properties"), targets);
      rules.put(read.name(), read);
    }
    return new Bus(node.path("name").asText(), node.path("description").asText(), rules);
  }
}
