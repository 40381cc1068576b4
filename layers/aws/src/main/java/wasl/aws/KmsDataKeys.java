package wasl.aws;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import wasl.access.Tenant;
import wasl.aws.DataKeyItem.Replaced;
import wasl.aws.DataKeyItem.Wrapped;
import wasl.aws.DynamoTable.Write;
import wasl.aws.DynamoTable.Written;
import wasl.vault.DataKey;
import wasl.vault.DataKeys;
import wasl.vault.KeyId;
import wasl.vault.KeyRing;
import wasl.vault.Secret;

/// Data keys that KMS makes and wraps, kept wrapped in the table `Keys`.
///
/// Asks KMS each time; put a [wasl.vault.CachedDataKeys] before it.
public final class KmsDataKeys implements DataKeys, KeyRing {
  private static final int MOST_ROUNDS = 10;

  private final KmsClient kms;
  private final String kmsKey;
  private final DynamoTable keys;
  private final InstantSource clock;
  private final RandomGenerator random;

  /// @param kmsKey the KMS key's ARN or id
  /// @param keys the table `Keys`
  public KmsDataKeys(
      KmsClient kms, String kmsKey, DynamoTable keys, InstantSource clock, RandomGenerator random) {
    this.kms = kms;
    this.kmsKey = kmsKey;
    this.keys = keys;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public DataKey current(Tenant tenant) {
    var standing = keys.get(ItemKeys.currentDataKey(tenant));
    return standing.isPresent()
        ? unwrapped(tenant, DataKeyItem.read(standing.get()))
        : first(tenant);
  }

  @Override
  public DataKey byId(Tenant tenant, KeyId id) {
    var item = keys.get(ItemKeys.dataKey(tenant, id)).orElseThrow(() -> new KeyGone(tenant, id));
    return unwrapped(tenant, DataKeyItem.read(item));
  }

  // Of callers that race for a tenant's first key one wins, and so does an erasure. Nobody may seal
  // under a key that is not stored, so the others take what they find, and theirs is forgotten.
  private DataKey first(Tenant tenant) {
    var made = made(tenant, randomId());
    for (int round = 0; round < MOST_ROUNDS; round++) {
      if (stored(Write.Put.ifAbsent(DataKeyItem.current(made.wrapped, List.of())), made)) {
        return made.inClear();
      }
      var winner = keys.get(ItemKeys.currentDataKey(tenant));
      if (winner.isPresent()) {
        return unwrapped(tenant, DataKeyItem.read(winner.get()));
      }
    }
    throw changing(tenant);
  }

  @Override
  public int replaced(Tenant tenant) {
    return keys.get(ItemKeys.currentDataKey(tenant))
        .map(DataKeyItem::replaced)
        .map(List::size)
        .orElse(0);
  }

  @Override
  public void rotate(Tenant tenant, KeyId id) {
    var made = Optional.<Made>empty();
    for (int round = 0; round < MOST_ROUNDS; round++) {
      var standing = keys.get(ItemKeys.currentDataKey(tenant));
      if (standing.isEmpty()
          || DataKeyItem.isErased(standing.get())
          || DataKeyItem.ids(standing.get()).contains(id)) {
        return;
      }
      var replaced = new ArrayList<>(DataKeyItem.replaced(standing.get()));
      var was = DataKeyItem.read(standing.get());
      replaced.add(new Replaced(was.id(), clock.instant()));
      made = Optional.of(made.orElseGet(() -> made(tenant, id)));
      var put = onlyOver(was, DataKeyItem.current(made.get().wrapped, replaced));
      if (stored(put, made.get())) {
        return;
      }
    }
    throw changing(tenant);
  }

  @Override
  public void dropReplaced(Tenant tenant, Instant by) {
    for (int round = 0; round < MOST_ROUNDS; round++) {
      var standing = keys.get(ItemKeys.currentDataKey(tenant));
      if (standing.isEmpty() || DataKeyItem.isErased(standing.get())) {
        return;
      }
      var left = new ArrayList<>(DataKeyItem.replaced(standing.get()));
      // The keys go before their names do: a crash between leaves names of keys that are gone.
      for (var each : DataKeyItem.replaced(standing.get())) {
        if (!each.at().isAfter(by)) {
          keys.delete(new Write.Delete(ItemKeys.dataKey(tenant, each.id())));
          left.remove(each);
        }
      }
      if (left.size() == DataKeyItem.replaced(standing.get()).size()) {
        return;
      }
      var current = DataKeyItem.read(standing.get());
      var put = onlyOver(current, DataKeyItem.current(current, left));
      if (keys.put(put) instanceof Written.Done) {
        return;
      }
    }
    throw changing(tenant);
  }

  // The names stay behind: whoever repeats this after a crash finds which keys are to go.
  @Override
  public void erase(Tenant tenant) {
    for (int round = 0; round < MOST_ROUNDS; round++) {
      var standing = keys.get(ItemKeys.currentDataKey(tenant));
      if (standing.filter(DataKeyItem::isErased).isPresent()
          || keys.put(erasing(tenant, standing)) instanceof Written.Done) {
        keys.get(ItemKeys.currentDataKey(tenant)).map(DataKeyItem::ids).stream()
            .flatMap(List::stream)
            .forEach(id -> keys.delete(new Write.Delete(ItemKeys.dataKey(tenant, id))));
        return;
      }
    }
    throw changing(tenant);
  }

  // Settles an erasure that races with a first key or a rotation: a key that came between is seen.
  private static Write.Put erasing(Tenant tenant, Optional<Item> standing) {
    return standing
        .map(item ->
            onlyOver(DataKeyItem.read(item), DataKeyItem.erased(tenant, DataKeyItem.ids(item))))
        .orElseGet(() -> Write.Put.ifAbsent(DataKeyItem.erased(tenant, List.of())));
  }

  private static Write.Put onlyOver(Wrapped was, Item item) {
    return new Write.Put(
        item, "#" + DataKeyItem.ID + " = :was", Map.of("was", was.id().toString()));
  }

  /// A key that KMS has just made.
  private record Made(Wrapped wrapped, Secret key) {
    DataKey inClear() {
      return new DataKey(wrapped.id(), key);
    }
  }

  private Made made(Tenant tenant, KeyId id) {
    var answer =
        kms.generateDataKey(r ->
            r.keyId(kmsKey)
                .keySpec(DataKeySpec.AES_256)
                .encryptionContext(DataKeyItem.context(tenant, id)));
    return new Made(
        new Wrapped(tenant, id, answer.ciphertextBlob().asByteArray(), clock.instant()),
        Secret.of(answer.plaintext().asByteArray()));
  }

  private boolean stored(Write.Put current, Made made) {
    return !keys.settle(List.of(current, Write.Put.ifAbsent(DataKeyItem.write(made.wrapped))))
        .contains(false);
  }

  private KeyId randomId() {
    var bytes = new byte[KeyId.BYTES];
    random.nextBytes(bytes);
    return new KeyId(bytes);
  }

  private static IllegalStateException changing(Tenant tenant) {
    return new IllegalStateException("the data keys of " + tenant + " change all the time");
  }

  private DataKey unwrapped(Tenant tenant, Wrapped key) {
    var answer =
        kms.decrypt(r ->
            r.keyId(kmsKey)
                .ciphertextBlob(SdkBytes.fromByteArray(key.wrapped()))
                .encryptionContext(DataKeyItem.context(tenant, key.id())));
    return new DataKey(key.id(), Secret.of(answer.plaintext().asByteArray()));
  }
}
