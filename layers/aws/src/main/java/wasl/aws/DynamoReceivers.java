package wasl.aws;

import static wasl.aws.DeliveryItem.millis;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import wasl.access.Tenant;
import wasl.aws.DynamoTable.Write;
import wasl.aws.DynamoTable.Written;
import wasl.id.Ids;
import wasl.outbound.DeliveryId;
import wasl.outbound.OutboundWebhookId;
import wasl.outbound.Receiver;
import wasl.outbound.ReceiverStore;

/// How receivers fare, and their slots, in the table `Events`: it has no stream, and what is here
/// means nothing after some days.
public final class DynamoReceivers implements ReceiverStore {
  private static final Duration SLOT_KEPT = Duration.ofDays(1);

  private final DynamoTable events;
  private final RandomGenerator random;

  public DynamoReceivers(DynamoTable events, RandomGenerator random) {
    this.events = events;
    this.random = random;
  }

  @Override
  public Receiver find(Tenant tenant, OutboundWebhookId webhook) {
    return events
        .get(ItemKeys.outboundHealth(tenant, webhook))
        .map(ReceiverItem::read)
        .orElseGet(Receiver::well);
  }

  @Override
  public Receiver failed(
      Tenant tenant, OutboundWebhookId webhook, DeliveryId delivery, int attempt, Instant at) {
    var written =
        events.update(
            new Write.Update(
                ItemKeys.outboundHealth(tenant, webhook),
                "SET #failingSince = if_not_exists(#failingSince, :at), #counted = :attempt,"
                    + " #v = :form, #expiresAt = :expires ADD #failures :one",
                "attribute_not_exists(#counted) OR #counted <> :attempt",
                Map.of(
                    "attempt",
                    delivery + "/" + attempt,
                    "at",
                    millis(at),
                    "form",
                    ReceiverItem.FORM,
                    "expires",
                    at.plus(ReceiverItem.KEPT).getEpochSecond(),
                    "one",
                    1)));
    return switch (written) {
      case Written.Done(Item now) -> ReceiverItem.read(now);
      case Written.Refused(var standing) ->
          standing.map(ReceiverItem::read).orElseGet(Receiver::well);
    };
  }

  @Override
  public void hold(Tenant tenant, OutboundWebhookId webhook, Instant until) {
    events.update(
        new Write.Update(
            ItemKeys.outboundHealth(tenant, webhook),
            "SET #holdUntil = :until, #v = :form, #expiresAt = :expires",
            "attribute_not_exists(#holdUntil) OR #holdUntil < :until",
            Map.of(
                "until", millis(until),
                "form", ReceiverItem.FORM,
                "expires", until.plus(ReceiverItem.KEPT).getEpochSecond())));
  }

  @Override
  public void told(Tenant tenant, OutboundWebhookId webhook, Instant failingSince) {
    events.update(
        new Write.Update(
            ItemKeys.outboundHealth(tenant, webhook),
            "SET #told = :yes",
            "#failingSince = :since",
            Map.of("yes", true, "since", millis(failingSince))));
  }

  // Settles a success that raced with failures after it: those begin a row of their own.
  @Override
  public void recovered(Tenant tenant, OutboundWebhookId webhook, Instant failingSince) {
    events.delete(
        new Write.Delete(
            ItemKeys.outboundHealth(tenant, webhook),
            "#failingSince = :since",
            Map.of("since", millis(failingSince))));
  }

  @Override
  public void forget(Tenant tenant, OutboundWebhookId webhook) {
    events.delete(new Write.Delete(ItemKeys.outboundHealth(tenant, webhook)));
  }

  @Override
  public Optional<Slot> take(
      Tenant tenant, OutboundWebhookId webhook, int slots, Instant now, Instant until) {
    int first = random.nextInt(slots);
    for (int at = 0; at < slots; at++) {
      var slot = new Slot(tenant, webhook, (first + at) % slots, Ids.next("", now, random));
      if (taken(slot, now, until)) {
        return Optional.of(slot);
      }
    }
    return Optional.empty();
  }

  // Settles who of two has the slot. One whose holder died is free when its time is over, and ours
  // is ours though the answer that said so was lost.
  private boolean taken(Slot slot, Instant now, Instant until) {
    var values = new HashMap<String, Object>();
    values.put("owner", slot.owner());
    values.put("until", millis(until));
    values.put("now", millis(now));
    values.put("expires", until.plus(SLOT_KEPT).getEpochSecond());
    var written =
        events.update(
            new Write.Update(
                key(slot),
                "SET #owner = :owner, #until = :until, #expiresAt = :expires",
                "attribute_not_exists(#owner) OR #until <= :now OR #owner = :owner",
                values));
    return written instanceof Written.Done;
  }

  @Override
  public void release(Slot slot, Instant freeAt) {
    events.update(
        new Write.Update(
            key(slot),
            "SET #until = :free",
            "#owner = :owner",
            Map.of("free", millis(freeAt), "owner", slot.owner())));
  }

  private static String key(Slot slot) {
    return ItemKeys.outboundSlot(slot.tenant(), slot.webhook(), slot.number());
  }
}
