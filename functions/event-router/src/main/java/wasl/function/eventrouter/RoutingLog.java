package wasl.function.eventrouter;

import java.util.ArrayList;
import java.util.List;
import wasl.aws.Log;
import wasl.aws.Metric;
import wasl.event.EventId;
import wasl.inbound.EventRouter;

/// Writes what becomes of events to the log, and counts it.
///
/// What went well is one line for the whole batch, with every event's id in it: a line of its own
/// for each would be the greater part of what the log costs.
final class RoutingLog implements EventRouter.Watcher {
  private final Log log;
  private final List<String> routed = new ArrayList<>();

  RoutingLog(Log log) {
    this.log = log;
  }

  @Override
  public synchronized void routed(EventId id, int run) {
    routed.add(run == 0 ? id.value() : id.value() + " (run " + run + ")");
  }

  /// Writes the line of the batch.
  synchronized void write() {
    if (!routed.isEmpty()) {
      log.info("events routed")
          .with("events", String.join(", ", routed))
          .count(Metric.EVENT_ROUTED, routed.size())
          .write();
      routed.clear();
    }
  }

  @Override
  public void dead(EventId id, String why) {
    log.forEvent(id.value()).error("event dead").with("why", why).count(Metric.EVENT_DEAD).write();
  }

  // Counted as a failure, so that the alarm rings: the message itself never becomes a dead letter.
  @Override
  public void heldUp(String why) {
    log.warn("message held up").with("why", why).count(Metric.MESSAGE_FAILED).write();
  }

  @Override
  public void notReplayed(EventId id, String why) {
    log.forEvent(id.value()).warn("event not replayed").with("why", why).write();
  }
}
