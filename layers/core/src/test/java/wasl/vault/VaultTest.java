package wasl.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.id.Ids;

class VaultTest {
  private static final Tenant ACME = tenant("acme", Environment.DEV);
  private static final Secret SECRET = Secret.of("whsec_test_only");

  private final MemoryDataKeys keys = new MemoryDataKeys();
  private final Vault vault = new Vault(keys, new SecureRandom());

  @Test
  void opens_what_it_sealed_at_the_same_place() {
    var place = new Place(ACME, "connection#con_1", "credentials");

    assertThat(vault.open(place, vault.seal(place, SECRET))).isEqualTo(SECRET);
  }

  @Test
  void opens_nothing_at_another_record_field_environment_or_project() {
    var sealed = vault.seal(new Place(ACME, "connection#con_1", "credentials"), SECRET);
    keys.shareWith(ACME, tenant("acme", Environment.PROD), tenant("other", Environment.DEV));

    // The data key is the same for all of them here: only the place is left to refuse.
    for (var place :
        new Place[] {
          new Place(ACME, "connection#con_2", "credentials"),
          new Place(ACME, "connection#con_1", "secret"),
          new Place(ACME, "connection#con_1credentials", ""),
          new Place(tenant("acme", Environment.PROD), "connection#con_1", "credentials"),
          new Place(tenant("other", Environment.DEV), "connection#con_1", "credentials"),
        }) {
      assertThatThrownBy(() -> vault.open(place, sealed)).isInstanceOf(Vault.CannotOpen.class);
    }
  }

  @Test
  void opens_nothing_in_which_any_byte_was_changed() {
    var place = new Place(ACME, "integration#stripe", "webhookSecret");
    var sealed = vault.seal(place, SECRET).bytes();

    for (int at = Sealed.SALT; at < sealed.length; at++) {
      var altered = sealed.clone();
      altered[at] ^= 1;
      assertThatThrownBy(() -> vault.open(place, new Sealed(altered)))
          .as("byte %d", at)
          .isInstanceOf(Vault.CannotOpen.class);
    }
  }

  @Test
  void opens_nothing_after_its_data_key_is_gone() {
    var place = new Place(ACME, "connection#con_1", "credentials");
    var sealed = vault.seal(place, SECRET);
    keys.erase();

    assertThatThrownBy(() -> vault.open(place, sealed)).isInstanceOf(DataKeys.KeyGone.class);
  }

  @Test
  void seals_the_same_secret_differently_each_time() {
    var place = new Place(ACME, "connection#con_1", "credentials");

    assertThat(vault.seal(place, SECRET)).isNotEqualTo(vault.seal(place, SECRET));
  }

  /// The form that stored records lean on: whoever changes it must keep reading this one.
  @Test
  void still_opens_a_value_sealed_on_the_first_day() {
    var place = new Place(ACME, "connection#con_1", "credentials");
    var firstDay = new Vault(keys, new Random(1));
    var sealed = firstDay.seal(place, Secret.of("first day"));

    assertThat(sealed.bytes()).startsWith(1);
    assertThat(sealed.bytes()).hasSize(1 + 16 + 32 + 32 + 12 + "first day".length() + 16);
    assertThat(HexFormat.of().formatHex(sealed.bytes()))
        .isEqualTo("01000102030405060708090a0b0c0d0e0f" + FIRST_DAY);
    assertThat(vault.open(place, sealed).reveal()).isEqualTo("first day");
  }

  private static final String FIRST_DAY =
      "73d51abbd89cb8196f0efb6892f94d68fccc2c35f0b84609e5f12c55dd85aba8e3651918"
          + "890f0beb13801232a65510dbdd22a9fe30c2e6658fb38a426c10b480d5d9bef76808f3b5"
          + "72e59001929aecbac06227d0bb05fc60bba2481128ef69dba50030945b";

  @Test
  void masks_secrets_wherever_they_are_printed() {
    assertThat(SECRET).hasToString("Secret(***)");
    assertThat(new DataKey(new KeyId(new byte[16]), Secret.of(new byte[32])).toString())
        .contains("Secret(***)");
  }

  @Test
  void keeps_data_keys_for_five_minutes_and_no_longer() {
    var now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    var cached = new CachedDataKeys(keys, now::get);

    cached.current(ACME);
    cached.current(ACME);
    assertThat(keys.asked).hasValue(1);
    now.updateAndGet(time -> time.plus(Duration.ofMinutes(5)));
    cached.current(ACME);
    assertThat(keys.asked).hasValue(2);
  }

  @Test
  void keeps_data_keys_of_at_most_200_tenants() {
    var cached = new CachedDataKeys(keys, () -> Instant.EPOCH);
    for (int at = 0; at < 201; at++) {
      cached.current(tenant("t" + at, Environment.DEV));
    }

    cached.current(tenant("t200", Environment.DEV));
    assertThat(keys.asked).hasValue(201);
    cached.current(tenant("t0", Environment.DEV));
    assertThat(keys.asked).hasValue(202);
  }

