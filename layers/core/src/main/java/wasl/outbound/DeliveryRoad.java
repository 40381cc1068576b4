package wasl.outbound;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import wasl.egress.Egress;
import wasl.egress.EgressRequest;
import wasl.egress.EgressResult;
import wasl.egress.EgressUrl;
import wasl.event.EventSource;
import wasl.id.Ids;
import wasl.outbound.DeliveryContent.Content;
import wasl.outbound.DeliveryMessage.Deliver;
import wasl.outbound.OwnEvents.OwnEvent;
import wasl.queue.Outcome;
import wasl.signing.StandardWebhooksSigner;
import wasl.vault.DataKeys;
import wasl.vault.Sealed;
import wasl.vault.Secret;
import wasl.vault.Vault;

/// Brings one delivery one attempt further: claim, load, sign, send, record, enqueue the next.
///
/// That a receiver fails is no failure here: the message is done, the record says what comes next.
/// Only what is thrown counts towards the dead-letter queue. A crash anywhere leaves a delivery
/// that is due at some time: its lease ends, or its next attempt comes, and the due scan finds it.
public final class DeliveryRoad {
  static final String WEBHOOK_DISABLED = "the outbound webhook is disabled";
  static final String WEBHOOK_DELETED = "the outbound webhook was deleted";
  static final String PROJECT_ERASED = "the project was erased";
  static final String BODY_GONE = "the event's body is no longer kept";
  static final String EXHAUSTED = "every attempt failed";

  /// While paused a delivery is looked at this often, should the resuming sweep be lost.
  static final Duration PAUSED_LOOK = Duration.ofHours(1);

  private static final Duration LONGEST_WAIT_FOR_SLOT = Duration.ofSeconds(20);
  private static final Duration SHORTEST_WAIT_FOR_ROUTER = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT_FOR_ROUTER = Duration.ofMinutes(15);

  private static final int GONE = 410;
  private static final int MOST_EXCERPT_BYTES = 1024;

  private final OutboundWebhookStore webhooks;
  private final DeliveryStore deliveries;
  private final ReceiverStore receivers;
  private final DeliveryQueue queue;
  private final DeliveryContent contents;
  private final Vault vault;
  private final Egress egress;
  private final OwnEvents ownEvents;
  private final DeliverySettings settings;
  private final AttemptListener listener;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final StandardWebhooksSigner signer = new StandardWebhooksSigner();
  private final ReceiverHealth health;

  public DeliveryRoad(
      OutboundWebhookStore webhooks,
      DeliveryStore deliveries,
      ReceiverStore receivers,
      DeliveryQueue queue,
      DeliveryContent contents,
      Vault vault,
      Egress egress,
      OwnEvents ownEvents,
      DeliverySettings settings,
      AttemptListener listener,
      InstantSource clock,
      RandomGenerator random) {
    this.webhooks = webhooks;
    this.deliveries = deliveries;
    this.receivers = receivers;
    this.queue = queue;
    this.contents = contents;
    this.vault = vault;
    this.egress = egress;
    this.ownEvents = ownEvents;
    this.settings = settings;
    this.listener = listener;
    this.clock = clock;
    this.random = random;
    this.health = new ReceiverHealth(webhooks, receivers, queue, ownEvents, settings, random);
  }

  /// Makes the attempt that the message names, if it is still to be made, and is due.
  ///
  /// @param seat the message's place among those of its batch
  Outcome deliver(Deliver message, Companions.Seat seat) {
    var found = deliveries.find(message.tenant(), message.delivery());
    if (found.isEmpty()) {
      return Outcome.DONE;
    }
    var delivery = found.get();
    if (delivery.isUntold()) {
      tell(delivery);
      return Outcome.DONE;
    }
    // A message of an earlier attempt: whoever made it has sent the next.
    if (!delivery.isPending() || delivery.attempt() != message.attempt()) {
      return Outcome.DONE;
    }
    var now = clock.instant();
    if (now.isBefore(delivery.notBefore())) {
      return early(delivery, now);
    }
    if (delivery.isLeased(now)) {
      return heldByAnother(delivery, now);
    }
    return due(delivery, seat.goTo(delivery.tenant(), delivery.webhook()), now);
  }

  // Two messages for one delivery cannot skip the back-off: the time stands in the record.
  private static Outcome early(Delivery delivery, Instant now) {
    return Delivery.isWithinMessageDelay(now, delivery.notBefore())
        ? new Outcome.RetryAfter(Duration.between(now, delivery.notBefore()), "early")
        : Outcome.DONE;
  }

  // Its holder may have died; else the message finds the next attempt's number and is done.
  private static Outcome heldByAnother(Delivery delivery, Instant now) {
    var until = delivery.lease().map(Delivery.Lease::until).orElse(now);
    return new Outcome.RetryAfter(Duration.between(now, until).plusSeconds(1), "being sent");
  }

