package wasl.road;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;
import wasl.access.Tenant;
import wasl.aws.DataKeyItem;
import wasl.aws.DynamoTable;
import wasl.aws.KmsDataKeys;
import wasl.queue.Batch;
import wasl.vault.DataKey;
import wasl.vault.DataKeys;
import wasl.vault.KeyId;

@ExtendWith(EmbeddedStack.Shared.class)
class KmsDataKeysTest {
  private EmbeddedStack stack;
  private Tenant tenant;
  private Tenant other;
  private DynamoTable items;
  private KmsDataKeys keys;

  @BeforeEach
  void start(EmbeddedStack shared) {
    stack = shared;
    var environment = stack.environment("management-api");
    tenant = stack.newTenant();
    other = stack.newTenant();
    items = stack.table("Keys");
    keys =
        new KmsDataKeys(
            stack.clients().kms(),
            Optional.ofNullable(environment.get("WASL_KMS_KEY")).orElseThrow(),
            items,
            InstantSource.system(),
            new SecureRandom());
  }

  private List<String> stored(Tenant whose) {
    return stack
        .clients()
        .dynamoDb()
        .scanPaginator(r ->
            r.tableName(stack.environment("management-api").get("WASL_KEYS_TABLE"))
                .consistentRead(true))
        .items()
        .stream()
        .map(item -> Objects.requireNonNull(item.get("pk")).s())
        .filter(pk -> pk.startsWith(whose + "#"))
        .toList();
  }

  @Test
  void a_key_is_the_same_whenever_it_is_asked_for() {
    var key = keys.current(tenant);

    assertThat(keys.current(tenant)).isEqualTo(key);
    assertThat(keys.byId(tenant, key.id())).isEqualTo(key);
  }

  @Test
  void callers_that_race_for_the_first_key_get_one() {
    var made =
        Batch.each(Stream.generate(() -> tenant).limit(20).toList(), keys::current).stream()
            .map(result ->
                result.orElse(why -> {
                  throw why;
                }))
            .map(DataKey::id)
            .collect(Collectors.toSet());

    assertThat(made).hasSize(1);
  }

  @Test
  void an_erased_key_is_gone() {
    var key = keys.current(tenant);
    items.delete(new DynamoTable.Write.Delete(DataKeyItem.key(tenant, key.id())));

    assertThatThrownBy(() -> keys.byId(tenant, key.id())).isInstanceOf(DataKeys.KeyGone.class);
  }

  @Test
  void a_rotated_key_is_replaced_and_still_opens() {
    var first = keys.current(tenant);
    var id = new KeyId(new byte[16]);

    keys.rotate(tenant, id);
    keys.rotate(tenant, id);

    assertThat(keys.current(tenant).id()).isEqualTo(id);
    assertThat(keys.byId(tenant, id)).isEqualTo(keys.current(tenant));
    assertThat(keys.byId(tenant, first.id())).isEqualTo(first);
    assertThat(keys.replaced(tenant)).isEqualTo(1);
  }

  @Test
  void rotations_that_race_come_one_after_the_other() {
    keys.current(tenant);
    var ids =
        IntStream.range(0, 8)
            .mapToObj(n ->
                new KeyId(new byte[] {(byte) n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}))
            .toList();

    Batch.each(
            ids,
            id -> {
              keys.rotate(tenant, id);
              return id;
            })
        .forEach(result ->
            result.orElse(why -> {
              throw why;
            }));

    assertThat(keys.replaced(tenant)).isEqualTo(8);
    ids.forEach(id -> assertThat(keys.byId(tenant, id).id()).isEqualTo(id));
  }

  @Test
  void where_no_key_was_made_there_is_nothing_to_rotate() {
    keys.rotate(tenant, new KeyId(new byte[16]));

    assertThat(items.get(DataKeyItem.currentKey(tenant))).isEmpty();
  }

  @Test
  void only_keys_that_were_replaced_by_then_are_dropped() {
    var first = keys.current(tenant);
    keys.rotate(tenant, new KeyId(new byte[16]));

    keys.dropReplaced(tenant, Instant.EPOCH);
    assertThat(keys.byId(tenant, first.id())).isEqualTo(first);
    keys.dropReplaced(tenant, InstantSource.system().instant());

    assertThatThrownBy(() -> keys.byId(tenant, first.id())).isInstanceOf(DataKeys.KeyGone.class);
    assertThat(keys.current(tenant).id()).isEqualTo(new KeyId(new byte[16]));
    assertThat(keys.replaced(tenant)).isZero();
  }

  @Test
  void an_erased_tenant_has_no_key_and_gets_none() {
    var first = keys.current(tenant);
    keys.rotate(tenant, new KeyId(new byte[16]));
    var current = keys.current(tenant);

    keys.erase(tenant);
    keys.erase(tenant);
    keys.erase(other);
    keys.rotate(
        tenant, new KeyId(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}));
    keys.dropReplaced(tenant, InstantSource.system().instant());

    for (var gone : List.of(first, current)) {
      assertThatThrownBy(() -> keys.byId(tenant, gone.id())).isInstanceOf(DataKeys.KeyGone.class);
    }
    assertThatThrownBy(() -> keys.current(tenant)).isInstanceOf(DataKeys.KeyGone.class);
    assertThatThrownBy(() -> keys.current(other)).isInstanceOf(DataKeys.KeyGone.class);
  }

  @Test
  void an_erasure_that_races_with_first_keys_leaves_none() {
    var work =
        Stream.concat(Stream.generate(() -> true).limit(10), Stream.generate(() -> false).limit(2))
            .toList();

    Batch.each(
        work,
        isFirstKey -> {
          if (isFirstKey) {
            return keys.current(tenant);
          }
          keys.erase(tenant);
          return isFirstKey;
        });

    assertThatThrownBy(() -> keys.current(tenant)).isInstanceOf(DataKeys.KeyGone.class);
    assertThat(DataKeyItem.currentKey(tenant)).isNotEmpty();
    assertThat(stored(tenant)).containsExactly(DataKeyItem.currentKey(tenant));
  }

  @Test
  void a_key_that_was_copied_to_another_tenant_does_not_unwrap() {
    var key = keys.current(tenant);
    var stored = DataKeyItem.read(items.get(DataKeyItem.key(tenant, key.id())).orElseThrow());
    items.put(
        new DynamoTable.Write.Put(
            DataKeyItem.write(
                new DataKeyItem.Wrapped(other, key.id(), stored.wrapped(), stored.createdAt()))));

    assertThatThrownBy(() -> keys.byId(other, key.id()))
        .isInstanceOf(InvalidCiphertextException.class);
  }
}