  @Test
  void replaced_keys_of_a_tenant_take_no_other_tenants_place() {
    var cached = new CachedDataKeys(keys, () -> Instant.EPOCH);
    for (int at = 0; at < 200; at++) {
      cached.current(tenant("t" + at, Environment.DEV));
    }
    // In a cache that counted keys, fifty of one tenant would push fifty tenants out.
    var busy = tenant("t199", Environment.DEV);
    for (int at = 0; at < 50; at++) {
      var id = new byte[16];
      id[0] = (byte) (at + 1);
      keys.replaced.put(new KeyId(id), keys.keys.get(busy));
      cached.byId(busy, new KeyId(id));
    }

    int before = keys.asked.get();
    cached.current(tenant("t0", Environment.DEV));
    assertThat(keys.asked).hasValue(before);
  }

  @Test
  void callers_that_miss_at_the_same_time_ask_once() throws Exception {
    var slow = new CountDownLatch(1);
    var asked = new AtomicInteger();
    var source =
        new DataKeys() {
          @Override
          public DataKey current(Tenant tenant) {
            asked.incrementAndGet();
            awaited(slow);
            return keys.current(tenant);
          }

          @Override
          public DataKey byId(Tenant tenant, KeyId id) {
            return keys.byId(tenant, id);
          }
        };
    var cached = new CachedDataKeys(source, () -> Instant.EPOCH);
    var got = new ConcurrentLinkedQueue<DataKey>();
    var threads =
        IntStream.range(0, 50)
            .mapToObj(n -> Thread.ofPlatform().start(() -> got.add(cached.current(ACME))))
            .toList();
    // Each has missed when it waits for the one that asks.
    for (var thread : threads) {
      while (thread.getState() == Thread.State.RUNNABLE) {
        Thread.onSpinWait();
      }
    }
    slow.countDown();
    for (var thread : threads) {
      thread.join();
    }

    assertThat(asked).hasValue(1);
    assertThat(got).hasSize(50).containsOnly(keys.current(ACME));
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_refusal_is_shared_and_not_kept() {
    var failing = new AtomicInteger(1);
    var source =
        new DataKeys() {
          @Override
          public DataKey current(Tenant tenant) {
            if (failing.getAndDecrement() > 0) {
              throw new IllegalStateException("throttled");
            }
            return keys.current(tenant);
          }

          @Override
          public DataKey byId(Tenant tenant, KeyId id) {
            return keys.byId(tenant, id);
          }
        };
    var cached = new CachedDataKeys(source, () -> Instant.EPOCH);

    assertThatThrownBy(() -> cached.current(ACME)).hasMessage("throttled");
    assertThat(cached.current(ACME)).isEqualTo(keys.current(ACME));
  }

  @Test
  void forgets_what_was_replaced_through_it() {
    var cached = new CachedDataKeys(keys, () -> Instant.EPOCH);
    cached.current(ACME);
    cached.forget(ACME);
    cached.current(ACME);

    assertThat(keys.asked).hasValue(2);
  }

  @Test
  void seals_anew_only_what_is_not_under_the_current_key() {
    var place = new Place(ACME, "connection#con_1", "credentials");
    var sealed = vault.seal(place, SECRET);
    assertThat(vault.reseal(place, sealed)).isSameAs(sealed);

    keys.rotate(ACME);
    var anew = vault.reseal(place, sealed);

    assertThat(anew.keyId()).isNotEqualTo(sealed.keyId());
    assertThat(vault.open(place, anew)).isEqualTo(SECRET);
    assertThat(vault.open(place, sealed)).isEqualTo(SECRET);
    assertThatThrownBy(
            () -> vault.reseal(new Place(ACME, "connection#con_2", "credentials"), sealed))
        .isInstanceOf(Vault.CannotOpen.class);
  }

  private static Tenant tenant(String name, Environment environment) {
    var sixteen = new byte[16];
    System.arraycopy(name.getBytes(UTF_8), 0, sixteen, 0, Math.min(16, name.length()));
    return new Tenant(new ProjectId(Ids.of("prj_", Instant.EPOCH, sixteen)), environment);
  }

  /// Data keys that count how often they are asked for; the first is `000102…`.
  private static final class MemoryDataKeys implements DataKeys {
    private final Map<Tenant, DataKey> keys = new HashMap<>();
    private final Map<KeyId, DataKey> replaced = new HashMap<>();
    private final AtomicInteger asked = new AtomicInteger();

    @Override
    public DataKey current(Tenant tenant) {
      asked.incrementAndGet();
      return keys.computeIfAbsent(
          tenant, t -> new DataKey(new KeyId(ascending(16)), Secret.of(random(keys.size()))));
    }

    @Override
    public DataKey byId(Tenant tenant, KeyId id) {
      if (replaced.containsKey(id)) {
        return replaced.get(id);
      }
      var key = keys.get(tenant);
      if (key == null || !key.id().equals(id)) {
        throw new KeyGone(tenant, id);
      }
      return key;
    }

    void shareWith(Tenant owner, Tenant... others) {
      for (var other : others) {
        keys.put(other, keys.get(owner));
      }
    }

    void rotate(Tenant tenant) {
      var was = java.util.Objects.requireNonNull(keys.get(tenant));
      replaced.put(was.id(), was);
      var id = was.id().bytes().clone();
      id[0]++;
      keys.put(tenant, new DataKey(new KeyId(id), Secret.of(random(99))));
    }

    void erase() {
      keys.clear();
    }

    private static byte[] ascending(int length) {
      var bytes = new byte[length];
      for (int at = 0; at < length; at++) {
        bytes[at] = (byte) at;
      }
      return bytes;
    }

    private static byte[] random(long seed) {
      var bytes = new byte[32];
      new Random(seed).nextBytes(bytes);
      return bytes;
    }
  }
}
