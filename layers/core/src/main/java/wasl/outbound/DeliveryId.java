package wasl.outbound;

import wasl.id.Ids;

/// Names a delivery: one event, one outbound webhook, one run.
public record DeliveryId(String value) {
  public static final String PREFIX = "dlv_";

  public DeliveryId {
    Ids.check(PREFIX, value);
  }

  @Override
  public String toString() {
    return value;
  }
}
