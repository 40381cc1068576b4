package wasl.aws;

import java.util.Optional;
import wasl.access.Tenant;
import wasl.connection.Integration;
import wasl.connection.IntegrationId;
import wasl.connection.Mode;
import wasl.vault.Sealed;

/// The item of an integration: the one class that knows its attributes.
public final class IntegrationItem {
  static final int FORM = 1;
  public static final String KIND = "integration";
  public static final String VERSION = "version";

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
    return item.build();
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
        item.texts("scopes"),
        item.texts("redirectUrls"),
        item.optionalText("config"),
        item.time("createdAt"),
        item.time("updatedAt"),
        item.number(VERSION));
  }

  private static Optional<Sealed> sealed(Item item, String name) {
    return item.optionalBytes(name).map(Sealed::new);
  }
}
