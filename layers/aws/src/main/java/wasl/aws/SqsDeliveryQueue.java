package wasl.aws;

import java.util.List;
import software.amazon.awssdk.services.sqs.SqsClient;
import wasl.outbound.DeliveryMessages;
import wasl.outbound.DeliveryQueue;

/// The delivery queue in SQS.
public final class SqsDeliveryQueue implements DeliveryQueue {
  private final SqsBatches batches;

  public SqsDeliveryQueue(SqsClient sqs, String queueUrl) {
    this.batches = new SqsBatches(sqs, queueUrl);
  }

  /// The queue's URL, as a function is told it.
  public static String url(Settings settings) {
    return settings.text(
        "WASL_DELIVERY_QUEUE_URL",
        "https://sqs.me-south-1.amazonaws.com/111122223333/wasl-dev-Delivery");
  }

  @Override
  public void send(List<Entry> entries) {
    batches.send(
        entries.stream()
            .map(entry ->
                new SqsBatches.Message(
                    entry.message().tenant(),
                    DeliveryMessages.write(entry.message()),
                    entry.delay()))
            .toList());
  }
}
