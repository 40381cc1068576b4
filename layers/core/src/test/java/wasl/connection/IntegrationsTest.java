package wasl.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import wasl.access.Cause;
import wasl.access.ChangeMark;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.connection.Integrations.Put;
import wasl.id.Ids;
import wasl.page.Page;
import wasl.page.PageRequest;
import wasl.vault.DataKey;
import wasl.vault.DataKeys;
import wasl.vault.KeyId;
import wasl.vault.Secret;
import wasl.vault.Vault;
import wasl.web.Change;

/// When an integration may be turned to other hosts.
class IntegrationsTest {
  private static final Tenant TENANT =
      new Tenant(new ProjectId(Ids.next("prj_", Instant.EPOCH, new Random(1))), Environment.DEV);
  private static final String CONFIG =
      "{\"tokenUrl\":\"https://a.example/token\",\"clientAuth\":\"basic\",\"pkce\":true}";

  private final InMemory memory = new InMemory();
  private final Integrations integrations =
      new Integrations(
          memory,
          memory,
          new Vault(new OneKey(), new Random(2)),
          InstantSource.system(),
          new Random(5));

  @Test
  void keeps_a_client_secret_only_under_the_hosts_that_it_was_given_for() {
    assertThat(put(CONFIG, set("secret"), true)).isInstanceOf(Put.Created.class);
    assertThat(put(CONFIG.replace("true", "false"), keep(), false)).isInstanceOf(Put.Updated.class);

    for (var turned :
        List.of(
            CONFIG.replace("a.example", "b.example"),
            CONFIG.replace("basic", "post"),
            CONFIG.replace("}", ",\"apiHost\":\"b.example\"}"),
            CONFIG.replace("}", ",\"other\":{\"anything\":[\"https://b.example\"]}}"),
            "{}")) {
      assertThat(put(turned, keep(), false)).as(turned).isInstanceOf(Put.MayNotTurn.class);
      assertThat(put(turned, keep(), true)).as(turned).isInstanceOf(Put.SecretNeeded.class);
    }
  }

  @Test
  void demands_a_new_authorization_of_the_connections_of_what_was_turned() {
    put(CONFIG, set("secret"), true);
    memory.connection = Optional.of(connection());

    put(CONFIG.replace("a.example", "b.example"), set("another"), true);

    assertThat(memory.connection.orElseThrow().status()).isEqualTo(ConnectionStatus.PENDING_AUTH);
    assertThat(memory.connection.orElseThrow().statusReason()).contains("integration_changed");
  }

  @Test
  void demands_it_though_the_turning_is_cut_off() {
    put(CONFIG, set("secret"), true);
    memory.connection = Optional.of(connection());
    var turned = CONFIG.replace("a.example", "b.example");

    memory.dying = true;
    assertThatThrownBy(() -> put(turned, set("another"), true)).hasMessage("died here");
    memory.dying = false;
    put(turned, set("another"), true);

    assertThat(memory.connection.orElseThrow().status()).isEqualTo(ConnectionStatus.PENDING_AUTH);
    assertThat(memory.saved).isEqualTo(1);
  }

  @Test
  void lets_a_secret_that_is_deleted_go_anywhere() {
    put(CONFIG, set("secret"), true);

    assertThat(put("{}", new Change.Clear<>(), true)).isInstanceOf(Put.Updated.class);
  }

  @Test
  void shows_no_secret_of_one_provider_to_another() {
    put("oauth2", Mode.SANDBOX, CONFIG, set("secret"), set("webhook"), true);

    var keptBoth = put("other", Mode.SANDBOX, CONFIG, keep(), keep(), true);
    var keptWebhooks = put("other", Mode.SANDBOX, CONFIG, set("anew"), keep(), true);
    var byAnyone = put("other", Mode.SANDBOX, CONFIG, set("anew"), set("anew"), false);

    assertThat(keptBoth).isEqualTo(new Put.SecretNeeded());
    assertThat(keptWebhooks).isEqualTo(new Put.WebhookSecretNeeded());
    assertThat(byAnyone).isEqualTo(new Put.MayNotTurn());
    assertThat(put("other", Mode.SANDBOX, CONFIG, set("anew"), new Change.Clear<>(), true))
        .isInstanceOf(Put.Updated.class);
  }

  @Test
  void keeps_no_key_of_the_side_that_was_left() {
    put("oauth2", Mode.SANDBOX, CONFIG, set("sandbox-key"), keep(), true);

    assertThat(put("oauth2", Mode.LIVE, CONFIG, keep(), keep(), true))
        .isEqualTo(new Put.SecretOfOtherMode());
    assertThat(put("oauth2", Mode.LIVE, CONFIG, set("live-key"), keep(), true))
        .isInstanceOf(Put.Updated.class);
  }

  private Put put(String config, Change<Secret> clientSecret, boolean mayTurn) {
    return put("oauth2", Mode.SANDBOX, config, clientSecret, keep(), mayTurn);
  }

