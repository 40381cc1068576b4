package wasl.local.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.event.ruler.Ruler;

/// The part of EventBridge that takes events and brings them to queues and functions by rules.
///
/// A schedule expression is stored and answered; firing it is the runner's work.
final class EventOperations {
  private static final int MAX_ENTRIES = 10;
  private static final int MAX_REQUEST_BYTES = 262_144;
  private static final int TIME_BYTES = 14;
  private static final List<String> RULE_PROPERTIES =
      List.of("Name", "EventPattern", "ScheduleExpression", "State", "Description", "RoleArn");
  private static final List<String> EVENT_FIELDS =
      List.of("id", "account", "source", "time", "region", "resources", "detail-type");

  // A detail's numbers go through with every digit that they came with.
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final EventRouting routing;
  private final EventBuses buses;

  private EventOperations(EventRouting routing) {
    this.routing = routing;
    this.buses = routing.buses();
  }

  static Service service(EventRouting routing) {
    EventOperations events = new EventOperations(routing);
    return new JsonService(
        Map.ofEntries(
            Map.entry("CreateEventBus", events::createEventBus),
            Map.entry("DeleteEventBus", events::deleteEventBus),
            Map.entry("DescribeEventBus", events::describeEventBus),
            Map.entry("ListEventBuses", events::listEventBuses),
            Map.entry("PutRule", events::putRule),
            Map.entry("DescribeRule", events::describeRule),
            Map.entry("ListRules", events::listRules),
            Map.entry("DeleteRule", events::deleteRule),
            Map.entry("EnableRule", input -> events.setState(input, "ENABLED")),
            Map.entry("DisableRule", input -> events.setState(input, "DISABLED")),
            Map.entry("PutTargets", events::putTargets),
            Map.entry("RemoveTargets", events::removeTargets),
            Map.entry("ListTargetsByRule", events::listTargetsByRule),
            Map.entry("PutEvents", events::putEvents),
            Map.entry("TestEventPattern", events::testEventPattern)));
  }

  private ObjectNode createEventBus(JsonNode input) throws IOException {
    String name = required(input, "Name");
    buses.create(name, input.path("Description").asText());
    return JSON.createObjectNode().put("EventBusArn", buses.busArn(buses.find(name)));
  }

  private ObjectNode deleteEventBus(JsonNode input) throws IOException {
    buses.delete(required(input, "Name"));
    return JSON.createObjectNode();
  }

  private ObjectNode describeEventBus(JsonNode input) {
    return describe(buses.find(input.path("Name").asText()));
  }

  private ObjectNode listEventBuses(JsonNode input) {
    String prefix = input.path("NamePrefix").asText();
    ObjectNode output = JSON.createObjectNode();
    ArrayNode list = output.putArray("EventBuses");
    buses.all().values().stream()
        .filter(bus -> bus.name().startsWith(prefix))
        .forEach(bus -> list.add(describe(bus)));
    return output;
  }

  private ObjectNode describe(EventBuses.Bus bus) {
    ObjectNode output = JSON.createObjectNode();
    output.put("Name", bus.name());
    output.put("Arn", buses.busArn(bus));
    if (!bus.description().isEmpty()) {
      output.put("Description", bus.description());
    }
    return output;
  }

  private ObjectNode putRule(JsonNode input) throws IOException {
    String name = required(input, "Name");
    if (!name.matches("[.\\-_A-Za-z0-9]{1,64}")) {
      throw AwsFault.of("ValidationException", "Rule name is not valid: " + name);
    }
    if (!input.hasNonNull("EventPattern") && !input.hasNonNull("ScheduleExpression")) {
      throw AwsFault.of(
          "ValidationException",
          "Parameter(s) EventPattern or ScheduleExpression must be specified.");
    }
    if (input.hasNonNull("EventPattern")) {
      EventBuses.checkPattern(input.path("EventPattern").asText());
    }
    ObjectNode properties = JSON.createObjectNode().put("State", "ENABLED");
    RULE_PROPERTIES.stream()
        .filter(input::hasNonNull)
        .forEach(property -> properties.set(property, input.get(property)));
    buses.changeRules(
        busOf(input),
        rules -> {
          EventBuses.@Nullable Rule old = rules.get(name);
          rules.put(name, new EventBuses.Rule(properties, old == null ? Map.of() : old.targets()));
          return rules;
        });
    EventBuses.Bus bus = buses.find(busOf(input));
    return JSON.createObjectNode().put("RuleArn", buses.ruleArn(bus, buses.findRule(bus, name)));
  }

