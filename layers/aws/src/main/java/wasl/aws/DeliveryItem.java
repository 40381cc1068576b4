package wasl.aws;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import wasl.access.Tenant;
import wasl.event.BodyRef;
import wasl.event.EventId;
import wasl.event.EventSource;
import wasl.outbound.Delivery;
import wasl.outbound.DeliveryId;
import wasl.outbound.DeliverySettings;
import wasl.outbound.OutboundWebhookId;
import wasl.vault.Sealed;

/// The item of a delivery with its attempts: the one class that knows its attributes.
final class DeliveryItem {
  static final int FORM = 1;
  static final String KIND = "delivery";

  private DeliveryItem() {}

  static String key(Tenant tenant, DeliveryId id) {
    return ItemKeys.delivery(tenant, id);
  }

  static Item write(Delivery delivery) {
    var tenant = delivery.tenant();
    var id = delivery.id().value();
    var item =
        Item.with(key(tenant, delivery.id()))
            .number(ItemKeys.FORM, FORM)
            .text(
                ItemKeys.LIST_KEY,
                ItemKeys.list(
                    tenant, KIND, ItemKeys.day(delivery.createdAt()), ItemKeys.listShard(id)))
            .text(ItemKeys.LIST_SORT, ItemKeys.listSort(delivery.createdAt(), id))
            .number(
                ItemKeys.EXPIRES_AT,
                delivery.createdAt().plus(DeliverySettings.KEPT).getEpochSecond())
            .text("id", id)
            .text("event", delivery.event().value())
            .text("source", delivery.source().value())
            .text("type", delivery.eventType())
            .time("timestamp", delivery.timestamp())
            .text("alone", delivery.alone().map(BodyRef::toString))
            .text("webhook", delivery.webhook().value())
            .number("run", delivery.run())
            .text("status", delivery.status().wireName())
            .number("attempt", delivery.attempt())
            .time("notBefore", delivery.notBefore())
            .items("attempts", delivery.attempts().stream().map(DeliveryItem::attempt).toList())
            .text("reason", delivery.reason())
            .time("createdAt", delivery.createdAt());
    TenantAttributes.write(item, tenant);
    delivery
        .dueAt()
        .ifPresent(due -> item.text(ItemKeys.DUE_KEY, dueKey(id)).time(ItemKeys.DUE_AT, due));
    delivery
        .lease()
        .ifPresent(
            lease -> item.text("leaseOwner", lease.owner()).time("leaseUntil", lease.until()));
    delivery
        .recovery()
        .ifPresent(recovery ->
            item.text("recoveryJob", recovery.job()).number("recoveryRun", recovery.run()));
    return item.build();
  }

  static Delivery read(Item item) {
    Forms.demand(item, FORM);
    return new Delivery(
        TenantAttributes.read(item),
        new DeliveryId(item.text("id")),
        new EventId(item.text("event")),
        new EventSource(item.text("source")),
        item.text("type"),
        item.time("timestamp"),
        item.optionalText("alone").map(BodyRef::parse),
        new OutboundWebhookId(item.text("webhook")),
        Math.toIntExact(item.number("run")),
        Delivery.Status.of(item.text("status")).orElseThrow(() -> Forms.wrong(item, "status")),
        Math.toIntExact(item.number("attempt")),
        item.time("notBefore"),
        item.optionalTime(ItemKeys.DUE_AT),
        lease(item),
        attempts(item),
        item.optionalText("reason"),
        item.optionalText("recoveryJob")
            .map(job -> new Delivery.Recovery(job, Math.toIntExact(item.number("recoveryRun")))),
        item.time("createdAt"));
  }

  static String dueKey(String id) {
    return ItemKeys.due(KIND, id);
  }

  static String dueKey(int shard) {
    return ItemKeys.due(KIND, shard);
  }

  private static Optional<Delivery.Lease> lease(Item item) {
    return item.optionalText("leaseOwner")
        .map(owner -> new Delivery.Lease(owner, item.time("leaseUntil")));
  }

  private static Item attempt(Delivery.Attempt attempt) {
    var item =
        Item.builder()
            .number("number", attempt.number())
            .time("at", attempt.at())
            .text("error", attempt.error())
            .number("durationMs", attempt.duration().toMillis());
    attempt.status().ifPresent(status -> item.number("status", status));
    attempt.responseExcerpt().ifPresent(sealed -> item.bytes("responseExcerpt", sealed.bytes()));
    return item.build();
  }

  private static List<Delivery.Attempt> attempts(Item item) {
    return item.items("attempts").stream()
        .map(attempt ->
            new Delivery.Attempt(
                Math.toIntExact(attempt.number("number")),
                attempt.time("at"),
                attempt.optionalNumber("status").map(Math::toIntExact),
                attempt.optionalText("error"),
                Duration.ofMillis(attempt.number("durationMs")),
                attempt.optionalBytes("responseExcerpt").map(Sealed::new)))
        .toList();
  }

  static long millis(Instant time) {
    return time.toEpochMilli();
  }
}
