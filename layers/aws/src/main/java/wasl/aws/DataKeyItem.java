package wasl.aws;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import wasl.access.Tenant;
import wasl.vault.DataKeys.KeyGone;
import wasl.vault.KeyId;

/// The items of the `Keys` table: each data key as KMS wrapped it, and per tenant the current one
/// once more, which also names those that it replaced; or, after an erasure, says that there are
/// none and never will be. The one class that knows their attributes.
public final class DataKeyItem {
  static final int FORM = 1;
  static final String ID = "id";
  private static final String REPLACED = "replaced";
  private static final String ERASED = "erased";

  private DataKeyItem() {}

  /// A data key as it is stored.
  ///
  /// @param wrapped KMS's ciphertext blob
  public record Wrapped(Tenant tenant, KeyId id, byte[] wrapped, Instant createdAt) {}

  /// A key that another took the place of.
  public record Replaced(KeyId id, Instant at) {}

  public static String key(Tenant tenant, KeyId id) {
    return ItemKeys.dataKey(tenant, id);
  }

  public static String currentKey(Tenant tenant) {
    return ItemKeys.currentDataKey(tenant);
  }

  /// The key under its id.
  public static Item write(Wrapped key) {
    return attributes(key(key.tenant(), key.id()), key).build();
  }

  /// The same as the tenant's current key, wrapped key and all, so that sealing needs one read.
  ///
  /// @param replaced the earlier keys that still open
  public static Item current(Wrapped key, List<Replaced> replaced) {
    return attributes(currentKey(key.tenant()), key)
        .items(
            REPLACED,
            replaced.stream()
                .map(each ->
                    Item.builder().text(ID, each.id().toString()).time("at", each.at()).build())
                .toList())
        .build();
  }

  /// What takes the place of a tenant's current key for good: without an end, and without the mark
  /// of a deleted record, whose place is free.
  ///
  /// @param ids of the keys that go
  static Item erased(Tenant tenant, List<KeyId> ids) {
    var item =
        Item.with(currentKey(tenant))
            .number(ItemKeys.FORM, FORM)
            .flag(ERASED, true)
            .texts("ids", ids.stream().map(KeyId::toString).toList());
    TenantAttributes.write(item, tenant);
    return item.build();
  }

  static boolean isErased(Item item) {
    return item.has(ERASED);
  }

  /// The keys that the current item leads to, whether it is one or what an erasure left.
  static List<KeyId> ids(Item current) {
    return isErased(current)
        ? current.texts("ids").stream().map(DataKeyItem::id).toList()
        : Stream.concat(
                Stream.of(id(current.text(ID))), replaced(current).stream().map(Replaced::id))
            .toList();
  }

  static List<Replaced> replaced(Item current) {
    return current.items(REPLACED).stream()
        .map(each -> new Replaced(id(each.text(ID)), each.time("at")))
        .toList();
  }

  /// Reads either. Throws [KeyGone] of what an erasure left.
  public static Wrapped read(Item item) {
    Forms.demand(item, FORM);
    var tenant = TenantAttributes.read(item);
    if (isErased(item)) {
      throw new KeyGone(tenant);
    }
    return new Wrapped(tenant, id(item.text(ID)), item.bytes("wrapped"), item.time("createdAt"));
  }

  /// The KMS encryption context: KMS unwraps the key for this tenant and id only.
  public static Map<String, String> context(Tenant tenant, KeyId id) {
    return Map.of(
        "project", tenant.project().value(),
        "environment", tenant.environment().wireName(),
        "key", id.toString());
  }

  private static KeyId id(String hex) {
    return new KeyId(HexFormat.of().parseHex(hex));
  }

  private static Item.Builder attributes(String pk, Wrapped key) {
    var item =
        Item.with(pk)
            .number(ItemKeys.FORM, FORM)
            .text(ID, key.id().toString())
            .bytes("wrapped", key.wrapped())
            .time("createdAt", key.createdAt());
    TenantAttributes.write(item, key.tenant());
    return item;
  }
}
