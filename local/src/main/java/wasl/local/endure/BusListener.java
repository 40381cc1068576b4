package wasl.local.endure;

import static wasl.local.endpoint.AwsService.EVENTS;
import static wasl.local.endpoint.AwsService.SQS;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import wasl.local.endpoint.AwsEndpoint;
import wasl.local.endpoint.AwsFault;

/// Sees what is on the bus, as anyone may: by a rule of its own to a queue of its own.
final class BusListener implements AutoCloseable {
  private static final String NAME = "endure-observer";
  private static final Duration AFTER_TROUBLE = Duration.ofMillis(500);
  private static final int MOST_MESSAGES = 10;
  private static final JsonMapper JSON = new JsonMapper();

  private final AwsEndpoint aws;
  private final Account account;
  private final String queue;
  private final Thread reader;
  private volatile boolean closed;

  private BusListener(AwsEndpoint aws, Account account, String queue) {
    this.aws = aws;
    this.account = account;
    this.queue = queue;
    this.reader = Thread.ofVirtual().name(NAME).unstarted(this::read);
  }

  /// Makes rule and queue; from then on no provider's event passes unseen.
  static BusListener start(Stack stack, Account account) {
    AwsEndpoint aws = new AwsEndpoint(stack.aws(), Stack.REGION, Stack.OBSERVER);
    String queue =
        aws.call(SQS, "CreateQueue", aws.input().put("QueueName", NAME)).path("QueueUrl").asText();
    ObjectNode asked = aws.input().put("QueueUrl", queue);
    asked.putArray("AttributeNames").add("QueueArn");
    String arn =
        aws.call(SQS, "GetQueueAttributes", asked).path("Attributes").path("QueueArn").asText();
    aws.call(
        EVENTS,
        "PutRule",
        aws.input()
            .put("Name", NAME)
            .put("EventBusName", stack.bus())
            .put("EventPattern", "{\"source\":[{\"prefix\":\"wasl.\"}]}"));
    ObjectNode targets = aws.input().put("Rule", NAME).put("EventBusName", stack.bus());
    targets.putArray("Targets").addObject().put("Id", "observer").put("Arn", arn);
    aws.call(EVENTS, "PutTargets", targets);
    BusListener listener = new BusListener(aws, account, queue);
    listener.reader.start();
    return listener;
  }

  @Override
  public void close() {
    closed = true;
    reader.interrupt();
    aws.close();
  }

  private void read() {
    while (!closed) {
      try {
        JsonNode messages =
            aws.call(
                    SQS,
                    "ReceiveMessage",
                    aws.input()
                        .put("QueueUrl", queue)
                        .put("MaxNumberOfMessages", MOST_MESSAGES)
                        .put("WaitTimeSeconds", 1))
                .path("Messages");
        if (!messages.isEmpty()) {
          messages.forEach(message -> note(message.path("Body").asText()));
          delete(messages);
        }
      } catch (AwsFault | UncheckedIOException e) {
        // The stack is being killed, or is starting; the queue keeps what it has.
        pause();
      }
    }
  }

  private void note(String event) {
    try {
      JsonNode read = JSON.readTree(event);
      JsonNode detail = read.path("detail");
      account.onBus(
          detail.path("data").path("id").asText(),
          detail.path("id").asText(),
          read.path("id").asText());
    } catch (JsonProcessingException e) {
      throw new AssertionError("a rule's target gets JSON", e);
    }
  }

  private void delete(JsonNode messages) {
    ObjectNode input = aws.input().put("QueueUrl", queue);
    ArrayNode entries = input.putArray("Entries");
    for (JsonNode message : messages) {
      entries
          .addObject()
          .put("Id", Integer.toString(entries.size()))
          .set("ReceiptHandle", message.path("ReceiptHandle"));
    }
    aws.call(SQS, "DeleteMessageBatch", input);
  }

  private static void pause() {
    try {
      Thread.sleep(AFTER_TROUBLE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
