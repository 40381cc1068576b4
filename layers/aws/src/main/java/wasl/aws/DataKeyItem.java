package wasl.aws;

import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import wasl.access.Tenant;
import wasl.vault.KeyId;

/// The items of the `Keys` table: each data key as KMS wrapped it, and per tenant the current one
/// once more. The one class that knows their attributes.
public final class DataKeyItem {
  static final int FORM = 1;

  private DataKeyItem() {}

  /// A data key as it is stored.
  ///
  /// @param wrapped KMS's ciphertext blob
  public record Wrapped(Tenant tenant, KeyId id, byte[] wrapped, Instant createdAt) {}

  public static String key(Tenant tenant, KeyId id) {
    return ItemKeys.dataKey(tenant, id);
  }

  public static String currentKey(Tenant tenant) {
    return ItemKeys.currentDataKey(tenant);
  }

  /// The key under its id.
  public static Item write(Wrapped key) {
    return attributes(key(key.tenant(), key.id()), key);
  }

  /// The same as the tenant's current key, wrapped key and all, so that sealing needs one read.
  public static Item current(Wrapped key) {
    return attributes(currentKey(key.tenant()), key);
  }

  /// Reads either.
  public static Wrapped read(Item item) {
    Forms.demand(item, FORM);
    return new Wrapped(
        TenantAttributes.read(item),
        new KeyId(HexFormat.of().parseHex(item.text("id"))),
        item.bytes("wrapped"),
        item.time("createdAt"));
  }

  /// The KMS encryption context: KMS unwraps the key for this tenant and id only.
  public static Map<String, String> context(Tenant tenant, KeyId id) {
    return Map.of(
        "project", tenant.project().value(),
        "environment", tenant.environment().wireName(),
        "key", id.toString());
  }

  private static Item attributes(String pk, Wrapped key) {
    var item =
        Item.with(pk)
            .number(ItemKeys.FORM, FORM)
            .text("id", key.id().toString())
            .bytes("wrapped", key.wrapped())
            .time("createdAt", key.createdAt());
    TenantAttributes.write(item, key.tenant());
    return item.build();
  }
}
