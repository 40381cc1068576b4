package wasl.local.template;

import static wasl.local.endpoint.AwsService.DYNAMODB;
import static wasl.local.endpoint.AwsService.EVENTS;
import static wasl.local.endpoint.AwsService.KMS;
import static wasl.local.endpoint.AwsService.SQS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import wasl.local.endpoint.AwsEndpoint;
import wasl.local.endpoint.AwsFault;

/// Makes single resources at an AWS endpoint, or finds those that an earlier run made there.
final class Resources implements ResourceSource {
  static final String ACCOUNT = "000000000000";

  private static final String AFRESH = "; remove the folder .wasl, or start with --ephemeral";

  private static final Set<String> NOT_FOUND =
      Set.of(
          "ResourceNotFoundException",
          "NotFoundException",
          "QueueDoesNotExist",
          "AWS.SimpleQueueService.NonExistentQueue");

  /// A resource that exists.
  ///
  /// @param ref what `Ref` gives
  /// @param attributes what `GetAtt` gives, by name
  record Made(String ref, Map<String, String> attributes) {}

  private final AwsEndpoint aws;
  private final ExistingResources existing;

  Resources(AwsEndpoint aws) {
    this.aws = aws;
    this.existing = new ExistingResources(aws);
  }

  @Override
  public String stack() {
    return Bundle.STACK;
  }

  @Override
  public String account() {
    return ACCOUNT;
  }

  static Made function(String name) {
    return new Made(name, Map.of("Arn", "arn:aws:lambda:local:" + ACCOUNT + ":function:" + name));
  }

  /// A role is nothing at the endpoint; what it allows is enforced, if at all, before it.
  static Made role(String name) {
    return new Made(name, Map.of("Arn", "arn:aws:iam::" + ACCOUNT + ":role/" + name));
  }

  @Override
  public Made make(ResourceType type, String id, JsonNode properties) {
    return switch (type) {
      case TABLE -> table(id, (ObjectNode) properties);
      case QUEUE -> queue(id, properties);
      case KEY -> key(id, properties);
      case KEY_ALIAS -> alias(properties);
      case BUS -> bus(id, properties);
      case RULE -> rule(id, properties);
      case BUCKET -> bucket(id, properties);
      case LOG_GROUP ->
          existing.logGroup(
              ACCOUNT, properties.path("LogGroupName").asText(Bundle.physicalName(id)));
      case FUNCTION, LAYER, HTTP_API, ROLE, BUS_POLICY ->
          throw new AssertionError(type.type + " is nothing at an AWS endpoint");
    };
  }

  // CloudFormation's names of a table's properties are the API's own.
  private Made table(String id, ObjectNode properties) {
    String name = properties.path("TableName").asText(Bundle.physicalName(id));
    ObjectNode input = aws.input().put("TableName", name);
    Optional<JsonNode> found = found(() -> aws.call(DYNAMODB, "DescribeTable", input));
    if (found.isEmpty()) {
      ObjectNode create = properties.deepCopy();
      create.remove("TimeToLiveSpecification");
      create.put("TableName", name);
      if (create.path("StreamSpecification") instanceof ObjectNode stream) {
        stream.put("StreamEnabled", true);
      }
      aws.call(DYNAMODB, "CreateTable", create);
      JsonNode timeToLive = properties.path("TimeToLiveSpecification");
      if (timeToLive.path("Enabled").asBoolean()) {
        ObjectNode update = input.deepCopy();
        update.set("TimeToLiveSpecification", timeToLive);
        aws.call(DYNAMODB, "UpdateTimeToLive", update);
      }
    }
    refuseOtherShape(name, properties, existing.tableDescription(name));
    return existing.table(name);
  }

  // An index cannot be added to data that another version of the template left behind.
  private static void refuseOtherShape(String name, JsonNode wanted, JsonNode table) {
    List<String> wantedIndexes = indexes(wanted);
    List<String> indexes = indexes(table);
    if (!wantedIndexes.equals(indexes)
        || !wanted.path("KeySchema").equals(table.path("KeySchema"))) {
      throw new TemplateException(
          List.of(
              "table "
                  + name
                  + ": the kept data has indexes "
                  + indexes
                  + ", the template "
                  + wantedIndexes
                  + AFRESH));
    }
    String wantedStream = stream(wanted);
    if (!wantedStream.isEmpty() && !wantedStream.equals(stream(table))) {
      throw new TemplateException(
          List.of(
              "table "
                  + name
                  + ": the kept data has "
                  + (stream(table).isEmpty() ? "no stream" : "a stream of " + stream(table))
                  + ", the template one of "
                  + wantedStream
                  + AFRESH));
    }
  }

  private static String stream(JsonNode table) {
    return table.path("StreamSpecification").path("StreamViewType").asText();
  }

