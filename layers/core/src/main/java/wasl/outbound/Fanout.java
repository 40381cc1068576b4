package wasl.outbound;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wasl.access.Tenant;
import wasl.outbound.DeliveryMessage.Deliver;
import wasl.queue.Batch;
import wasl.queue.Outcome;
import wasl.queue.QueueMessage;

/// Makes a delivery for each outbound webhook that an event is for.
///
/// Put if absent, then enqueued whether or not it was absent: a crash between the two leaves the
/// event's own message, which does both again.
public final class Fanout {
  private final OutboundWebhookStore webhooks;
  private final DeliveryStore deliveries;
  private final DeliveryQueue queue;
  private final InstantSource clock;

  public Fanout(
      OutboundWebhookStore webhooks,
      DeliveryStore deliveries,
      DeliveryQueue queue,
      InstantSource clock) {
    this.webhooks = webhooks;
    this.deliveries = deliveries;
    this.queue = queue;
    this.clock = clock;
  }

  /// The outcomes stand in the order of the messages; a malformed event fails alone.
  public List<Outcome> handle(List<QueueMessage> messages) {
    var events = Batch.each(messages, message -> BusEvent.read(message.body()));
    var subscribers = subscribers(events);
    return Batch.each(events, event -> outcome(event, subscribers)).stream()
        .map(result -> result.orElse(Fanout::failed))
        .toList();
  }

  private static Outcome failed(RuntimeException why) {
    return new Outcome.GiveUp("fan-out: " + why.getClass().getSimpleName());
  }

  /// A tenant's webhooks, and who of them wants what.
  private record Subscribers(List<OutboundWebhook> webhooks, EventMatcher matcher) {}

  // Asked for once per tenant, however many of its events are in the batch.
  private Map<Tenant, Batch.Result<Subscribers>> subscribers(List<Batch.Result<BusEvent>> events) {
    var tenants = new ArrayList<Tenant>();
    for (var event : events) {
      if (event instanceof Batch.Result.Got<BusEvent>(BusEvent read)
          && !tenants.contains(read.tenant())) {
        tenants.add(read.tenant());
      }
    }
    var found =
        Batch.each(
            tenants,
            tenant -> {
              var all = webhooks.all(tenant);
              return new Subscribers(all, EventMatcher.of(all));
            });
    var out = new HashMap<Tenant, Batch.Result<Subscribers>>();
    for (int at = 0; at < tenants.size(); at++) {
      out.put(tenants.get(at), found.get(at));
    }
    return out;
  }

  private Outcome outcome(
      Batch.Result<BusEvent> read, Map<Tenant, Batch.Result<Subscribers>> subscribers) {
    return switch (read) {
      case Batch.Result.Threw<BusEvent>(RuntimeException why) -> failed(why);
      case Batch.Result.Got<BusEvent>(BusEvent event) ->
          switch (Optional.ofNullable(subscribers.get(event.tenant())).orElseThrow()) {
            case Batch.Result.Threw<Subscribers>(RuntimeException why) -> failed(why);
            case Batch.Result.Got<Subscribers>(Subscribers all) -> {
              fanOut(event, all);
              yield Outcome.DONE;
            }
          };
    };
  }

  private void fanOut(BusEvent event, Subscribers subscribers) {
    var matching = subscribers.matcher.matching(event.text());
    var now = clock.instant();
    var wanted =
        subscribers.webhooks.stream()
            .filter(webhook -> matching.contains(webhook.id()) && !event.isAbout(webhook.id()))
            .map(webhook -> delivery(event, webhook, now))
            .toList();
    var standing =
        Batch.each(wanted, deliveries::putIfAbsent).stream()
            .map(result ->
                result.orElse(why -> {
                  throw why;
                }))
            .toList();
    var messages =
        standing.stream()
            .filter(Delivery::isPending)
            .filter(delivery -> Delivery.isWithinMessageDelay(now, delivery.notBefore()))
            .map(delivery -> message(delivery, now))
            .toList();
    if (!messages.isEmpty()) {
      queue.send(messages);
    }
  }

  /// The message that brings on a delivery's next attempt, at its time.
  static DeliveryQueue.Entry message(Delivery delivery, Instant now) {
    return new DeliveryQueue.Entry(
        new Deliver(delivery.tenant(), delivery.id(), delivery.attempt()),
        Duration.between(now, delivery.notBefore()));
  }

  private static Delivery delivery(BusEvent event, OutboundWebhook webhook, Instant now) {
    var pending =
        Delivery.first(
            event.tenant(),
            event.id(),
            event.source(),
            event.type(),
            event.timestamp(),
            Optional.empty(),
            webhook.id(),
            event.run(),
            now);
    return webhook.isDisabled()
        ? pending.cancelled(Optional.empty(), DeliveryRoad.WEBHOOK_DISABLED)
        : pending;
  }
}
