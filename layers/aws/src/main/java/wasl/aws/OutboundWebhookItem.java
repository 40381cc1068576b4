package wasl.aws;

import wasl.access.Tenant;
import wasl.outbound.EventFilter;
import wasl.outbound.OutboundWebhook;
import wasl.outbound.OutboundWebhookId;
import wasl.vault.Sealed;

/// The item of an outbound webhook: the one class that knows its attributes.
final class OutboundWebhookItem {
  static final int FORM = 1;
  static final String KIND = "outbound-webhook";
  static final String VERSION = "version";

  private OutboundWebhookItem() {}

  static String key(Tenant tenant, OutboundWebhookId id) {
    return ItemKeys.outboundWebhook(tenant, id);
  }

  static Item write(OutboundWebhook webhook) {
    var tenant = webhook.tenant();
    var item =
        Item.with(key(tenant, webhook.id()))
            .number(ItemKeys.FORM, FORM)
            .text(ItemKeys.LIST_KEY, ItemKeys.list(tenant, KIND))
            .text(ItemKeys.LIST_SORT, ItemKeys.listSort(webhook.createdAt(), webhook.id().value()))
            .text("id", webhook.id().value())
            .text("url", webhook.url())
            .text("description", webhook.description())
            .items(
                "secrets",
                webhook.secrets().stream()
                    .map(graced ->
                        Item.builder()
                            .bytes("secret", graced.secret().bytes())
                            .time("until", graced.until())
                            .build())
                    .toList())
            .text("status", webhook.status().wireName())
            .text("disabledReason", webhook.disabledReason())
            .time("createdAt", webhook.createdAt())
            .time("updatedAt", webhook.updatedAt())
            .number(VERSION, webhook.version());
    TenantAttributes.write(item, tenant);
    webhook.rateLimit().ifPresent(limit -> item.number("rateLimit", limit));
    switch (webhook.filter()) {
      case EventFilter.Everything() -> {}
      case EventFilter.Types(var types) -> item.texts("eventTypes", types);
      case EventFilter.Pattern(var json) -> item.text("pattern", json);
    }
    return item.build();
  }

  static OutboundWebhook read(Item item) {
    Forms.demand(item, FORM);
    return new OutboundWebhook(
        TenantAttributes.read(item),
        new OutboundWebhookId(item.text("id")),
        item.text("url"),
        filter(item),
        item.optionalText("description"),
        item.optionalNumber("rateLimit").map(Math::toIntExact),
        item.items("secrets").stream()
            .map(graced ->
                new OutboundWebhook.Graced(
                    new Sealed(graced.bytes("secret")), graced.optionalTime("until")))
            .toList(),
        OutboundWebhook.Status.of(item.text("status"))
            .orElseThrow(() -> Forms.wrong(item, "status")),
        item.optionalText("disabledReason"),
        item.time("createdAt"),
        item.time("updatedAt"),
        item.number(VERSION));
  }

  /// What is sealed in it, and where that belongs.
  static SealedFields sealedIn(Item item) {
    return new SealedFields(item)
        .inEach(
            "secrets",
            "secret",
            OutboundWebhook.secretPlace(
                TenantAttributes.read(item), new OutboundWebhookId(item.text("id"))));
  }

  private static EventFilter filter(Item item) {
    if (item.has("eventTypes")) {
      return new EventFilter.Types(item.texts("eventTypes"));
    }
    return item.optionalText("pattern")
        .<EventFilter>map(EventFilter.Pattern::new)
        .orElseGet(EventFilter.Everything::new);
  }
}
