package wasl.inbound;

import wasl.id.Ids;

/// Names an inbound webhook; says nothing about its URL's token.
public record InboundWebhookId(String value) {
  public static final String PREFIX = "inw_";

  public InboundWebhookId {
    Ids.check(PREFIX, value);
  }

  @Override
  public String toString() {
    return value;
  }
}
