package wasl.local.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import wasl.local.endpoint.AwsEndpoint;
import wasl.local.template.Resources.Made;

/// Makes the resources of one template.
///
/// There is no graph of dependencies: whatever a resource refers to is made when the reference is
/// met, so the order follows by itself.
final class Deployer implements Values.References {
  /// Lambda's own limit of an account, cut down to what one machine holds.
  private static final int CONCURRENCY = 200;

  private static final int POLLERS = 10;

  private final Template template;
  private final Path root;
  private final ResourceSource resources;
  private final ExistingResources existing;
  private final Values values;
  private final Map<String, String> constants;
  private final Map<String, Made> made = new LinkedHashMap<>();
  private final Map<String, String> rolesByArn = new HashMap<>();
  private final Set<String> beingMade = new LinkedHashSet<>();

  private final List<FunctionDefinition> functions = new ArrayList<>();
  private final List<Route> routes = new ArrayList<>();
  private final List<QueueMapping> queues = new ArrayList<>();
  private final List<StreamMapping> streams = new ArrayList<>();
  private final List<Schedule> schedules = new ArrayList<>();

  Deployer(
      Template template,
      Map<String, String> parameters,
      AwsEndpoint aws,
      ResourceSource resources) {
    this.template = template;
    Path folder = template.file().toAbsolutePath().getParent();
    this.root = folder == null ? Path.of("") : folder;
    this.resources = resources;
    this.existing = new ExistingResources(aws);
    this.constants =
        Bundle.constants(parameters, aws.region(), resources.stack(), resources.account());
    this.values = new Values(template, this);
  }

  Deployment deploy() {
    String bus = "default";
    for (Map.Entry<String, JsonNode> resource : template.section("Resources").properties()) {
      String id = resource.getKey();
      String name = resource.getValue().path("Type").asText();
      if (ResourceType.isWithoutEffect(name) || !isWanted(id)) {
        continue;
      }
      Made result = make(id);
      if (typeOf(id) == ResourceType.BUS) {
        bus = result.ref();
      }
    }
    wanted(ResourceType.FUNCTION).forEach(this::function);
    List<PolicyStatement> busPolicy =
        wanted(ResourceType.BUS_POLICY)
            .flatMap(id -> Policies.ofBus(template, properties(id), path(id)).stream())
            .toList();
    return new Deployment(
        functions, routes, queues, streams, schedules, bus, busPolicy, inventory());
  }

  private Inventory inventory() {
    Map<String, String> keys = new HashMap<>(arns(ResourceType.KEY));
    wanted(ResourceType.KEY_ALIAS)
        .forEach(id -> {
          JsonNode alias = properties(id);
          String target = alias.path("TargetKeyId").asText();
          keys.put(alias.path("AliasName").asText(), keys.getOrDefault(target, target));
        });
    return new Inventory(
        arns(ResourceType.TABLE),
        wanted(ResourceType.TABLE)
            .map(this::make)
            .filter(table -> table.attributes().containsKey("StreamArn"))
            .collect(Collectors.toMap(Made::ref, table -> table.attributes().get("StreamArn"))),
        wanted(ResourceType.QUEUE)
            .map(this::make)
            .collect(
                Collectors.toMap(
                    queue -> queue.attributes().get("QueueName"),
                    queue -> queue.attributes().get("Arn"))),
        queueKeys(keys),
        arns(ResourceType.BUS),
        arns(ResourceType.BUCKET),
        keys);
  }

  /// By what `Ref` gives.
  private Map<String, String> arns(ResourceType type) {
    return wanted(type)
        .map(this::make)
        .collect(Collectors.toMap(Made::ref, resource -> resource.attributes().get("Arn")));
  }

  // An emulator's queue takes no key, but who writes to an encrypted one needs permission for it.
  private Map<String, String> queueKeys(Map<String, String> keys) {
    Map<String, String> queueKeys = new HashMap<>();
    wanted(ResourceType.QUEUE)
        .forEach(id -> {
          JsonNode key =
              template.section("Resources").path(id).path("Properties").path("KmsMasterKeyId");
          if (!key.isMissingNode()) {
            String name = values.resolve(key, path(id) + ".KmsMasterKeyId").asText();
            queueKeys.put(make(id).attributes().get("QueueName"), keys.getOrDefault(name, name));
          }
        });
    return queueKeys;
  }

  private Stream<String> wanted(ResourceType type) {
    return template
        .section("Resources")
        .propertyStream()
        .filter(resource -> resource.getValue().path("Type").asText().equals(type.type))
        .map(Map.Entry::getKey)
        .filter(this::isWanted);
  }