  private static List<String> indexes(JsonNode table) {
    return table
        .path("GlobalSecondaryIndexes")
        .valueStream()
        .map(index -> index.path("IndexName").asText() + " " + index.path("KeySchema"))
        .sorted()
        .toList();
  }

  private Made queue(String id, JsonNode properties) {
    String name = properties.path("QueueName").asText(Bundle.physicalName(id));
    ObjectNode attributes = aws.input();
    queueAttributes(properties).forEach(attributes::put);
    ObjectNode named = aws.input().put("QueueName", name);
    Optional<JsonNode> found = found(() -> aws.call(SQS, "GetQueueUrl", named));
    String url;
    if (found.isPresent()) {
      url = found.get().path("QueueUrl").asText();
      if (!attributes.isEmpty()) {
        ObjectNode change = aws.input().put("QueueUrl", url);
        change.set("Attributes", attributes);
        aws.call(SQS, "SetQueueAttributes", change);
      }
    } else {
      if (!attributes.isEmpty()) {
        named.set("Attributes", attributes);
      }
      url = aws.call(SQS, "CreateQueue", named).path("QueueUrl").asText();
    }
    return existing.queue(name, url);
  }

  static Map<String, String> queueAttributes(JsonNode properties) {
    Map<String, String> attributes = new TreeMap<>();
    for (Map.Entry<String, JsonNode> property : properties.properties()) {
      if (!property.getKey().equals("QueueName")) {
        JsonNode value = property.getValue();
        attributes.put(property.getKey(), value.isObject() ? value.toString() : value.asText());
      }
    }
    return attributes;
  }

  // A key has no name of its own, so an alias finds it again: a new key could open nothing of what
  // the old one sealed.
  private Made key(String id, JsonNode properties) {
    String alias = "alias/" + Bundle.physicalName(id);
    ObjectNode byAlias = aws.input().put("KeyId", alias);
    if (found(() -> aws.call(KMS, "DescribeKey", byAlias)).isEmpty()) {
      newKey(alias, properties);
    }
    return existing.key(alias);
  }

  private void newKey(String alias, JsonNode properties) {
    ObjectNode create = aws.input().put("Description", properties.path("Description").asText());
    JsonNode made = aws.call(KMS, "CreateKey", create);
    String keyId = made.path("KeyMetadata").path("KeyId").asText();
    aws.call(KMS, "CreateAlias", aws.input().put("AliasName", alias).put("TargetKeyId", keyId));
    if (properties.path("EnableKeyRotation").asBoolean()) {
      aws.call(KMS, "EnableKeyRotation", aws.input().put("KeyId", keyId));
    }
  }

  private Made alias(JsonNode properties) {
    String name = properties.path("AliasName").asText();
    if (found(() -> aws.call(KMS, "DescribeKey", aws.input().put("KeyId", name))).isEmpty()) {
      aws.call(KMS, "CreateAlias", (ObjectNode) properties);
    }
    return new Made(name, Map.of());
  }

  private Made bus(String id, JsonNode properties) {
    String name = properties.path("Name").asText(Bundle.physicalName(id));
    ObjectNode named = aws.input().put("Name", name);
    if (found(() -> aws.call(EVENTS, "DescribeEventBus", named)).isEmpty()) {
      aws.call(EVENTS, "CreateEventBus", named);
    }
    return existing.bus(name);
  }

  private Made rule(String id, JsonNode properties) {
    String name = properties.path("Name").asText(Bundle.physicalName(id));
    String bus = properties.path("EventBusName").asText("default");
    ObjectNode rule =
        aws.input()
            .put("Name", name)
            .put("EventBusName", bus)
            .put("State", properties.path("State").asText("ENABLED"))
            .put("EventPattern", properties.path("EventPattern").toString());
    String arn = aws.call(EVENTS, "PutRule", rule).path("RuleArn").asText();
    ObjectNode targets = aws.input().put("Rule", name).put("EventBusName", bus);
    targets.set("Targets", properties.path("Targets"));
    JsonNode result = aws.call(EVENTS, "PutTargets", targets);
    if (result.path("FailedEntryCount").asInt() > 0) {
      throw new TemplateException(
          List.of("rule " + name + ": targets refused: " + result.path("FailedEntries")));
    }
    return new Made(name, Map.of("Arn", arn));
  }

  private Made bucket(String id, JsonNode properties) {
    String name =
        properties.path("BucketName").asText(Bundle.physicalName(id).toLowerCase(Locale.ROOT));
    aws.createBucket(name);
    return existing.bucket(name);
  }

  private interface Call {
    JsonNode make();
  }

  private static Optional<JsonNode> found(Call call) {
    try {
      return Optional.of(call.make());
    } catch (AwsFault e) {
      if (NOT_FOUND.contains(e.code())) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
