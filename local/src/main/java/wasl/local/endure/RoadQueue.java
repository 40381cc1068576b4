package wasl.local.endure;

import static wasl.local.endpoint.AwsService.SQS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import wasl.local.endpoint.AwsEndpoint;

/// One of the road's queues with its dead-letter queue, as whoever is on call handles them: by
/// AWS's own calls.
public final class RoadQueue {
  /// The queues by their names in the template.
  static final List<String> ALL = List.of("Inbound", "Fanout", "Delivery");

  private static final int MOST_MESSAGES = 10;
  private static final String STACK = "wasl-";

  private final AwsEndpoint aws;
  private final String name;
  private final String url;
  private final String deadUrl;

  private RoadQueue(AwsEndpoint aws, String name) {
    this.aws = aws;
    this.name = name;
    this.url = url(STACK + name);
    this.deadUrl = url(STACK + name + "Dead");
  }

  /// All three, from provider to receiver.
  static List<RoadQueue> all(AwsEndpoint aws) {
    return ALL.stream().map(name -> new RoadQueue(aws, name)).toList();
  }

  /// A message of the dead-letter queue.
  record DeadLetter(String id, String body) {}

  String name() {
    return name;
  }

  void send(String body) {
    aws.call(SQS, "SendMessage", aws.input().put("QueueUrl", url).put("MessageBody", body));
  }

  /// How many messages it holds: to be received, in flight or delayed.
  int size() {
    return size(url);
  }

  int deadLetters() {
    return size(deadUrl);
  }

  /// How long a received message is hidden from then on.
  void setVisibility(int seconds) {
    ObjectNode input = aws.input().put("QueueUrl", url);
    input.putObject("Attributes").put("VisibilityTimeout", Integer.toString(seconds));
    aws.call(SQS, "SetQueueAttributes", input);
  }

  /// Looks at all dead letters and leaves them there.
  List<DeadLetter> lookAtDeadLetters() {
    List<DeadLetter> letters = new ArrayList<>();
    List<JsonNode> seen = new ArrayList<>();
    List<JsonNode> batch;
    do {
      batch =
          aws.call(
                  SQS,
                  "ReceiveMessage",
                  aws.input()
                      .put("QueueUrl", deadUrl)
                      .put("MaxNumberOfMessages", MOST_MESSAGES)
                      // Long enough to see each once.
                      .put("VisibilityTimeout", 30))
              .path("Messages")
              .valueStream()
              .toList();
      batch.forEach(message ->
          letters.add(
              new DeadLetter(message.path("MessageId").asText(), message.path("Body").asText())));
      seen.addAll(batch);
    } while (!batch.isEmpty());
    for (JsonNode message : seen) {
      ObjectNode shown = aws.input().put("QueueUrl", deadUrl).put("VisibilityTimeout", 0);
      aws.call(
          SQS,
          "ChangeMessageVisibility",
          shown.set("ReceiptHandle", message.path("ReceiptHandle")));
    }
    return letters;
  }

  /// The one command that moves all dead letters back to where they came from.
  String redriveCommand() {
    return "aws --endpoint-url "
        + aws.uri()
        + " sqs start-message-move-task --source-arn "
        + arn(deadUrl);
  }

  /// Does what [#redriveCommand()] does.
  void redrive() {
    aws.call(SQS, "StartMessageMoveTask", aws.input().put("SourceArn", arn(deadUrl)));
  }

  private String url(String queue) {
    return aws.call(SQS, "GetQueueUrl", aws.input().put("QueueName", queue))
        .path("QueueUrl")
        .asText();
  }

  private String arn(String queueUrl) {
    return attributes(queueUrl).path("QueueArn").asText();
  }

  private int size(String queueUrl) {
    JsonNode attributes = attributes(queueUrl);
    return attributes.path("ApproximateNumberOfMessages").asInt()
        + attributes.path("ApproximateNumberOfMessagesNotVisible").asInt()
        + attributes.path("ApproximateNumberOfMessagesDelayed").asInt();
  }

  private JsonNode attributes(String queueUrl) {
    ObjectNode input = aws.input().put("QueueUrl", queueUrl);
    input.putArray("AttributeNames").add("All");
    return aws.call(SQS, "GetQueueAttributes", input).path("Attributes");
  }
}