  private ObjectNode describeRule(JsonNode input) {
    EventBuses.Bus bus = buses.find(busOf(input));
    return describe(bus, buses.findRule(bus, required(input, "Name")));
  }

  private ObjectNode listRules(JsonNode input) {
    EventBuses.Bus bus = buses.find(busOf(input));
    String prefix = input.path("NamePrefix").asText();
    ObjectNode output = JSON.createObjectNode();
    ArrayNode list = output.putArray("Rules");
    bus.rules().values().stream()
        .filter(rule -> rule.name().startsWith(prefix))
        .forEach(rule -> list.add(describe(bus, rule)));
    return output;
  }

  private ObjectNode describe(EventBuses.Bus bus, EventBuses.Rule rule) {
    return rule.properties()
        .deepCopy()
        .put("Arn", buses.ruleArn(bus, rule))
        .put("EventBusName", bus.name());
  }

  private ObjectNode deleteRule(JsonNode input) throws IOException {
    String name = required(input, "Name");
    buses.changeRules(
        busOf(input),
        rules -> {
          EventBuses.@Nullable Rule rule = rules.remove(name);
          if (rule != null && !rule.targets().isEmpty()) {
            throw AwsFault.of("ValidationException", "Rule can't be deleted since it has targets.");
          }
          return rules;
        });
    return JSON.createObjectNode();
  }

  private ObjectNode setState(JsonNode input, String state) throws IOException {
    changeRule(
        input,
        "Name",
        rule ->
            new EventBuses.Rule(rule.properties().deepCopy().put("State", state), rule.targets()));
    return JSON.createObjectNode();
  }

  private ObjectNode putTargets(JsonNode input) throws IOException {
    for (JsonNode target : input.path("Targets")) {
      required(target, "Id");
      // Now, and not with every event that the rule would match.
      if (!EventRouting.canReach(required(target, "Arn"))) {
        throw AwsFault.of(
            "ValidationException",
            "The embedded EventBridge brings events to SQS queues only, not to "
                + target.path("Arn").asText());
      }
    }
    changeRule(
        input,
        "Rule",
        rule -> {
          Map<String, ObjectNode> targets = new HashMap<>(rule.targets());
          for (JsonNode target : input.path("Targets")) {
            targets.put(target.path("Id").asText(), target.deepCopy());
          }
          return new EventBuses.Rule(rule.properties(), targets);
        });
    return noneFailed();
  }

  private ObjectNode removeTargets(JsonNode input) throws IOException {
    changeRule(
        input,
        "Rule",
        rule -> {
          Map<String, ObjectNode> targets = new HashMap<>(rule.targets());
          input.path("Ids").forEach(id -> targets.remove(id.asText()));
          return new EventBuses.Rule(rule.properties(), targets);
        });
    return noneFailed();
  }

  private void changeRule(JsonNode input, String parameter, UnaryOperator<EventBuses.Rule> change)
      throws IOException {
    String name = required(input, parameter);
    buses.changeRules(
        busOf(input),
        rules -> {
          EventBuses.Rule rule = buses.findRule(buses.find(busOf(input)), name);
          rules.put(name, change.apply(rule));
          return rules;
        });
  }

  private static ObjectNode noneFailed() {
    ObjectNode output = JSON.createObjectNode().put("FailedEntryCount", 0);
    output.putArray("FailedEntries");
    return output;
  }

  private ObjectNode listTargetsByRule(JsonNode input) {
    EventBuses.Bus bus = buses.find(busOf(input));
    ObjectNode output = JSON.createObjectNode();
    ArrayNode targets = output.putArray("Targets");
    buses.findRule(bus, required(input, "Rule")).targets().values().forEach(targets::add);
    return output;
  }

  private ObjectNode putEvents(JsonNode input) {
    JsonNode entries = input.path("Entries");
    if (entries.isEmpty() || entries.size() > MAX_ENTRIES) {
      throw AwsFault.of(
          "ValidationException",
          "1 validation error detected: Value at 'entries' failed to satisfy constraint: Member"
              + " must have length between 1 and 10");
    }
    int bytes = 0;
    for (JsonNode entry : entries) {
      bytes += sizeOf(entry);
    }
    if (bytes > MAX_REQUEST_BYTES) {
      throw AwsFault.of(
          "ValidationException", "Total size of the entries in the request is over the limit.");
    }
    ObjectNode output = JSON.createObjectNode();
    ArrayNode results = output.putArray("Entries");
    int failed = 0;
    for (JsonNode entry : entries) {
      ObjectNode result = putEvent(entry);
      failed += result.has("ErrorCode") ? 1 : 0;
      results.add(result);
    }
    return output.put("FailedEntryCount", failed);
  }