  private Outcome due(Delivery delivery, Companions.Group group, Instant now) {
    try {
      var found = group.webhook(() -> webhooks.find(delivery.tenant(), delivery.webhook()));
      if (found.isEmpty()) {
        return cancel(delivery, WEBHOOK_DELETED, now);
      }
      return switch (found.get().status()) {
        case DISABLED -> cancel(delivery, WEBHOOK_DISABLED, now);
        case PAUSED -> {
          deliveries.moveDue(delivery, now.plus(PAUSED_LOOK));
          yield Outcome.DONE;
        }
        case ACTIVE -> active(delivery, found.get(), group, now);
      };
    } finally {
      group.ended();
    }
  }

  private Outcome cancel(Delivery delivery, String why, Instant now) {
    deliveries.change(delivery.cancelled(Optional.empty(), why), delivery, now);
    return Outcome.DONE;
  }

  private Outcome active(
      Delivery delivery, OutboundWebhook webhook, Companions.Group group, Instant now) {
    var receiver = group.receiver(() -> receivers.find(webhook.tenant(), webhook.id()));
    if (receiver.isHeld(now)) {
      return putOff(delivery, receiver.holdUntil().orElse(now), now);
    }
    var pace = Pace.of(webhook, receiver, settings);
    var slot = group.slot(wanted -> taken(webhook, pace, wanted));
    if (slot.isEmpty()) {
      return new Outcome.RetryAfter(untilSlot(delivery, now), "as many in flight as may be");
    }
    try {
      // It may have waited for its slot.
      return claimed(delivery, webhook, receiver, clock.instant());
    } finally {
      group.giveBack(slot.get());
    }
  }

  // 1 to 3 s; then about as long again as it has waited, since a backlog whose every message comes
  // back each second keeps itself from being worked off.
  private Duration untilSlot(Delivery delivery, Instant now) {
    long waited = Duration.between(delivery.notBefore(), now).toMillis();
    int about = (int) Math.clamp(waited, 2_000, LONGEST_WAIT_FOR_SLOT.toMillis());
    return Duration.ofMillis(about / 2 + random.nextInt(about));
  }

  private Companions.Slots taken(OutboundWebhook webhook, Pace pace, int wanted) {
    // The message's own time is that of a moment ago: a slot that came free since would seem taken.
    var now = clock.instant();
    var slots =
        receivers.take(
            webhook.tenant(),
            webhook.id(),
            wanted,
            pace.slots(),
            now,
            now.plus(DeliverySettings.LEASE));
    // Free for whoever comes, however his clock goes, unless a rate is to be kept.
    var freeAt = pace.slotTime().isZero() ? Instant.EPOCH : now.plus(pace.slotTime());
    return new Companions.Slots(slots, pace.isUnlimited(), back -> release(back, freeAt));
  }

  private void release(List<ReceiverStore.Slot> slots, Instant freeAt) {
    try {
      receivers.release(slots, freeAt);
    } catch (RuntimeException unreachable) {
      // What became of the attempts is on record, and no failure of their messages; the slots are
      // free when their time is over.
    }
  }

  // No attempt is used: the delivery waits for its receiver, and the record says until when.
  private Outcome putOff(Delivery delivery, Instant until, Instant now) {
    // Spread, so that all that wait do not come back in one second.
    var next = until.plusMillis(random.nextInt(1 + (int) settings.breakerPause().toMillis() / 10));
    if (!deliveries.change(delivery.waiting(next, now), delivery, now)) {
      return new Outcome.RetryAfter(Duration.ofSeconds(1), "changed meanwhile");
    }
    return early(delivery.waiting(next, now), now);
  }

  private Outcome claimed(Delivery seen, OutboundWebhook webhook, Receiver receiver, Instant now) {
    var lease = new Delivery.Lease(Ids.next("", now, random), now.plus(DeliverySettings.LEASE));
    var claimed = deliveries.claim(seen, lease, now);
    if (claimed.isEmpty()) {
      return new Outcome.RetryAfter(Duration.ofSeconds(1), "taken by another");
    }
    try {
      attempted(claimed.get(), lease, webhook, receiver, now);
    } catch (DataKeys.KeyGone erased) {
      finish(claimed.get().cancelled(Optional.empty(), PROJECT_ERASED), lease);
    }
    return Outcome.DONE;
  }

  private void attempted(
      Delivery delivery,
      Delivery.Lease lease,
      OutboundWebhook webhook,
      Receiver receiver,
      Instant now) {
    switch (contents.of(delivery)) {
      case Content.NotYet() ->
          finish(delivery.waiting(now.plus(untilRouted(delivery, now)), now), lease);
      case Content.Gone() -> finish(delivery.dead(Optional.empty(), BODY_GONE, now), lease);
      case Content.Ready(byte[] body) -> sent(delivery, lease, webhook, receiver, body);
    }
  }

  // As long again as it has waited: a moment, where the event's router is just behind; ever longer,
  // where the router's message was set aside and waits for somebody to bring it back.
  private static Duration untilRouted(Delivery delivery, Instant now) {
    var waited = Duration.between(delivery.createdAt(), now);
    if (waited.compareTo(SHORTEST_WAIT_FOR_ROUTER) < 0) {
      return SHORTEST_WAIT_FOR_ROUTER;
    }
    return waited.compareTo(LONGEST_WAIT_FOR_ROUTER) < 0 ? waited : LONGEST_WAIT_FOR_ROUTER;
  }

