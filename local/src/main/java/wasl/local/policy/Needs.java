package wasl.local.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import wasl.local.intercept.AwsCall;
import wasl.local.template.Inventory;
import wasl.local.template.StreamMapping;

/// Says which permissions a call needs, as AWS's Service Authorization Reference lists them.
///
/// The list of operations is closed: what is not in it is not known to be allowed.
final class Needs {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Inventory inventory;

  Needs(Inventory inventory) {
    this.inventory = inventory;
  }

  /// @throws UnknownCall for an operation that is not in the list
  List<Need> of(AwsCall call) {
    return switch (call.service()) {
      case "dynamodb" -> dynamoDb(call.operation(), input(call));
      case "sqs" -> sqs(call.operation(), input(call));
      case "kms" -> kms(call.operation(), input(call));
      case "events" -> events(call.operation(), input(call));
      case "s3" -> s3(call);
      default -> throw new UnknownCall(call);
    };
  }

  /// What Lambda demands of a function's role before it brings a queue's messages to it.
  List<Need> ofMapping(String queueArn) {
    return Stream.of("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
        .map(action -> new Need(action, queueArn))
        .toList();
  }

  /// What Lambda demands of a function's role before it brings a stream's records to it, and notes
  /// on those that it gives up to a queue.
  List<Need> ofMapping(StreamMapping mapping) {
    List<Need> needs = new ArrayList<>();
    for (String action :
        List.of("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")) {
      needs.add(new Need("dynamodb:" + action, mapping.streamArn()));
    }
    mapping
        .onFailure()
        .map(queue -> queue.arn().substring(queue.arn().lastIndexOf(':') + 1))
        .ifPresent(name -> needs.addAll(send(name)));
    return needs;
  }

  /// A call that nobody has said the permissions of.
  static final class UnknownCall extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnknownCall(AwsCall call) {
      this(call.service(), call.operation());
    }

    UnknownCall(String service, String operation) {
      super("no permission is known for " + service + ":" + operation);
    }
  }

  private List<Need> dynamoDb(String operation, JsonNode input) {
    return switch (operation) {
      case "GetItem", "PutItem", "UpdateItem", "DeleteItem", "DescribeTable" ->
          List.of(new Need("dynamodb:" + operation, table(input)));
      case "Query", "Scan" ->
          List.of(
              new Need(
                  "dynamodb:" + operation,
                  input.has("IndexName")
                      ? table(input) + "/index/" + input.path("IndexName").asText()
                      : table(input)));
      case "BatchGetItem", "BatchWriteItem" ->
          input
              .path("RequestItems")
              .propertyStream()
              .map(table -> new Need("dynamodb:" + operation, table(table.getKey())))
              .toList();
      case "TransactGetItems" ->
          input
              .path("TransactItems")
              .valueStream()
              .map(item -> new Need("dynamodb:GetItem", table(item.path("Get"))))
              .toList();
      case "TransactWriteItems" ->
          input
              .path("TransactItems")
              .valueStream()
              .flatMap(JsonNode::propertyStream)
              .map(item -> new Need(written(item.getKey()), table(item.getValue())))
              .toList();
      case "DescribeStream", "GetShardIterator" ->
          List.of(new Need("dynamodb:" + operation, input.path("StreamArn").asText()));
      // An iterator begins with its stream.
      case "GetRecords" ->
          List.of(
              new Need(
                  "dynamodb:GetRecords", input.path("ShardIterator").asText().split("\\|", 2)[0]));
      case "ListStreams" ->
          List.of(
              new Need(
                  "dynamodb:ListStreams",
                  input.has("TableName")
                      ? arn(inventory.streams(), input.path("TableName").asText())
                      : "*"));
      default -> throw new UnknownCall("dynamodb", operation);
    };
  }

  private static String written(String kind) {
    return switch (kind) {
      case "Put", "Update", "Delete" -> "dynamodb:" + kind + "Item";
      case "ConditionCheck" -> "dynamodb:ConditionCheckItem";
      default -> throw new UnknownCall("dynamodb", "TransactWriteItems of " + kind);
    };
  }

  private String table(JsonNode input) {
    return table(input.path("TableName").asText());
  }

  private String table(String name) {
    return arn(inventory.tables(), name);
  }

