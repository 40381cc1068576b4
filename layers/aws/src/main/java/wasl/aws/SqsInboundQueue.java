package wasl.aws;

import software.amazon.awssdk.services.sqs.SqsClient;
import wasl.inbound.InboundMessage;
import wasl.inbound.InboundMessages;
import wasl.inbound.InboundQueue;

/// The inbound queue in SQS. Its message group is the tenant, by which a fair queue keeps one
/// tenant's burst from delaying the others.
public final class SqsInboundQueue implements InboundQueue {
  private final SqsClient sqs;
  private final String queueUrl;

  public SqsInboundQueue(SqsClient sqs, String queueUrl) {
    this.sqs = sqs;
    this.queueUrl = queueUrl;
  }

  /// The queue's URL, as a function is told it.
  public static String url(Settings settings) {
    return settings.text(
        "WASL_INBOUND_QUEUE_URL",
        "https://sqs.me-south-1.amazonaws.com/111122223333/wasl-dev-Inbound");
  }

  @Override
  public void put(InboundMessage message) {
    sqs.sendMessage(r ->
        r.queueUrl(queueUrl)
            .messageBody(InboundMessages.write(message))
            .messageGroupId(message.tenant().toString()));
  }
}
