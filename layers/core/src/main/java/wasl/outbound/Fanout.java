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
    var made = Batch.each(events, event -> made(event, subscribers));
    if (isSentTogether(made)) {
      return made.stream().map(Fanout::outcome).toList();
    }
    // One that cannot be sent is to hold up no other: each event is tried for itself.
    return Batch.each(made, this::sent).stream().map(Fanout::outcome).toList();
  }

  // What the queue takes ten of by one call is not to be sent one by one.
  private boolean isSentTogether(List<Batch.Result<List<DeliveryQueue.Entry>>> made) {
    var ofEvents =
        made.stream()
            .map(each -> each.orElse(why -> List.of()))
            .filter(entries -> !entries.isEmpty())
            .toList();
    if (ofEvents.size() < 2) {
      return ofEvents.isEmpty();
    }
    try {
      send(ofEvents.stream().flatMap(List::stream).toList());
      return true;
    } catch (RuntimeException notAll) {
      return false;
    }
  }

  private List<DeliveryQueue.Entry> sent(Batch.Result<List<DeliveryQueue.Entry>> made) {
    var entries =
        made.orElse(why -> {
          throw why;
        });
    send(entries);
    return entries;
  }

  private void send(List<DeliveryQueue.Entry> entries) {
    if (!entries.isEmpty()) {
      queue.send(entries);
    }
  }

  private static Outcome outcome(Batch.Result<List<DeliveryQueue.Entry>> made) {
    return switch (made) {
      case Batch.Result.Got<List<DeliveryQueue.Entry>> got -> Outcome.DONE;
      case Batch.Result.Threw<List<DeliveryQueue.Entry>>(RuntimeException why) -> failed(why);
    };
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

  /// Makes an event's deliveries; answers the messages for those that are still to be sent.
  private List<DeliveryQueue.Entry> made(
      Batch.Result<BusEvent> read, Map<Tenant, Batch.Result<Subscribers>> subscribers) {
    var event =
        read.orElse(why -> {
          throw why;
        });
    var all =
        Optional.ofNullable(subscribers.get(event.tenant()))
            .orElseThrow()
            .orElse(why -> {
              throw why;
            });
    return fannedOut(event, all);
  }

  private List<DeliveryQueue.Entry> fannedOut(BusEvent event, Subscribers subscribers) {
    var matching = subscribers.matcher.matching(event.text());
    var now = clock.instant();
    var wanted =
        subscribers.webhooks.stream()
            .filter(webhook -> matching.contains(webhook.id()) && !event.isAbout(webhook.id()))
            .map(webhook -> delivery(event, webhook, now))
            .toList();
    return Batch.each(wanted, deliveries::putIfAbsent).stream()
        .map(result ->
            result.orElse(why -> {
              throw why;
            }))
        .filter(Delivery::isPending)
        .filter(delivery -> Delivery.isWithinMessageDelay(now, delivery.notBefore()))
        .map(delivery -> message(delivery, now))
        .toList();
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
