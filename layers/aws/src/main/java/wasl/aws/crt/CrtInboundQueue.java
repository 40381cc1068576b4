package wasl.aws.crt;

import wasl.inbound.InboundMessage;
import wasl.inbound.InboundMessages;
import wasl.inbound.InboundQueue;

/// The inbound queue, shared fairly among tenants.
public final class CrtInboundQueue implements InboundQueue {
  private final CrtAws aws;
  private final String queueUrl;

  public CrtInboundQueue(CrtAws aws, String queueUrl) {
    this.aws = aws;
    this.queueUrl = queueUrl;
  }

  @Override
  public void put(InboundMessage message) {
    aws.sendMessage(queueUrl, InboundMessages.write(message), message.tenant().toString());
  }
}
