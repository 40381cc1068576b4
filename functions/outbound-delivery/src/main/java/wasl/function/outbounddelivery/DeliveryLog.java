package wasl.function.outbounddelivery;

import java.util.EnumMap;
import java.util.Map;
import wasl.aws.Log;
import wasl.aws.Metric;
import wasl.egress.EgressFailure;
import wasl.outbound.AttemptListener;
import wasl.outbound.Delivery;

/// Writes what becomes of attempts to the log, a line each, and counts them, in one line for all: a
/// metric's declaration is longer than what there is to say of an attempt.
final class DeliveryLog implements AttemptListener {
  private final Log log;
  private final Map<Metric, Long> counted = new EnumMap<>(Metric.class);
  private boolean written;

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
            .with("became", after.status().wireName());
    attempt.status().ifPresent(status -> line.with("status", status));
    attempt.error().ifPresent(error -> line.with("error", error));
    count(line, metric(after.status()));
    if (attempt.error().filter(EgressFailure.FORBIDDEN_ADDRESS.name()::equals).isPresent()) {
      count(line, Metric.EGRESS_REFUSED);
    }
    line.write();
  }

  // An attempt may end after its batch was answered: then nobody writes the common line any more.
  private synchronized void count(Log.Line line, Metric metric) {
    if (written) {
      line.count(metric);
    } else {
      counted.merge(metric, 1L, Long::sum);
    }
  }

  /// Writes what was counted.
  synchronized void write() {
    written = true;
    if (!counted.isEmpty()) {
      var line = log.info("deliveries attempted");
      counted.forEach(line::count);
      line.write();
    }
  }

  private static Metric metric(Delivery.Status after) {
    return switch (after) {
      case DELIVERED -> Metric.DELIVERY_SUCCEEDED;
      case DEAD -> Metric.DELIVERY_DEAD;
      case PENDING, CANCELLED -> Metric.DELIVERY_FAILED;
    };
  }
}
