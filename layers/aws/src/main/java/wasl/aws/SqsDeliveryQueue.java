package wasl.aws;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import wasl.outbound.DeliveryMessages;
import wasl.outbound.DeliveryQueue;
import wasl.queue.Batch;
import wasl.queue.NotEnqueued;

/// The delivery queue in SQS. Its message group is the tenant, by which a fair queue keeps one
/// tenant's burst from delaying the others.
public final class SqsDeliveryQueue implements DeliveryQueue {
  private static final int MOST_IN_BATCH = 10;
  private static final long LONGEST_DELAY_SECONDS = 900;

  private final SqsClient sqs;
  private final String queueUrl;

  public SqsDeliveryQueue(SqsClient sqs, String queueUrl) {
    this.sqs = sqs;
    this.queueUrl = queueUrl;
  }

  /// The queue's URL, as a function is told it.
  public static String url(Settings settings) {
    return settings.text(
        "WASL_DELIVERY_QUEUE_URL",
        "https://sqs.me-south-1.amazonaws.com/111122223333/wasl-dev-Delivery");
  }

  @Override
  public void send(List<Entry> entries) {
    var batches = new ArrayList<List<Entry>>();
    for (int from = 0; from < entries.size(); from += MOST_IN_BATCH) {
      batches.add(entries.subList(from, Math.min(entries.size(), from + MOST_IN_BATCH)));
    }
    // All are tried: whoever fails here sends everything again, and the less the better.
    for (var sent : Batch.each(batches, this::sendBatch)) {
      sent.orElse(why -> {
        throw why;
      });
    }
  }

  private int sendBatch(List<Entry> entries) {
    var batch = new ArrayList<SendMessageBatchRequestEntry>();
    for (int at = 0; at < entries.size(); at++) {
      var entry = entries.get(at);
      batch.add(
          SendMessageBatchRequestEntry.builder()
              .id(Integer.toString(at))
              .messageBody(DeliveryMessages.write(entry.message()))
              .messageGroupId(entry.message().tenant().toString())
              .delaySeconds(seconds(entry.delay()))
              .build());
    }
    var answer = sqs.sendMessageBatch(r -> r.queueUrl(queueUrl).entries(batch));
    // A batch succeeds though entries of it failed.
    if (answer.hasFailed() && !answer.failed().isEmpty()) {
      throw new NotEnqueued(answer.failed().size(), answer.failed().getFirst().code());
    }
    return entries.size();
  }

  // Rounded up: a message that comes before its time is put back for nothing.
  private static int seconds(Duration delay) {
    return (int) Math.min(LONGEST_DELAY_SECONDS, delay.plusNanos(999_999_999).toSeconds());
  }
}
