package wasl.local.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import wasl.local.intercept.AwsAnswer;
import wasl.local.intercept.AwsCall;

/// Counts queues' requests and the bus's events by chunks of 64 KB.
///
/// https://aws.amazon.com/sqs/pricing/ and https://aws.amazon.com/eventbridge/pricing/
final class Messages {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long CHUNK = 64 * 1024;
  // What EventBridge writes around an event's detail for a target.
  private static final long AROUND_AN_EVENT = 300;

  private final Ledger ledger;

  Messages(Ledger ledger) {
    this.ledger = ledger;
  }

  void count(AwsCall call, AwsAnswer answer) throws IOException {
    var input = JSON.readTree(call.body());
    var what = call.operation() + " " + Names.of(input.path("QueueUrl").asText());
    switch (call.operation()) {
      case "SendMessage" -> {
        requests(what, bytes(input));
        group(what, input);
      }
      case "SendMessageBatch" -> {
        long bytes = 0;
        for (var entry : input.path("Entries")) {
          bytes += bytes(entry);
          group(what, entry);
        }
        requests(what, bytes);
      }
      case "ReceiveMessage" -> {
        var messages = JSON.readTree(answer.body()).path("Messages");
        long bytes = 0;
        for (var message : messages) {
          bytes += length(message.path("Body"));
        }
        if (!messages.isEmpty()) {
          requests(what, bytes);
        }
      }
      case "DeleteMessage",
          "DeleteMessageBatch",
          "ChangeMessageVisibility",
          "ChangeMessageVisibilityBatch" ->
          requests(what, 0);
      default -> {}
    }
  }

  /// Events that were taken, and what it costs to bring each to the queue of the one rule that
  /// matches all of Wasl's events.
  void countEvents(AwsCall call, AwsAnswer answer) throws IOException {
    if (!call.operation().equals("PutEvents") || answer.status() != 200) {
      return;
    }
    var entries = JSON.readTree(call.body()).path("Entries");
    var results = JSON.readTree(answer.body()).path("Entries");
    for (int at = 0; at < entries.size(); at++) {
      if (!results.path(at).hasNonNull("ErrorCode")) {
        var entry = entries.get(at);
        long bytes =
            14
                + length(entry.path("Source"))
                + length(entry.path("DetailType"))
                + length(entry.path("Detail"));
        ledger.count(Meter.EVENTBRIDGE_EVENT, "PutEvents", chunks(bytes));
        requests("SendMessage Fanout, by EventBridge", bytes + AROUND_AN_EVENT);
      }
    }
  }

  private void requests(String what, long bytes) {
    ledger.count(Meter.SQS_REQUEST, what, chunks(bytes));
  }

  private void group(String what, JsonNode message) {
    if (message.hasNonNull("MessageGroupId")) {
      ledger.count(Meter.SQS_FAIR_MESSAGE, what, 1);
    }
  }

  /// At least one; exact in a `double`, in which amounts are kept.
  static double chunks(long bytes) {
    return (double) Math.max(1, Math.ceilDiv(bytes, CHUNK));
  }

  private static long bytes(JsonNode message) {
    long bytes = length(message.path("MessageBody"));
    for (Map.Entry<String, JsonNode> attribute : message.path("MessageAttributes").properties()) {
      bytes += attribute.getKey().length() + length(attribute.getValue().path("StringValue"));
    }
    return bytes;
  }

  private static long length(JsonNode text) {
    return text.asText().getBytes(StandardCharsets.UTF_8).length;
  }
}
