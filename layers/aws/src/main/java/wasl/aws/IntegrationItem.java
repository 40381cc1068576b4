package wasl.aws;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import wasl.access.Tenant;
import wasl.aws.DynamoTable.Write;
import wasl.connection.Integration;
import wasl.connection.IntegrationId;
import wasl.connection.Mode;
import wasl.vault.Sealed;

/// The item of an integration: the one class that knows its attributes.
public final class IntegrationItem {
  static final int FORM = 1;
  public static final String KIND = "integration";
  public static final String VERSION = "version";
  private static final String EARLIER = "earlierWebhookSecrets";

  private IntegrationItem() {}

  public static String key(Tenant tenant, IntegrationId id) {
    return ItemKeys.integration(tenant, id);
  }

  public static Item write(Integration integration) {
    var tenant = integration.tenant();
    var item =
        Item.with(key(tenant, integration.id()))
            .number(ItemKeys.FORM, FORM)
            .text(ItemKeys.LIST_KEY, ItemKeys.list(tenant, KIND))
            .text(
                ItemKeys.LIST_SORT,
                ItemKeys.listSort(integration.createdAt(), integration.id().value()))
            .text("id", integration.id().value())
            .text("provider", integration.provider())
            .text("mode", integration.mode().wireName())
            .text("clientId", integration.clientId())
            .texts("scopes", integration.scopes())
            .texts("redirectUrls", integration.redirectUrls())
            .text("config", integration.config())
            .time("createdAt", integration.createdAt())
            .time("updatedAt", integration.updatedAt())
            .number(VERSION, integration.version());
    TenantAttributes.write(item, tenant);
    integration.clientSecret().ifPresent(sealed -> item.bytes("clientSecret", sealed.bytes()));
    integration.webhookSecret().ifPresent(sealed -> item.bytes("webhookSecret", sealed.bytes()));
    // Left out where there are none, and passed over by those who read the form without it.
    if (!integration.earlierWebhookSecrets().isEmpty()) {
      item.items(
          EARLIER,
          integration.earlierWebhookSecrets().stream().map(IntegrationItem::earlier).toList());
    }
    return item.build();
  }

  private static Item earlier(Integration.Graced graced) {
    return Item.builder()
        .bytes("secret", graced.secret().bytes())
        .time("until", graced.until())
        .build();
  }

  // A loop and not a stream: each lambda costs a cold start, and a receipt may read this.
  private static List<Integration.Graced> earlier(Item item) {
    var earlier = new ArrayList<Integration.Graced>();
    for (var each : item.items(EARLIER)) {
      earlier.add(new Integration.Graced(new Sealed(each.bytes("secret")), each.time("until")));
    }
    return earlier;
  }

  public static Integration read(Item item) {
    Forms.demand(item, FORM);
    return new Integration(
        TenantAttributes.read(item),
        new IntegrationId(item.text("id")),
        item.text("provider"),
        Mode.of(item.text("mode")).orElseThrow(() -> Forms.wrong(item, "mode")),
        item.optionalText("clientId"),
        sealed(item, "clientSecret"),
        sealed(item, "webhookSecret"),
        earlier(item),
        item.texts("scopes"),
        item.texts("redirectUrls"),
        item.optionalText("config"),
        item.time("createdAt"),
        item.time("updatedAt"),
        item.number(VERSION));
  }

  /// Passes only while it has the provider and the configuration that were read.
  static Write.Check unturned(Integration read) {
    var values = new HashMap<String, Object>();
    values.put("provider", read.provider());
    read.config().ifPresent(config -> values.put("config", config));
    return new Write.Check(
        key(read.tenant(), read.id()),
        "#provider = :provider AND "
            + (read.config().isPresent() ? "#config = :config" : "attribute_not_exists(#config)"),
        values);
  }

  /// What is sealed in it, and where that belongs.
  static SealedFields sealedIn(Item item) {
    var tenant = TenantAttributes.read(item);
    var id = new IntegrationId(item.text("id"));
    var webhookSecret = Integration.webhookSecretPlace(tenant, id);
    return new SealedFields(item)
        .field("clientSecret", Integration.clientSecretPlace(tenant, id))
        .field("webhookSecret", webhookSecret)
        .inEach(EARLIER, "secret", webhookSecret);
  }

  private static Optional<Sealed> sealed(Item item, String name) {
    return item.optionalBytes(name).map(Sealed::new);
  }
}
