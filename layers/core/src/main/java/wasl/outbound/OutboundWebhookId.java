package wasl.outbound;

import wasl.id.Ids;

/// Names an outbound webhook.
public record OutboundWebhookId(String value) {
  public static final String PREFIX = "out_";

  public OutboundWebhookId {
    Ids.check(PREFIX, value);
  }

  @Override
  public String toString() {
    return value;
  }
}
