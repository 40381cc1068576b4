package wasl.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import wasl.queue.Outcome;
import wasl.queue.QueueMessage;

/// Stands between an SQS trigger and a worker: messages in, partial batch failures out.
///
/// Each message's outcome counts for itself. `Done` deletes the message; `GiveUp`, and a worker
/// that throws, leave it to the queue's visibility and, at the fifth time, to the dead-letter
/// queue.
///
/// `RetryAfter` must not lead there, however often it comes, but every receive counts for SQS. So
/// the first [#MOST_IN_PLACE] times the message itself is put off, by its visibility: it keeps its
/// id, and with it what it owns. From then on a copy is sent with the delay, and the message is
/// acknowledged: in this order, so that a crash between leaves two, which the workers' claims make
/// one, and never none. The copy has a new id and counts anew. A worker says `RetryAfter` only
/// while it holds nothing under the message's id, so nothing is lost with the old one.
public final class QueueEdge {
  static final int MOST_IN_PLACE = 2;

  // What SQS allows.
  private static final long LONGEST_VISIBILITY_SECONDS = 43_200;
  private static final long LONGEST_DELAY_SECONDS = 900;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final SqsClient sqs;
  private final String queueUrl;
  private final Log log;

  /// @param queueUrl of the queue that triggers the function
  public QueueEdge(SqsClient sqs, String queueUrl, Log log) {
    this.sqs = sqs;
    this.queueUrl = queueUrl;
    this.log = log;
  }

  /// Handles one invocation.
  ///
  /// @param requestId the invocation's
  /// @param worker answers one outcome for each message, in their order
  public void handle(
      InputStream event,
      OutputStream answer,
      String requestId,
      Function<List<QueueMessage>, List<Outcome>> worker)
      throws IOException {
    var inRequest = log.forRequest(requestId);
    var received = received(event);
    var outcomes = outcomes(received, worker, inRequest);
    var failures = JSON.createObjectNode();
    var failed = failures.putArray("batchItemFailures");
    for (int at = 0; at < received.size(); at++) {
      if (!settled(received.get(at), outcomes.get(at), inRequest)) {
        failed.addObject().put("itemIdentifier", received.get(at).message().id());
      }
    }
    JSON.writeValue(answer, failures);
  }

  private record Received(QueueMessage message, String receiptHandle, Optional<String> group) {}

  private List<Outcome> outcomes(
      List<Received> received, Function<List<QueueMessage>, List<Outcome>> worker, Log log) {
    try {
      var outcomes = worker.apply(received.stream().map(Received::message).toList());
      if (outcomes.size() != received.size()) {
        throw new IllegalStateException(
            outcomes.size() + " outcomes for " + received.size() + " messages");
      }
      return outcomes;
    } catch (RuntimeException thrown) {
      // Said as failures and not thrown on, so that each message's line is in the log.
      log.error("batch failed").with(thrown).write();
      return received.stream()
          .<Outcome>map(message -> new Outcome.GiveUp("the batch failed"))
          .toList();
    }
  }

  /// Whether the message may be deleted.
  private boolean settled(Received received, Outcome outcome, Log log) {
    var message = received.message();
    return switch (outcome) {
      case Outcome.Done() -> true;
      case Outcome.GiveUp(String why) -> {
        said(message, log.warn("message failed").count(Metric.MESSAGE_FAILED), why);
        yield false;
      }
      case Outcome.RetryAfter(Duration delay, String why) -> {
        said(message, log.info("message put off").with("delayMs", delay.toMillis()), why);
        yield putOff(received, delay, log);
      }
    };
  }

  private boolean putOff(Received received, Duration delay, Log log) {
    // Rounded up: a message that comes back before its time is put off once more for nothing.
    long seconds = Math.max(0, delay.plusNanos(999_999_999).toSeconds());
    try {
      if (received.message().receiveCount() <= MOST_IN_PLACE) {
        sqs.changeMessageVisibility(r ->
            r.queueUrl(queueUrl)
                .receiptHandle(received.receiptHandle())
                .visibilityTimeout((int) Math.min(seconds, LONGEST_VISIBILITY_SECONDS)));
        return false;
      }
      sqs.sendMessage(r -> {
        r.queueUrl(queueUrl)
            .messageBody(received.message().body())
            .delaySeconds((int) Math.min(seconds, LONGEST_DELAY_SECONDS));
        received.group().ifPresent(r::messageGroupId);
      });
      return true;
    } catch (SdkException unreachable) {
      // It stays in the queue and is seen again when its visibility ends.
      said(received.message(), log.warn("message not put off").with(unreachable), "SQS");
      return false;
    }
  }

  private static void said(QueueMessage message, Log.Line line, String why) {
    line.with("messageId", message.id())
        .with("receive", message.receiveCount())
        .with("why", why)
        .write();
  }

  private static List<Received> received(InputStream event) throws IOException {
    var received = new ArrayList<Received>();
    for (var each : JSON.readTree(event).path("Records")) {
      var attributes = each.path("attributes");
      received.add(
          new Received(
              new QueueMessage(
                  each.path("messageId").asText(),
                  each.path("body").asText(),
                  attributes.path("ApproximateReceiveCount").asInt(1)),
              each.path("receiptHandle").asText(),
              text(attributes.path("MessageGroupId"))));
    }
    return received;
  }

  private static Optional<String> text(JsonNode node) {
    return node.isTextual() ? Optional.of(node.asText()) : Optional.empty();
  }
}
