package wasl.aws.crt;

import wasl.access.Tenant;
import wasl.aws.DataKeyItem;
import wasl.aws.Item;
import wasl.vault.DataKey;
import wasl.vault.DataKeys;
import wasl.vault.KeyId;
import wasl.vault.Secret;

/// Data keys that exist already, from the `Keys` table through KMS. Makes none: whoever has an
/// inbound webhook has a sealed URL, and so a data key.
public final class CrtDataKeys implements DataKeys {
  private final CrtAws aws;
  private final String keys;

  public CrtDataKeys(CrtAws aws, String keys) {
    this.aws = aws;
    this.keys = keys;
  }

  @Override
  public DataKey current(Tenant tenant) {
    return unwrap(
        tenant,
        aws.getItem(keys, DataKeyItem.currentKey(tenant))
            .orElseThrow(() -> new IllegalStateException("no data key of " + tenant)));
  }

  @Override
  public DataKey byId(Tenant tenant, KeyId id) {
    return unwrap(
        tenant,
        aws.getItem(keys, DataKeyItem.key(tenant, id)).orElseThrow(() -> new KeyGone(tenant, id)));
  }

  private DataKey unwrap(Tenant tenant, Item item) {
    var stored = DataKeyItem.read(item);
    return new DataKey(
        stored.id(),
        Secret.of(aws.decrypt(stored.wrapped(), DataKeyItem.context(tenant, stored.id()))));
  }
}
