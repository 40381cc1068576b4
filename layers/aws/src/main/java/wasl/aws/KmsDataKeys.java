package wasl.aws;

import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import wasl.access.Tenant;
import wasl.vault.DataKey;
import wasl.vault.DataKeys;
import wasl.vault.KeyId;
import wasl.vault.Secret;

/// Data keys that KMS makes and wraps, kept wrapped in the table `Keys`.
///
/// Asks KMS each time; put a [wasl.vault.CachedDataKeys] before it.
public final class KmsDataKeys implements DataKeys {
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
        : made(tenant);
  }

  @Override
  public DataKey byId(Tenant tenant, KeyId id) {
    var item = keys.get(ItemKeys.dataKey(tenant, id)).orElseThrow(() -> new KeyGone(id));
    return unwrapped(tenant, DataKeyItem.read(item));
  }

  private DataKey made(Tenant tenant) {
    var bytes = new byte[KeyId.BYTES];
    random.nextBytes(bytes);
    var id = new KeyId(bytes);
    var answer =
        kms.generateDataKey(r ->
            r.keyId(kmsKey)
                .keySpec(DataKeySpec.AES_256)
                .encryptionContext(DataKeyItem.context(tenant, id)));
    var wrapped =
        new DataKeyItem.Wrapped(tenant, id, answer.ciphertextBlob().asByteArray(), clock.instant());
    for (int round = 0; round < MOST_ROUNDS; round++) {
      if (stored(wrapped)) {
        return new DataKey(id, Secret.of(answer.plaintext().asByteArray()));
      }
      var winner = keys.get(ItemKeys.currentDataKey(tenant));
      if (winner.isPresent()) {
        return unwrapped(tenant, DataKeyItem.read(winner.get()));
      }
    }
    throw new IllegalStateException("no data key could be stored for " + tenant);
  }

  // Of callers that race for a tenant's first key one wins here. Nobody may seal under a key that
  // is not stored, so the others take the winner's, and theirs is forgotten.
  private boolean stored(DataKeyItem.Wrapped wrapped) {
    try {
      return keys
          .transact(
              List.of(
                  DynamoTable.Write.Put.ifAbsent(DataKeyItem.current(wrapped)),
                  DynamoTable.Write.Put.ifAbsent(DataKeyItem.write(wrapped))))
          .stream()
          .allMatch(Boolean::booleanValue);
    } catch (TransactionCanceledException conflict) {
      // Another's transaction on the same items was still running: its result is seen in a moment.
      return false;
    }
  }

  private DataKey unwrapped(Tenant tenant, DataKeyItem.Wrapped key) {
    var answer =
        kms.decrypt(r ->
            r.keyId(kmsKey)
                .ciphertextBlob(SdkBytes.fromByteArray(key.wrapped()))
                .encryptionContext(DataKeyItem.context(tenant, key.id())));
    return new DataKey(key.id(), Secret.of(answer.plaintext().asByteArray()));
  }
}
