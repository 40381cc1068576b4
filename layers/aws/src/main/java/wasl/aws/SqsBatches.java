package wasl.aws;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import wasl.access.Tenant;
import wasl.queue.Batch;
import wasl.queue.NotEnqueued;

/// Sends many messages to an SQS queue. Their message group is the tenant, by which a fair queue
/// keeps one tenant's burst from delaying the others.
final class SqsBatches {
  private static final int MOST_IN_BATCH = 10;
  private static final long LONGEST_DELAY_SECONDS = 900;

  private final SqsClient sqs;
  private final String queueUrl;

  SqsBatches(SqsClient sqs, String queueUrl) {
    this.sqs = sqs;
    this.queueUrl = queueUrl;
  }

  /// @param delay rounded up to whole seconds, at most 15 minutes
  record Message(Tenant tenant, String body, Duration delay) {}

  /// Sends all; durable when it returns. Throws if any could not be sent, some may be sent then.
  void send(List<Message> messages) {
    var batches = new ArrayList<List<Message>>();
    for (int from = 0; from < messages.size(); from += MOST_IN_BATCH) {
      batches.add(messages.subList(from, Math.min(messages.size(), from + MOST_IN_BATCH)));
    }
    // All are tried: whoever fails here sends everything again, and the less the better.
    for (var sent : Batch.each(batches, this::sendBatch)) {
      sent.orElse(why -> {
        throw why;
      });
    }
  }

  private int sendBatch(List<Message> messages) {
    var batch = new ArrayList<SendMessageBatchRequestEntry>();
    for (int at = 0; at < messages.size(); at++) {
      var message = messages.get(at);
      batch.add(
          SendMessageBatchRequestEntry.builder()
              .id(Integer.toString(at))
              .messageBody(message.body())
              .messageGroupId(message.tenant().toString())
              .delaySeconds(seconds(message.delay()))
              .build());
    }
    var answer = sqs.sendMessageBatch(r -> r.queueUrl(queueUrl).entries(batch));
    // A batch succeeds though entries of it failed.
    if (answer.hasFailed() && !answer.failed().isEmpty()) {
      throw new NotEnqueued(answer.failed().size(), answer.failed().getFirst().code());
    }
    return messages.size();
  }

  // Rounded up: a message that comes before its time is put back for nothing.
  private static int seconds(Duration delay) {
    return (int) Math.min(LONGEST_DELAY_SECONDS, delay.plusNanos(999_999_999).toSeconds());
  }
}
