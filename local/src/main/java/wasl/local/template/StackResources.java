package wasl.local.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wasl.local.endpoint.AwsEndpoint;
import wasl.local.endpoint.Stack;
import wasl.local.template.Resources.Made;

/// Takes each resource from a CloudFormation stack that somebody created, and makes nothing.
final class StackResources implements ResourceSource {
  /// The properties by which CloudFormation lets a template give a name of its own.
  private static final Map<ResourceType, String> NAME =
      Map.of(
          ResourceType.TABLE, "TableName",
          ResourceType.QUEUE, "QueueName",
          ResourceType.KEY_ALIAS, "AliasName",
          ResourceType.BUS, "Name",
          ResourceType.RULE, "Name",
          ResourceType.BUCKET, "BucketName",
          ResourceType.LOG_GROUP, "LogGroupName");

  private final Stack stack;
  private final ExistingResources existing;

  StackResources(Stack stack, AwsEndpoint aws) {
    this.stack = stack;
    this.existing = new ExistingResources(aws);
  }

  @Override
  public String stack() {
    return stack.name();
  }

  @Override
  public String account() {
    return stack.account();
  }

  /// Says at once everything that the stack lacks.
  ///
  /// @param wanted logical ids, with their types
  /// @throws TemplateException naming each that the stack does not hold
  void requireAll(Map<String, ResourceType> wanted) {
    List<String> missing =
        wanted.entrySet().stream()
            .filter(resource -> stack.resources().get(resource.getKey()) == null)
            .map(resource -> resource.getKey() + " (" + resource.getValue().type + ")")
            .toList();
    if (!missing.isEmpty()) {
      throw new TemplateException(
          List.of(
              "the stack "
                  + stack.name()
                  + " has no "
                  + String.join(", ", missing)
                  + "; was it created from this template, with these parameters?"));
    }
  }

  @Override
  public Made make(ResourceType type, String id, JsonNode properties) {
    String name = physicalName(type, id, properties);
    return switch (type) {
      case TABLE -> existing.table(name);
      // CloudFormation's URL names AWS's own host; the endpoint says under which it is there.
      case QUEUE -> existing.queue(name, existing.queueUrl(name));
      case KEY -> existing.key(name);
      case KEY_ALIAS -> new Made(name, Map.of());
      case BUS -> existing.bus(name);
      case RULE -> existing.rule(properties.path("EventBusName").asText("default"), name);
      case BUCKET -> existing.bucket(name);
      case LOG_GROUP -> existing.logGroup(stack.account(), name);
      case FUNCTION, LAYER, HTTP_API, ROLE, BUS_POLICY ->
          throw new AssertionError(type.type + " is the runner's own");
    };
  }

  // A queue's id is its URL, a rule's is `bus|name`; all others are names.
  private String physicalName(ResourceType type, String id, JsonNode properties) {
    String physicalId =
        Optional.ofNullable(stack.resources().get(id))
            .filter(known -> !known.isEmpty())
            // moto tells no id of a bus.
            .orElseGet(() -> properties.path(NAME.getOrDefault(type, "")).asText());
    return switch (type) {
      case QUEUE -> physicalId.substring(physicalId.lastIndexOf('/') + 1);
      case RULE -> physicalId.substring(physicalId.lastIndexOf('|') + 1);
      default -> physicalId;
    };
  }
}
