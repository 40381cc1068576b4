package wasl.aws;

import java.util.ArrayList;
import java.util.List;
import wasl.access.Tenant;
import wasl.connection.ConnectionId;
import wasl.connection.IntegrationId;
import wasl.inbound.InboundWebhook;
import wasl.inbound.InboundWebhookId;
import wasl.vault.Sealed;

/// The items of an inbound webhook: its record under its id, and under the hash of each live token
/// a copy, so that a receipt needs one read. The one class that knows their attributes.
public final class InboundWebhookItem {
  static final int FORM = 1;
  public static final String KIND = "inbound-webhook";
  public static final String VERSION = "version";

  private InboundWebhookItem() {}

  public static String key(Tenant tenant, InboundWebhookId id) {
    return ItemKeys.inboundWebhook(tenant, id);
  }

  public static Item record(InboundWebhook webhook) {
    return attributes(Item.with(key(webhook.tenant(), webhook.id())), webhook)
        .text(ItemKeys.LIST_KEY, ItemKeys.list(webhook.tenant(), KIND))
        .text(ItemKeys.LIST_SORT, listSort(webhook))
        .build();
  }

  /// What the token leads to. Not in the list index; gone some time after the token's end.
  public static Item copy(InboundWebhook webhook, InboundWebhook.Token token) {
    var item = attributes(Item.with(ItemKeys.inboundToken(token.sha256Hex())), webhook);
    token.until().ifPresent(until -> item.number(ItemKeys.EXPIRES_AT, until.getEpochSecond() + 1));
    return item.build();
  }

  static String listSort(InboundWebhook webhook) {
    return ItemKeys.listSort(webhook.createdAt(), webhook.id().value());
  }

  /// Reads the record or a copy.
  public static InboundWebhook read(Item item) {
    Forms.demand(item, FORM);
    return new InboundWebhook(
        TenantAttributes.read(item),
        new InboundWebhookId(item.text("id")),
        item.text("provider"),
        new IntegrationId(item.text("integration")),
        item.optionalText("connection").map(ConnectionId::new),
        new Sealed(item.bytes("url")),
        tokens(item),
        secrets(item),
        item.flag("active"),
        item.time("createdAt"),
        item.time("updatedAt"),
        item.number(VERSION));
  }

  /// What is sealed in the record or a copy, and where that belongs.
  static SealedFields sealedIn(Item item) {
    var tenant = TenantAttributes.read(item);
    var id = new InboundWebhookId(item.text("id"));
    return new SealedFields(item)
        .field("url", InboundWebhook.urlPlace(tenant, id))
        .inEach("secrets", "secret", InboundWebhook.secretPlace(tenant, id));
  }

  private static Item.Builder attributes(Item.Builder item, InboundWebhook webhook) {
    TenantAttributes.write(item, webhook.tenant());
    return item.number(ItemKeys.FORM, FORM)
        .text("id", webhook.id().value())
        .text("provider", webhook.provider())
        .text("integration", webhook.integration().value())
        .text("connection", webhook.connection().map(ConnectionId::value))
        .bytes("url", webhook.url().bytes())
        .items(
            "tokens",
            webhook.tokens().stream()
                .map(token ->
                    Item.builder()
                        .text("sha256", token.sha256Hex())
                        .time("until", token.until())
                        .build())
                .toList())
        .items(
            "secrets",
            webhook.secrets().stream()
                .map(graced ->
                    Item.builder()
                        .bytes("secret", graced.secret().bytes())
                        .time("until", graced.until())
                        .build())
                .toList())
        .flag("active", webhook.active())
        .time("createdAt", webhook.createdAt())
        .time("updatedAt", webhook.updatedAt())
        .number(VERSION, webhook.version());
  }

  // Loops and not streams: each lambda costs a cold start, and every receipt begins here.
  private static List<InboundWebhook.Token> tokens(Item item) {
    var tokens = new ArrayList<InboundWebhook.Token>();
    for (var token : item.items("tokens")) {
      tokens.add(new InboundWebhook.Token(token.text("sha256"), token.optionalTime("until")));
    }
    return tokens;
  }

  private static List<InboundWebhook.Graced> secrets(Item item) {
    var secrets = new ArrayList<InboundWebhook.Graced>();
    for (var graced : item.items("secrets")) {
      secrets.add(
          new InboundWebhook.Graced(
              new Sealed(graced.bytes("secret")), graced.optionalTime("until")));
    }
    return secrets;
  }
}