  private Put put(
      String provider,
      Mode mode,
      String config,
      Change<Secret> clientSecret,
      Change<Secret> webhookSecret,
      boolean mayTurn) {
    return integrations.put(
        TENANT,
        new Integrations.Wish(
            new IntegrationId("x"),
            provider,
            mode,
            Optional.empty(),
            clientSecret,
            webhookSecret,
            List.of(),
            List.of(),
            Optional.of(config),
            secret -> mode == Mode.SANDBOX || !secret.reveal().startsWith("sandbox"),
            mayTurn),
        new Cause("key_1", "request-1"));
  }

  private static Change<Secret> keep() {
    return new Change.Keep<>();
  }

  private static Change<Secret> set(String secret) {
    return new Change.Set<>(Secret.of(secret));
  }

  private static Connection connection() {
    var id = new ConnectionId(Ids.next("con_", Instant.EPOCH, new Random(3)));
    return new Connection(
        TENANT,
        id,
        new IntegrationId("x"),
        "oauth2",
        Mode.SANDBOX,
        "oauth2_authorization_code",
        Optional.empty(),
        Optional.empty(),
        ConnectionStatus.ACTIVE,
        Optional.empty(),
        List.of(),
        List.of(),
        new Vault(new OneKey(), new Random(4))
            .seal(Connection.credentialsPlace(TENANT, id), Secret.of("{}")),
        1,
        Health.UNCHECKED,
        Instant.EPOCH,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Upkeep.NONE,
        Instant.EPOCH,
        Instant.EPOCH,
        1);
  }

  /// One data key for all.
  private static final class OneKey implements DataKeys {
    private final DataKey key =
        new DataKey(new KeyId(new byte[KeyId.BYTES]), Secret.of(new byte[32]));

    @Override
    public DataKey current(Tenant tenant) {
      return key;
    }

    @Override
    public DataKey byId(Tenant tenant, KeyId id) {
      return key;
    }
  }

  /// Keeps integrations, and one connection, in memory.
  private static final class InMemory implements IntegrationStore, ConnectionStore {
    private final Map<IntegrationId, Integration> integrations = new HashMap<>();
    private Optional<Connection> connection = Optional.empty();
    private boolean dying;
    private int saved;

    @Override
    public Optional<Integration> find(Tenant tenant, IntegrationId id) {
      return Optional.ofNullable(integrations.get(id));
    }

    @Override
    public Page<Integration> list(Tenant tenant, PageRequest page) {
      return new Page<>(List.copyOf(integrations.values()), Optional.empty());
    }

    @Override
    public boolean create(Integration integration, ChangeMark change) {
      return integrations.putIfAbsent(integration.id(), integration) == null;
    }

    @Override
    public IntegrationStore.Written save(
        Integration integration, boolean otherProvider, ChangeMark change) {
      integrations.put(integration.id(), integration);
      if (dying) {
        throw new IllegalStateException("died here");
      }
      return IntegrationStore.Written.DONE;
    }

    @Override
    public IntegrationStore.Written delete(Integration integration, ChangeMark change) {
      integrations.remove(integration.id());
      return IntegrationStore.Written.DONE;
    }

    @Override
    public Optional<Connection> find(Tenant tenant, ConnectionId id) {
      return connection;
    }

    @Override
    public Page<Connection> list(Tenant tenant, Filter filter, PageRequest page) {
      return new Page<>(connection.stream().toList(), Optional.empty());
    }

    @Override
    public ConnectionStore.Written create(Connection made, Grounds grounds, ChangeMark change) {
      connection = Optional.of(made);
      return ConnectionStore.Written.DONE;
    }

    @Override
    public ConnectionStore.Written reconnect(
        Connection was, Connection now, Grounds grounds, ChangeMark change) {
      return saveQuietly(was, now);
    }

    @Override
    public ConnectionStore.Written save(Connection was, Connection now, ChangeMark change) {
      return saveQuietly(was, now);
    }

    @Override
    public ConnectionStore.Written saveQuietly(Connection was, Connection now) {
      connection = Optional.of(now);
      saved++;
      return ConnectionStore.Written.DONE;
    }

    @Override
    public ConnectionStore.Written delete(Connection gone, ChangeMark change) {
      connection = Optional.empty();
      return ConnectionStore.Written.DONE;
    }

    @Override
    public Optional<Connection> findByAlias(
        Tenant tenant, IntegrationId integration, String alias) {
      return connection.filter(found -> found.alias().equals(Optional.of(alias)));
    }

    @Override
    public Optional<Connection> findByAccount(
        Tenant tenant, IntegrationId integration, String externalAccountId) {
      return connection.filter(
          found -> found.externalAccountId().equals(Optional.of(externalAccountId)));
    }

    @Override
    public void used(Connection used, Instant at, Optional<Instant> dueAt) {}

    @Override
    public List<Connection> due(int shard, Instant by, int limit) {
      return List.of();
    }

    @Override
    public int dueShards() {
      return 1;
    }

    @Override
    public boolean moveDue(Connection seen, Instant dueAt) {
      return false;
    }
  }
}
