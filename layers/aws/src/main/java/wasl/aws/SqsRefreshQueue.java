package wasl.aws;

import java.util.List;
import software.amazon.awssdk.services.sqs.SqsClient;
import wasl.refresh.RefreshMessages;
import wasl.refresh.RefreshQueue;

/// The refresh queue in SQS.
public final class SqsRefreshQueue implements RefreshQueue {
  private final SqsBatches batches;

  public SqsRefreshQueue(SqsClient sqs, String queueUrl) {
    this.batches = new SqsBatches(sqs, queueUrl);
  }

  /// The queue's URL, as a function is told it.
  public static String url(Settings settings) {
    return settings.text(
        "WASL_REFRESH_QUEUE_URL",
        "https://sqs.me-south-1.amazonaws.com/111122223333/wasl-dev-Refresh");
  }

  @Override
  public void send(List<Entry> entries) {
    batches.send(
        entries.stream()
            .map(entry ->
                new SqsBatches.Message(
                    entry.message().tenant(),
                    RefreshMessages.write(entry.message()),
                    entry.delay()))
            .toList());
  }
}
