package wasl.road;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Collectors;
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

@ExtendWith(EmbeddedStack.Shared.class)
class KmsDataKeysTest {
  private Tenant tenant;
  private Tenant other;
  private DynamoTable items;
  private KmsDataKeys keys;

  @BeforeEach
  void start(EmbeddedStack stack) {
    var environment = stack.environment("management-api");
    tenant = stack.newTenant();
    other = stack.newTenant();
    items =
        new DynamoTable(
            stack.clients().dynamoDb(),
            Optional.ofNullable(environment.get("WASL_KEYS_TABLE")).orElseThrow());
    keys =
        new KmsDataKeys(
            stack.clients().kms(),
            Optional.ofNullable(environment.get("WASL_KMS_KEY")).orElseThrow(),
            items,
            InstantSource.system(),
            new SecureRandom());
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
