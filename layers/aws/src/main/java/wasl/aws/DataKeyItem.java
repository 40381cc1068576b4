package wasl.aws;

import java.util.HexFormat;
import java.util.Map;
import wasl.access.Tenant;
import wasl.vault.KeyId;

/// The form of data keys in the table `Keys`: each wrapped by KMS, and one item per tenant that
/// says which is current.
///
/// The current item holds the wrapped key too, so that sealing takes one read.
final class DataKeyItem {
  private static final String KEY_ID = "keyId";
  private static final String WRAPPED = "wrapped";
  private static final long FORM = 1;

  private DataKeyItem() {}

  /// A data key as it is stored.
  record Wrapped(KeyId id, byte[] wrapped) {}

  static Item key(Tenant tenant, Wrapped key) {
    return Item.with(ItemKeys.dataKey(tenant, key.id()))
        .number(ItemKeys.FORM, FORM)
        .bytes(WRAPPED, key.wrapped())
        .build();
  }

  static Item current(Tenant tenant, Wrapped key) {
    return Item.with(ItemKeys.currentDataKey(tenant))
        .number(ItemKeys.FORM, FORM)
        .text(KEY_ID, key.id().toString())
        .bytes(WRAPPED, key.wrapped())
        .build();
  }

  static Wrapped fromKey(KeyId id, Item item) {
    return new Wrapped(id, item.bytes(WRAPPED));
  }

  static Wrapped fromCurrent(Item item) {
    return new Wrapped(new KeyId(HexFormat.of().parseHex(item.text(KEY_ID))), item.bytes(WRAPPED));
  }

  /// What KMS binds a wrapped key to: under any other context it does not unwrap.
  static Map<String, String> context(Tenant tenant, KeyId id) {
    return Map.of(
        "project",
        tenant.project().value(),
        "environment",
        tenant.environment().wireName(),
        "key",
        id.toString());
  }
}
