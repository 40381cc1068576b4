package wasl.function.eventrouter;

import wasl.aws.Log;
import wasl.aws.Metric;
import wasl.event.EventId;
import wasl.inbound.EventRouter;

/// Writes what becomes of events to the log, and counts it.
final class RoutingLog implements EventRouter.Watcher {
  private final Log log;

  RoutingLog(Log log) {
    this.log = log;
  }

  @Override
  public void routed(EventId id, int run) {
    log.forEvent(id.value())
        .info("event routed")
        .with("run", run)
        .count(Metric.EVENT_ROUTED)
        .write();
  }

  @Override
  public void dead(EventId id, String why) {
    log.forEvent(id.value()).error("event dead").with("why", why).count(Metric.EVENT_DEAD).write();
  }

  @Override
  public void notReplayed(EventId id, String why) {
    log.forEvent(id.value()).warn("event not replayed").with("why", why).write();
  }
}