  private List<Need> sqs(String operation, JsonNode input) {
    String url = input.path("QueueUrl").asText();
    String queue =
        input.has("QueueName")
            ? input.path("QueueName").asText()
            : url.substring(url.lastIndexOf('/') + 1);
    // A batch needs the permission of its single operation.
    String single =
        operation.endsWith("Batch")
            ? operation.substring(0, operation.length() - "Batch".length())
            : operation;
    Need need = new Need("sqs:" + single, arn(inventory.queues(), queue));
    return switch (single) {
      case "SendMessage" -> send(queue);
      case "ReceiveMessage" -> with(need, queue, "kms:Decrypt");
      case "DeleteMessage", "ChangeMessageVisibility", "GetQueueAttributes", "GetQueueUrl" ->
          List.of(need);
      default -> throw new UnknownCall("sqs", operation);
    };
  }

  // An encrypted queue's messages pass through its key in the caller's name: both directions need
  // Decrypt, since SQS checks the data key that it was given.
  private List<Need> send(String queue) {
    Need need = new Need("sqs:SendMessage", arn(inventory.queues(), queue));
    return with(need, queue, "kms:GenerateDataKey", "kms:Decrypt");
  }

  private List<Need> with(Need need, String queue, String... keyActions) {
    List<Need> needs = new ArrayList<>();
    needs.add(need);
    String key = inventory.queueKeys().get(queue);
    if (key != null) {
      for (String action : keyActions) {
        needs.add(new Need(action, key));
      }
    }
    return needs;
  }

  private List<Need> kms(String operation, JsonNode input) {
    return switch (operation) {
      case "GenerateDataKey",
          "GenerateDataKeyWithoutPlaintext",
          "Encrypt",
          "Decrypt",
          "DescribeKey" ->
          List.of(new Need("kms:" + operation, key(input)));
      default -> throw new UnknownCall("kms", operation);
    };
  }

  // What was encrypted names its key by itself, in a form that only KMS reads.
  private String key(JsonNode input) {
    List<String> all = inventory.keys().values().stream().distinct().toList();
    if (!input.has("KeyId") && all.size() == 1) {
      return all.getFirst();
    }
    return arn(inventory.keys(), input.path("KeyId").asText());
  }

  private List<Need> events(String operation, JsonNode input) {
    if (!operation.equals("PutEvents")) {
      throw new UnknownCall("events", operation);
    }
    Map<String, List<String>> sources = new LinkedHashMap<>();
    for (JsonNode entry : input.path("Entries")) {
      String bus = arn(inventory.buses(), entry.path("EventBusName").asText("default"));
      sources.computeIfAbsent(bus, b -> new ArrayList<>()).add(entry.path("Source").asText());
    }
    return sources.entrySet().stream()
        .map(bus -> new Need("events:PutEvents", bus.getKey(), bus.getValue()))
        .toList();
  }

  private List<Need> s3(AwsCall call) {
    String path = call.target().split("\\?", 2)[0].substring(1);
    int slash = path.indexOf('/');
    String bucket = arn(inventory.buckets(), slash < 0 ? path : path.substring(0, slash));
    String key =
        slash < 0 ? "" : URLDecoder.decode(path.substring(slash + 1), StandardCharsets.UTF_8);
    return switch (call.operation()) {
      case "GetObject", "HeadObject" -> List.of(new Need("s3:GetObject", bucket + "/" + key));
      case "PutObject", "DeleteObject" ->
          List.of(new Need("s3:" + call.operation(), bucket + "/" + key));
      case "HeadBucket", "ListObjectsV2" -> List.of(new Need("s3:ListBucket", bucket));
      default -> throw new UnknownCall(call);
    };
  }

  /// What S3 asks besides before it says that an object is not there, and not that it may not be
  /// read.
  static Need toKnowOfAbsence(Need object) {
    return new Need("s3:ListBucket", object.resource().split("/", 2)[0]);
  }

  // A name that is no resource of the template's stands for itself, and matches no statement.
  private static String arn(Map<String, String> known, String name) {
    return name.startsWith("arn:") ? name : known.getOrDefault(name, name);
  }

  private static JsonNode input(AwsCall call) {
    try {
      return JSON.readTree(call.body());
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("a call whose input is no JSON", e);
    } catch (IOException e) {
      throw new AssertionError("bytes are read from memory", e);
    }
  }
}
