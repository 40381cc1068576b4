package wasl.outbound;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import wasl.event.EventStore;
import wasl.outbound.DeliveryMessage.Sweep;
import wasl.page.PageRequest;
import wasl.queue.Batch;
import wasl.queue.Outcome;

/// Goes through many deliveries of one webhook, one page a message. A message that comes twice does
/// its page twice, which comes to the same.
public final class Sweeps {
  private static final int PAGE = 50;

  private final OutboundWebhookStore webhooks;
  private final DeliveryStore deliveries;
  private final EventStore events;
  private final DeliveryQueue queue;
  private final InstantSource clock;

  public Sweeps(
      OutboundWebhookStore webhooks,
      DeliveryStore deliveries,
      EventStore events,
      DeliveryQueue queue,
      InstantSource clock) {
    this.webhooks = webhooks;
    this.deliveries = deliveries;
    this.events = events;
    this.queue = queue;
    this.clock = clock;
  }

  Outcome sweep(Sweep sweep) {
    var webhook = webhooks.find(sweep.tenant(), sweep.webhook());
    if (!isWanted(sweep, webhook)) {
      return Outcome.DONE;
    }
    var page =
        deliveries.list(
            sweep.tenant(),
            new DeliveryStore.Query(
                Optional.of(sweep.webhook()),
                Optional.empty(),
                statuses(sweep.task()),
                sweep.since(),
                sweep.until()),
            new PageRequest(PAGE, sweep.cursor()));
    for (var result : Batch.each(page.items(), delivery -> swept(sweep, delivery))) {
      result.orElse(why -> {
        throw why;
      });
    }
    page.next().ifPresent(next -> queue.send(List.of(following(sweep, next))));
    return Outcome.DONE;
  }

  // Whoever paused, enabled or deleted the webhook since wants something else.
  private static boolean isWanted(Sweep sweep, Optional<OutboundWebhook> webhook) {
    return switch (sweep.task()) {
      case RECOVER -> webhook.isPresent();
      case WAKE ->
          webhook.filter(each -> each.status() == OutboundWebhook.Status.ACTIVE).isPresent();
      case CANCEL -> webhook.map(OutboundWebhook::isDisabled).orElse(true);
    };
  }

  private static Set<Delivery.Status> statuses(DeliveryMessage.Task task) {
    return switch (task) {
      case RECOVER -> Set.of(Delivery.Status.DEAD, Delivery.Status.CANCELLED);
      case CANCEL, WAKE -> Set.of(Delivery.Status.PENDING);
    };
  }

  private static DeliveryQueue.Entry following(Sweep sweep, String cursor) {
    return new DeliveryQueue.Entry(
        new Sweep(
            sweep.tenant(),
            sweep.webhook(),
            sweep.task(),
            sweep.job(),
            sweep.since(),
            sweep.until(),
            Optional.of(cursor)),
        Duration.ZERO);
  }

  private Delivery swept(Sweep sweep, Delivery listed) {
    var now = clock.instant();
    return switch (sweep.task()) {
      case RECOVER -> recovered(sweep.job(), listed);
      case CANCEL -> {
        deliveries.change(
            listed.cancelled(Optional.empty(), DeliveryRoad.WEBHOOK_DISABLED), listed, now);
        yield listed;
      }
      case WAKE -> {
        if (Delivery.isWithinMessageDelay(now, listed.notBefore())) {
          queue.send(List.of(Fanout.message(listed, now)));
        }
        yield listed;
      }
    };
  }

  // The run is written on the old record before the new one is put: a page that is done again finds
  // it there, and puts what is there already.
  Delivery recovered(String job, Delivery old) {
    var run = old.recovery().filter(known -> known.job().equals(job)).map(Delivery.Recovery::run);
    int chosen =
        run.orElseGet(
            () -> deliveries.recovering(old, new Delivery.Recovery(job, nextRun(old))).run());
    return started(old.again(chosen, clock.instant()));
  }

  /// Puts a new run and sends it on its way; a repeated call finds it put.
  private Delivery started(Delivery fresh) {
    var standing = deliveries.putIfAbsent(fresh);
    if (standing.isPending()) {
      queue.send(List.of(Fanout.message(standing, clock.instant())));
    }
    return standing;
  }

  /// The run after all that the event had; for an event of its own, after all to this webhook.
  private int nextRun(Delivery old) {
    if (old.alone().isPresent()) {
      int run = old.run() + 1;
      while (deliveries.find(old.tenant(), old.again(run, clock.instant()).id()).isPresent()) {
        run++;
      }
      return run;
    }
    return events.find(old.tenant(), old.event()).flatMap(events::nextRun).orElse(old.run() + 1);
  }
}
