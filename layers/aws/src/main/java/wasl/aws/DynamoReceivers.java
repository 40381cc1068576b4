package wasl.aws;

import static wasl.aws.DeliveryItem.millis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
  // Beyond, so many take slots at this moment that there is no free one to be expected.
  private static final int MOST_ROUNDS = 3;

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

  // All slots of a webhook stand in one item, so that a batch takes its own by one write. The first
  // try asks for slots at random; where one of them is not free, the refusal shows which are.
  @Override
  public List<Slot> take(
      Tenant tenant, OutboundWebhookId webhook, int wanted, int slots, Instant now, Instant until) {
    var owner = Ids.next("", now, random);
    var numbers = numbers(random.nextInt(slots), slots).limit(wanted).toList();
    for (int round = 0; round < MOST_ROUNDS && !numbers.isEmpty(); round++) {
      var tried = numbers.stream().map(number -> new Slot(tenant, webhook, number, owner)).toList();
      switch (taken(tried, now, until)) {
        case Written.Done(Item taken) -> {
          return tried;
        }
        case Written.Refused(var standing) ->
            numbers =
                numbers(random.nextInt(slots), slots)
                    .filter(number ->
                        standing.map(item -> ReceiverItem.isFree(item, number, now)).orElse(true))
                    .limit(wanted)
                    .toList();
      }
    }
    return List.of();
  }

  private static Stream<Integer> numbers(int first, int slots) {
    return IntStream.range(0, slots).mapToObj(at -> (first + at) % slots);
  }

  // Settles who of two has a slot: the condition holds for all that are taken, or none is. One
  // whose holder died is free when its time is over, and ours is ours though the answer that said
  // so was lost.
  private Written taken(List<Slot> slots, Instant now, Instant until) {
    var sets = new ArrayList<String>();
    var conditions = new ArrayList<String>();
    for (var slot : slots) {
      var free = ReceiverItem.slotUntil(slot.number());
      sets.add("#%s = :until, #%s = :owner".formatted(free, ReceiverItem.slotOwner(slot.number())));
      conditions.add(
          "(attribute_not_exists(#%1$s) OR #%1$s <= :now OR #%2$s = :owner)"
              .formatted(free, ReceiverItem.slotOwner(slot.number())));
    }
    var any = slots.getFirst();
    return events.update(
        new Write.Update(
            ItemKeys.outboundSlots(any.tenant(), any.webhook()),
            "SET #expiresAt = :expires, " + String.join(", ", sets),
            String.join(" AND ", conditions),
            Map.of(
                "owner", any.owner(),
                "until", millis(until),
                "now", millis(now),
                "expires", until.plus(SLOT_KEPT).getEpochSecond())));
  }

  // Where one has passed to another meanwhile, the rest waits for the end of its lease, too: by
  // then whoever held them is long over its time.
  @Override
  public void release(List<Slot> taken, Instant freeAt) {
    if (taken.isEmpty()) {
      return;
    }
    var any = taken.getFirst();
    events.update(
        new Write.Update(
            ItemKeys.outboundSlots(any.tenant(), any.webhook()),
            "SET "
                + taken.stream()
                    .map(slot -> "#" + ReceiverItem.slotUntil(slot.number()) + " = :free")
                    .collect(Collectors.joining(", ")),
            taken.stream()
                .map(slot -> "#" + ReceiverItem.slotOwner(slot.number()) + " = :owner")
                .collect(Collectors.joining(" AND ")),
            Map.of("free", millis(freeAt), "owner", any.owner())));
  }
}
