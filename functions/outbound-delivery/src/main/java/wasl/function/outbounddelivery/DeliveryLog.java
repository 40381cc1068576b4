package wasl.function.outbounddelivery;

import wasl.aws.Log;
import wasl.aws.Metric;
import wasl.egress.EgressFailure;
import wasl.outbound.AttemptListener;
import wasl.outbound.Delivery;

/// Writes what becomes of attempts to the log, and counts it.
final class DeliveryLog implements AttemptListener {
  private final Log log;

  DeliveryLog(Log log) {
    this.log = log;
  }

  @Override
  public void attempted(Delivery after, Delivery.Attempt attempt) {
    var line =
        log.forEvent(after.event().value())
            .info("delivery attempted")
            .with("delivery", after.id().value())
            .with("outboundWebhook", after.webhook().value())
            .with("attempt", attempt.number())
            .with("durationMs", attempt.duration().toMillis())
            .with("became", after.status().wireName())
            .count(metric(after.status()));
    attempt.status().ifPresent(status -> line.with("status", status));
    attempt.error().ifPresent(error -> line.with("error", error));
    if (attempt.error().filter(EgressFailure.FORBIDDEN_ADDRESS.name()::equals).isPresent()) {
      line.count(Metric.EGRESS_REFUSED);
    }
    line.write();
  }

  private static Metric metric(Delivery.Status after) {
    return switch (after) {
      case DELIVERED -> Metric.DELIVERY_SUCCEEDED;
      case DEAD -> Metric.DELIVERY_DEAD;
      case PENDING, CANCELLED -> Metric.DELIVERY_FAILED;
    };
  }
}