  /// What must be at the endpoint: the types of resources by their logical ids.
  Map<String, ResourceType> needed() {
    Map<String, ResourceType> needed = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> resource : template.section("Resources").properties()) {
      ResourceType.named(resource.getValue().path("Type").asText())
          .filter(type -> type.isAtEndpoint() && isWanted(resource.getKey()))
          .ifPresent(type -> needed.put(resource.getKey(), type));
    }
    return needed;
  }

  @Override
  public String ref(String name) {
    String constant = constants.get(name);
    return constant != null ? constant : make(name).ref();
  }

  @Override
  public String attribute(String resource, String attribute) {
    String value = make(resource).attributes().get(attribute);
    if (value == null) {
      throw fault(resource, "has no attribute " + attribute);
    }
    return value;
  }

  private Made make(String id) {
    Made known = made.get(id);
    if (known != null) {
      return known;
    }
    if (!isWanted(id)) {
      throw fault(id, "is referred to, but its condition does not hold");
    }
    if (!beingMade.add(id)) {
      throw fault(id, "refers to itself: " + String.join(" → ", beingMade) + " → " + id);
    }
    ResourceType type = typeOf(id);
    Made result =
        switch (type) {
          // A function's name does not depend on its properties, which may refer to anything.
          case FUNCTION -> Resources.function(kebab(id));
          // Nor does a role's, and a bus's policy names the roles that speak on the bus.
          case ROLE -> role(id);
          case HTTP_API, LAYER, BUS_POLICY -> new Made(id, Map.of());
          default -> resources.make(type, id, properties(id));
        };
    beingMade.remove(id);
    made.put(id, result);
    return result;
  }

  private void function(String id) {
    ObjectNode declared =
        merged(
            template.section("Globals").path("Function"),
            template.section("Resources").path(id).path("Properties"));
    JsonNode properties = values.resolve(ResourceType.FUNCTION.used(declared), path(id));
    String name = kebab(id);
    Map<String, String> environment = new LinkedHashMap<>();
    properties
        .path("Environment")
        .path("Variables")
        .properties()
        .forEach(variable -> environment.put(variable.getKey(), variable.getValue().asText()));
    List<Path> layers = new ArrayList<>();
    for (JsonNode layer : properties.path("Layers")) {
      layers.add(built(layer.asText(), "ContentUri"));
    }
    if (!properties.path("Runtime").asText().startsWith("java")) {
      throw fault(id, "its runtime is no Java: " + properties.path("Runtime").asText());
    }
    functions.add(
        new FunctionDefinition(
            name,
            id,
            properties.path("Handler").asText(),
            built(id, "CodeUri"),
            layers,
            Duration.ofSeconds(properties.path("Timeout").asLong(3)),
            properties.path("MemorySize").asInt(128),
            Math.min(
                CONCURRENCY, properties.path("ReservedConcurrentExecutions").asInt(CONCURRENCY)),
            properties.path("SnapStart").path("ApplyOn").asText().equals("PublishedVersions"),
            environment,
            executionRole(properties.path("Role").asText())));
    for (Map.Entry<String, JsonNode> event : properties.path("Events").properties()) {
      event(id, event.getKey(), event.getValue());
    }
  }

  private void event(String id, String key, JsonNode event) {
    String function = kebab(id);
    JsonNode properties = event.path("Properties");
    String type = event.path("Type").asText();
    switch (type) {
      case "HttpApi" ->
          routes.add(
              route(
                  properties.path("Method").asText("ANY").toUpperCase(Locale.ROOT),
                  properties.path("Path").asText(),
                  function,
                  properties.path("ApiId").asText()));
      case "SQS" -> queueMapping(function, properties);
      case "DynamoDB" ->
          streamMapping(function, properties, path(id) + ".Events." + key + ".Properties");
      case "Schedule" ->
          schedules.add(schedule(function, id + key, properties, "Schedule", "aws.events"));
      case "ScheduleV2" ->
          schedules.add(
              schedule(function, id + key, properties, "ScheduleExpression", "aws.scheduler"));
      default -> throw new AssertionError("the check lets no event source " + type + " through");
    }
  }

  private Route route(String method, String path, String function, String api) {
    Route unlimited = new Route(method, path, function);
    // SAM makes an API of its own where none is named.
    JsonNode settings = api.isEmpty() ? JsonNodeFactory.instance.objectNode() : properties(api);
    Throttling byDefault = throttling(settings.path("DefaultRouteSettings"), Throttling.OF_ACCOUNT);
    JsonNode own = settings.path("RouteSettings").path(unlimited.key());
    return new Route(method, path, function, throttling(own, byDefault));
  }

  private static Throttling throttling(JsonNode settings, Throttling otherwise) {
    return new Throttling(
        settings.path("ThrottlingRateLimit").asDouble(otherwise.rate()),
        settings.path("ThrottlingBurstLimit").asInt(otherwise.burst()));
  }

  private Made role(String id) {
    JsonNode named = template.section("Resources").path(id).path("Properties").path("RoleName");
    Made role =
        Resources.role(
            named.isMissingNode()
                ? Bundle.physicalName(id)
                : values.resolve(named, path(id)).asText());
    rolesByArn.put(role.attributes().get("Arn"), id);
    return role;
  }

  private Optional<ExecutionRole> executionRole(String arn) {
    String id = rolesByArn.get(arn);
    return id == null
        ? Optional.empty()
        : Optional.of(new ExecutionRole(arn, Policies.ofRole(template, properties(id), path(id))));
  }

  private static Schedule schedule(
      String function, String name, JsonNode properties, String expression, String source) {
    JsonNode input = properties.path("Input");
    return new Schedule(
        function,
        properties.path("Name").asText(name),
        Rate.parse(properties.path(expression).asText()).orElseThrow(),
        source,
        input.isMissingNode() ? null : input.asText());
  }

  private void queueMapping(String function, JsonNode properties) {
    if (!properties.path("Enabled").asBoolean(true)) {
      return;
    }
    String arn = properties.path("Queue").asText();
    boolean partial = false;
    for (JsonNode kind : properties.path("FunctionResponseTypes")) {
      partial |= kind.asText().equals("ReportBatchItemFailures");
    }
    queues.add(
        new QueueMapping(
            function,
            existing.queueUrl(arn.substring(arn.lastIndexOf(':') + 1)),
            arn,
            properties.path("BatchSize").asInt(10),
            Duration.ofSeconds(properties.path("MaximumBatchingWindowInSeconds").asLong(0)),
            partial,
            properties.path("ScalingConfig").path("MaximumConcurrency").asInt(POLLERS)));
  }

  private void streamMapping(String function, JsonNode properties, String path) {
    if (!properties.path("Enabled").asBoolean(true)) {
      return;
    }
    List<String> faults = new ArrayList<>();
    new StreamEvent(
            properties,
            (below, what) -> faults.add(template.place(path + "." + below) + ": " + what))
        .check();
    if (!faults.isEmpty()) {
      throw new TemplateException(faults);
    }
    streams.add(StreamEvent.mapping(Resources.function(function), properties, existing::queueUrl));
  }

  private JsonNode properties(String id) {
    JsonNode declared = template.section("Resources").path(id).path("Properties");
    return values.resolve(typeOf(id).used(declared), path(id));
  }

  private static String path(String id) {
    return "Resources." + id + ".Properties";
  }

  private Path built(String id, String property) {
    JsonNode place = template.section("Resources").path(id).path("Properties").path(property);
    return root.resolve(place.asText());
  }

  private boolean isWanted(String id) {
    JsonNode condition = template.section("Resources").path(id).path("Condition");
    return condition.isMissingNode() || values.condition(condition.asText());
  }

  private ResourceType typeOf(String id) {
    String type = template.section("Resources").path(id).path("Type").asText();
    return ResourceType.named(type).orElseThrow(() -> fault(id, "does not exist locally"));
  }

  /// SAM's rule for globals: mappings merge, lists add up, else the function's own value wins.
  private static ObjectNode merged(JsonNode global, JsonNode own) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.setAll((ObjectNode) (global.isObject() ? global.deepCopy() : result.objectNode()));
    for (Map.Entry<String, JsonNode> property : own.properties()) {
      JsonNode before = result.path(property.getKey());
      JsonNode value = property.getValue();
      if (before.isObject() && value.isObject()) {
        result.set(property.getKey(), merged(before, value));
      } else if (before instanceof ArrayNode list && value.isArray()) {
        value.forEach(list::add);
      } else {
        result.set(property.getKey(), value);
      }
    }
    return result;
  }

  /// `WebhookReceipt` → `webhook-receipt`.
  private static String kebab(String logicalId) {
    return logicalId.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }

  private TemplateException fault(String id, String what) {
    return new TemplateException(List.of(template.place("Resources." + id) + ": " + what));
  }
}
