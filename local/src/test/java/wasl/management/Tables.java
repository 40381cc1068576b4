package wasl.management;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.sqs.model.Message;
import wasl.road.EmbeddedStack;

/// What lies in the tables and queues of the embedded AWS, as who gets hold of them would see it.
final class Tables {
  private final EmbeddedStack stack;
  private final Map<String, String> environment;

  private Tables(EmbeddedStack stack) {
    this.stack = stack;
    this.environment = stack.environment("management-api");
  }

  static Tables of(EmbeddedStack stack) {
    return new Tables(stack);
  }

  /// An item with all its attributes.
  record Raw(Map<String, AttributeValue> values) {
    String pk() {
      return text("pk");
    }

    /// Empty where there is no such text.
    String text(String name) {
      return value(name).map(AttributeValue::s).orElse("");
    }

    Optional<AttributeValue> value(String name) {
      return Optional.ofNullable(values.get(name));
    }
  }

  /// A table's name.
  ///
  /// @param table its logical id: `Connections`
  String name(String table) {
    return Optional.ofNullable(environment.get("WASL_" + table.toUpperCase(Locale.ROOT) + "_TABLE"))
        .orElseThrow();
  }

  /// The items whose key contains this.
  List<Raw> items(String table, String part) {
    return found(table, "contains(#name, :sought)", "pk", part);
  }

  /// The items that say they are of this project, whatever their key.
  List<Raw> ofProject(String table, String project) {
    return found(table, "#name = :sought", "project", project);
  }

  private List<Raw> found(String table, String filter, String name, String sought) {
    return stack
        .clients()
        .dynamoDb()
        .scanPaginator(r ->
            r.tableName(name(table))
                .consistentRead(true)
                .filterExpression(filter)
                .expressionAttributeNames(Map.of("#name", name))
                .expressionAttributeValues(Map.of(":sought", AttributeValue.fromS(sought))))
        .items()
        .stream()
        .map(Raw::new)
        .toList();
  }

  void put(String table, Map<String, AttributeValue> item) {
    stack.clients().dynamoDb().putItem(r -> r.tableName(name(table)).item(item));
  }

  /// The bodies of the messages on a queue that contain this; each is taken off it.
  ///
  /// @param variable which names the queue's URL
  List<String> messages(String variable, String part) {
    var url = Optional.ofNullable(environment.get(variable)).orElseThrow();
    var sqs = stack.clients().sqs();
    var found = new ArrayList<String>();
    // All of them: what other tests left there may come first.
    for (var some = receive(url); !some.isEmpty(); some = receive(url)) {
      for (var message : some) {
        sqs.deleteMessage(r -> r.queueUrl(url).receiptHandle(message.receiptHandle()));
        if (message.body().contains(part)) {
          found.add(message.body());
        }
      }
    }
    return found;
  }

  private List<Message> receive(String url) {
    return stack
        .clients()
        .sqs()
        .receiveMessage(r -> r.queueUrl(url).maxNumberOfMessages(10))
        .messages();
  }
}