  private ObjectNode putEvent(JsonNode entry) {
    try {
      EventBuses.Bus bus = buses.find(busOf(entry));
      ObjectNode event = eventOf(entry);
      List<String> faults = routing.route(bus, event);
      if (!faults.isEmpty()) {
        throw AwsFault.of("InternalFailure", String.join("; ", faults));
      }
      return JSON.createObjectNode().put("EventId", event.path("id").asText());
    } catch (AwsFault fault) {
      return JSON.createObjectNode()
          .put("ErrorCode", fault.code())
          .put("ErrorMessage", fault.text());
    }
  }

  private ObjectNode eventOf(JsonNode entry) {
    String source = argument(entry, "Source");
    if (source.startsWith("aws.")) {
      throw AwsFault.of("NotAuthorizedForSource", "Not authorized for the source.");
    }
    ObjectNode event = JSON.createObjectNode();
    event.put("version", "0");
    event.put("id", UUID.randomUUID().toString());
    event.put("detail-type", argument(entry, "DetailType"));
    event.put("source", source);
    event.put("account", EmbeddedAwsConfig.ACCOUNT);
    event.put("time", timeOf(entry).truncatedTo(ChronoUnit.SECONDS).toString());
    event.put("region", routing.config().region());
    ArrayNode resources = event.putArray("resources");
    entry.path("Resources").forEach(resources::add);
    event.set("detail", detailOf(argument(entry, "Detail")));
    return event;
  }

  private Instant timeOf(JsonNode entry) {
    JsonNode time = entry.path("Time");
    return time.isNumber()
        ? Instant.ofEpochMilli(Math.round(time.asDouble() * 1000))
        : routing.config().clock().instant();
  }

  private static JsonNode detailOf(String detail) {
    try {
      JsonNode parsed = JSON.readTree(detail);
      if (parsed.isObject()) {
        return parsed;
      }
    } catch (JsonProcessingException e) {
      // Falls through to the same answer as any other text that is no object.
    }
    throw AwsFault.of("MalformedDetail", "Detail is malformed.");
  }

  private static String argument(JsonNode entry, String name) {
    String value = entry.path(name).asText();
    if (value.isEmpty()) {
      throw AwsFault.of(
          "InvalidArgument",
          "Parameter " + name + " is not valid. Reason: " + name + " is a required argument.");
    }
    return value;
  }

  /// AWS counts 14 bytes for a time, and the UTF-8 of source, type, detail and resources.
  private static int sizeOf(JsonNode entry) {
    int size = entry.has("Time") ? TIME_BYTES : 0;
    for (String field : List.of("Source", "DetailType", "Detail")) {
      size += entry.path(field).asText().getBytes(StandardCharsets.UTF_8).length;
    }
    for (JsonNode resource : entry.path("Resources")) {
      size += resource.asText().getBytes(StandardCharsets.UTF_8).length;
    }
    return size;
  }

  private ObjectNode testEventPattern(JsonNode input) {
    String pattern = required(input, "EventPattern");
    String event = required(input, "Event");
    EventBuses.checkPattern(pattern);
    try {
      JsonNode parsed = JSON.readTree(event);
      List<String> missing = EVENT_FIELDS.stream().filter(field -> !parsed.has(field)).toList();
      if (!missing.isEmpty()) {
        throw AwsFault.of(
            "ValidationException", "Parameter Event is not valid. Missing: " + missing);
      }
      return JSON.createObjectNode().put("Result", Ruler.matchesRule(event, pattern));
    } catch (AwsFault fault) {
      throw fault;
    } catch (Exception e) {
      throw AwsFault.of("ValidationException", "Parameter Event is not valid.");
    }
  }

  private static String busOf(JsonNode input) {
    return input.path("EventBusName").asText();
  }

  private static String required(JsonNode input, String name) {
    String value = input.path(name).asText();
    if (value.isEmpty()) {
      throw AwsFault.of("ValidationException", "Parameter " + name + " is required.");
    }
    return value;
  }
}