  private void sent(
      Delivery delivery,
      Delivery.Lease lease,
      OutboundWebhook webhook,
      Receiver receiver,
      byte[] body) {
    var at = clock.instant();
    var result = egress.send(request(delivery, webhook, body, at));
    var now = clock.instant();
    var attempt = attempt(delivery, result, at, Duration.between(at, now));
    // What it means for the webhook comes before the record: after a crash between, the attempt is
    // made again and says the same.
    var verdict = health.judge(webhook, receiver, delivery, attempt, result, now);
    var after = after(delivery, attempt, verdict, now);
    if (finish(after, lease)) {
      listener.attempted(after, attempt);
    }
  }

  private Delivery after(
      Delivery delivery, Delivery.Attempt attempt, ReceiverHealth.Verdict verdict, Instant now) {
    return switch (verdict) {
      case ReceiverHealth.Verdict.Took() -> delivery.delivered(attempt);
      case ReceiverHealth.Verdict.Disabled() ->
          delivery.cancelled(Optional.of(attempt), WEBHOOK_DISABLED);
      case ReceiverHealth.Verdict.Failing(Optional<Instant> hold) ->
          settings
              .schedule()
              .after(attempt.number(), random)
              .map(wait -> later(now.plus(wait), hold))
              .map(next -> delivery.retried(attempt, next, now))
              .orElseGet(() -> delivery.dead(Optional.of(attempt), EXHAUSTED, now));
    };
  }

  private static Instant later(Instant next, Optional<Instant> hold) {
    return hold.filter(until -> until.isAfter(next)).orElse(next);
  }

  /// Records what came of it, in one write, and brings on what follows. False where the lease was
  /// lost: then another records.
  private boolean finish(Delivery after, Delivery.Lease lease) {
    if (!deliveries.record(after, lease.owner())) {
      return false;
    }
    var now = clock.instant();
    if (after.isPending() && Delivery.isWithinMessageDelay(now, after.notBefore())) {
      queue.send(List.of(Fanout.message(after, now)));
    }
    if (after.isUntold()) {
      tell(after);
    }
    return true;
  }

  // It leaves the due index only afterwards, so that it is told however often this crashes.
  private void tell(Delivery dead) {
    // Wasl's own events raise no further ones.
    if (!dead.source().equals(EventSource.WASL)) {
      ownEvents.raise(
          new OwnEvent(
              dead.tenant(),
              "delivery:dead",
              dead.id().value(),
              clock.instant(),
              Map.of(
                  "delivery",
                  dead.id().value(),
                  OwnEvents.SUBJECT,
                  dead.webhook().value(),
                  "event",
                  dead.event().value(),
                  "eventType",
                  dead.eventType(),
                  "attempts",
                  dead.attempts().size(),
                  "reason",
                  dead.reason().orElse(""))));
    }
    deliveries.told(dead);
  }

  private EgressRequest request(
      Delivery delivery, OutboundWebhook webhook, byte[] body, Instant at) {
    var place = OutboundWebhook.secretPlace(webhook.tenant(), webhook.id());
    var secrets =
        webhook.liveSecrets(at).stream().map(sealed -> vault.open(place, sealed)).toList();
    var id = delivery.event().value();
    return new EgressRequest(
        "POST",
        new EgressUrl(URI.create(webhook.url())),
        Map.of(
            "content-type",
            "application/json",
            "webhook-id",
            id,
            "webhook-timestamp",
            Long.toString(at.getEpochSecond()),
            "webhook-signature",
            signer.sign(secrets, id, at, body)),
        body,
        DeliverySettings.REQUEST_DEADLINE);
  }

  private Delivery.Attempt attempt(
      Delivery delivery, EgressResult result, Instant at, Duration duration) {
    return switch (result) {
      case EgressResult.Answered answered ->
          new Delivery.Attempt(
              delivery.attempt(),
              at,
              Optional.of(answered.status()),
              Optional.empty(),
              duration,
              excerpt(delivery, answered.body()));
      case EgressResult.Failed failed ->
          new Delivery.Attempt(
              delivery.attempt(),
              at,
              Optional.empty(),
              Optional.of(failed.kind().name()),
              duration,
              Optional.empty());
    };
  }

  private Optional<Sealed> excerpt(Delivery delivery, byte[] body) {
    if (body.length == 0) {
      return Optional.empty();
    }
    // Through text, so that it is text when it is shown, whatever the receiver sent.
    var text =
        new String(
            Arrays.copyOf(body, Math.min(body.length, MOST_EXCERPT_BYTES)), StandardCharsets.UTF_8);
    return Optional.of(
        vault.seal(
            Delivery.excerptPlace(delivery.tenant(), delivery.id(), delivery.attempt()),
            Secret.of(text)));
  }

  static boolean isGone(EgressResult result) {
    return result instanceof EgressResult.Answered answered && answered.status() == GONE;
  }
}
