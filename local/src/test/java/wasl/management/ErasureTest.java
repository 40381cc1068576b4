package wasl.management;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.aws.KmsDataKeys;
import wasl.connection.Connection;
import wasl.connection.ConnectionId;
import wasl.inbound.Receipt;
import wasl.local.intercept.AwsCall;
import wasl.road.EmbeddedStack;
import wasl.vault.DataKeys;
import wasl.vault.Sealed;
import wasl.vault.Vault;

/// What is left of an erased project: nothing that anybody can read, wherever a process died.
@ExtendWith(EmbeddedStack.Shared.class)
class ErasureTest {
  private EmbeddedStack stack;
  private Api bootstrap;
  private Furnished furnished;
  private String project;
  private Tables tables;

  @BeforeEach
  void start(EmbeddedStack shared) {
    stack = shared;
    tables = Tables.of(stack);
    var nobody = Api.on(stack);
    var admin = nobody.newProject("dev");
    furnished = Furnished.in(stack, admin);
    project = furnished.id("project");
    bootstrap = nobody.bootstrapped();
  }

  @Test
  void everything_is_gone_when_the_call_returns() {
    var desk = new Desk(stack, bootstrap.clock());
    assertThat(desk.github(furnished.inboundUrl(), furnished.inboundSecret()))
        .isInstanceOf(Receipt.Result.Stored.class);

    assertThat(erase(bootstrap).status()).isEqualTo(202);

    assertThat(furnished.admin().get("/v1/connections").status()).isEqualTo(401);
    assertThat(bootstrap.get(path()).status()).isEqualTo(404);
    assertThat(erase(bootstrap).status()).isEqualTo(404);
    assertThat(bootstrap.post(path() + "/rotate-keys", "").status()).isEqualTo(404);
    assertThat(bootstrap.get("/v1/projects?limit=100").json().toString()).doesNotContain(project);
    demandNothingLeft();

    var later = new Desk(stack, bootstrap.clock());
    bootstrap.clock().move(Duration.ofSeconds(30));
    for (var any : List.of(desk, later)) {
      assertThat(any.github(furnished.inboundUrl(), furnished.inboundSecret()))
          .isInstanceOf(Receipt.Result.Refused.class);
    }
  }

  @Test
  void the_job_ends_when_nobody_can_know_an_old_key_any_more() {
    erase(bootstrap);
    assertThat(jobs()).hasSize(1);

    bootstrap.clock().move(Duration.ofMinutes(9));
    Scans.once(stack, bootstrap.clock());
    assertThat(jobs()).hasSize(1);
    bootstrap.clock().move(Duration.ofMinutes(2));
    Scans.forAll(stack, bootstrap.clock(), project);

    assertThat(jobs()).isEmpty();
  }

  @Test
  void what_was_written_meanwhile_by_somebody_who_was_let_in_before_goes_too() {
    var late = tables.items("Connections", project + "#dev#connection#con_").getFirst();
    erase(bootstrap);
    tables.put("Connections", late.values());

    bootstrap.clock().move(Duration.ofMinutes(11));
    Scans.forAll(stack, bootstrap.clock(), project);

    demandNothingLeft();
  }

  @Test
  void what_is_renamed_while_it_is_erased_leaves_no_name_behind() {
    var record = tables.items("Connections", project + "#dev#connection#con_").getFirst();
    var isRenamed = new AtomicBoolean();
    try (var behind =
        stack.through((call, next) -> {
          if (call.operation().equals("DeleteItem")
              && new String(call.body(), UTF_8).contains("\"" + record.pk() + "\"")
              && isRenamed.compareAndSet(false, true)) {
            rename(record);
          }
          return next.pass(call);
        })) {
      erase(Api.on(behind, bootstrap.clock()).with(bootstrap.key()));
    }

    assertThat(isRenamed).isTrue();
    demandNothingLeft();
  }

  private void rename(Tables.Raw record) {
    var renamed = new HashMap<>(record.values());
    renamed.put("alias", AttributeValue.fromS("renamed"));
    renamed.put("version", AttributeValue.fromN("1000"));
    tables.put("Connections", renamed);
    var name = project + "#dev#connection-alias#" + record.text("integration") + "/renamed";
    tables.put(
        "Connections",
        Map.of(
            "pk", AttributeValue.fromS(name),
            "v", AttributeValue.fromN("1"),
            "connection", AttributeValue.fromS(record.text("id"))));
  }

  @Test
  void nothing_opens_any_more_and_nobody_makes_another_key() {
    var tenant = new Tenant(new ProjectId(project), Environment.DEV);
    var connection = new ConnectionId(furnished.id("connection"));
    var place = Connection.credentialsPlace(tenant, connection);
    var sealed =
        new Sealed(
            tables
                .items("Connections", "#connection#" + connection)
                .getFirst()
                .value("credentials")
                .orElseThrow()
                .b()
                .asByteArray());
    assertThat(vault().open(place, sealed).reveal()).contains(Furnished.API_KEY);

    erase(bootstrap);

    assertThatThrownBy(() -> vault().open(place, sealed)).isInstanceOf(DataKeys.KeyGone.class);
    for (var environment : Environment.values()) {
      var other = new Tenant(tenant.project(), environment);
      assertThatThrownBy(() -> keys().current(other)).isInstanceOf(DataKeys.KeyGone.class);
    }
  }

  @Test
  void a_project_that_holds_the_bootstrap_key_stays() {
    var holding = tables.items("Connections", "#bootstrap#").getFirst().text("project");

    var refused = bootstrap.delete("/v1/projects/" + holding);

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.text("/type")).endsWith("/project-holds-bootstrap-key");
    assertThat(bootstrap.get("/v1/projects/" + holding).status()).isEqualTo(200);
  }

  @Test
  void only_who_may_make_projects_may_erase_them() {
    assertThat(erase(furnished.admin()).status()).isEqualTo(403);
    assertThat(furnished.admin().post(path() + "/rotate-keys", "").status()).isEqualTo(403);
  }

  @Test
  void the_bootstrap_holders_trail_says_who_erased_it() {
    erase(bootstrap);

    var left = tables.items("Connections", "-#-#project#" + project).getFirst();
    assertThat(left.value("gone")).isPresent();
    assertThat(Objects.requireNonNull(left.value("change").orElseThrow().m().get("kind")).s())
        .isEqualTo("project.erased");
    assertThat(left.text("project")).isNotEqualTo(project);
  }

  /// @param n the process dies before its n-th write
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 8, 11, 14, 17, 20, 23})
  void a_crash_anywhere_is_finished_by_the_scan(int n) {
    var writes = new AtomicInteger();
    var dying = Dying.before(call -> isWrite(call) && writes.incrementAndGet() == n);
    try (var behind = stack.through(dying)) {
      erase(Api.on(behind, bootstrap.clock()).with(bootstrap.key()));
    }
    assertThat(dying.isDead()).isTrue();
    if (n == 1) {
      // Nothing was begun: the repeat does it all.
      assertThat(bootstrap.get(path()).status()).isEqualTo(200);
      assertThat(erase(bootstrap).status()).isEqualTo(202);
    } else {
      assertThat(bootstrap.get(path()).status()).isEqualTo(404);
    }

    bootstrap.clock().move(Duration.ofMinutes(3));
    Scans.once(stack, bootstrap.clock());

    assertThat(furnished.admin().get("/v1/connections").status()).isEqualTo(401);
    demandNothingLeft();
  }

  @Test
  void the_router_sets_its_messages_aside_and_routes_the_others() {
    var other = Api.on(stack, bootstrap.clock()).newProject("dev");
    for (int n = 0; n < 3; n++) {
      furnished.admin().post("/v1/events", "{\"type\":\"order.lost\",\"data\":{}}");
      other.post("/v1/events", "{\"type\":\"order.kept\",\"data\":{}}");
    }
    furnished
        .admin()
        .post("/v1/events", "{\"type\":\"large\",\"data\":\"" + "x".repeat(300_000) + "\"}");
    bootstrap = Api.on(stack, bootstrap.clock()).bootstrapped();
    erase(bootstrap);

    Furnished.route(stack, other);

    assertThat(tables.messages("WASL_INBOUND_QUEUE_URL", "")).isEmpty();
    assertThat(other.get("/v1/events").json().findValuesAsText("status"))
        .containsExactly("routed", "routed", "routed");
  }

  @Test
  void its_deliveries_end_cancelled() {
    var delivery = furnished.id("delivery");
    erase(bootstrap);

    Deliveries.work(stack, bootstrap.clock());

    var item = tables.items("Events", "#delivery#" + delivery).getFirst();
    assertThat(item.text("status")).isEqualTo("cancelled");
    assertThat(item.value("dueAt")).isEmpty();
  }

  @Test
  void a_delivery_whose_webhook_is_still_there_ends_cancelled_too() {
    var tenant = new Tenant(new ProjectId(project), Environment.DEV);
    keys().erase(tenant);

    Deliveries.work(stack, bootstrap.clock());

    var item = tables.items("Events", "#delivery#" + furnished.id("delivery")).getFirst();
    assertThat(item.text("status")).isEqualTo("cancelled");
    assertThat(item.text("reason")).isEqualTo("the project was erased");
  }

  @Test
  void a_request_that_was_let_in_before_gets_404_and_no_fault() {
    keys().erase(new Tenant(new ProjectId(project), Environment.DEV));
    var fresh = Api.on(stack, bootstrap.clock()).with(furnished.admin().key());

    for (var answer :
        List.of(
            fresh.get("/v1/connections/" + furnished.id("connection") + "/credentials"),
            fresh.get("/v1/inbound-webhooks"),
            fresh.get("/v1/events/" + furnished.id("event")),
            fresh.post("/v1/outbound-webhooks", "{\"url\":\"https://hooks.example.com/b\"}"))) {
      assertThat(answer.status()).as(answer.json().toString()).isEqualTo(404);
    }
  }

  private void demandNothingLeft() {
    assertThat(tables.items("Connections", project).stream().map(Tables.Raw::pk))
        .containsExactly("-#-#project#" + project);
    assertThat(tables.items("Connections", "-#-#").stream())
        .filteredOn(item -> !item.pk().startsWith("-#-#project"))
        .noneMatch(item -> item.values().toString().contains(project));
    var keys = tables.items("Keys", project);
    assertThat(keys.stream().map(Tables.Raw::pk))
        .containsExactlyInAnyOrder(
            project + "#dev#data-key#current",
            project + "#staging#data-key#current",
            project + "#prod#data-key#current")
        .hasSize(3);
    assertThat(keys).noneMatch(item -> item.values().containsKey("wrapped"));
  }

  private List<Tables.Raw> jobs() {
    return tables.items("Connections", "#project-job#").stream()
        .filter(job -> job.text("of").equals(project))
        .toList();
  }

  private static boolean isWrite(AwsCall call) {
    return call.service().equals("dynamodb")
        && List.of("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")
            .contains(call.operation())
        && !new String(call.body(), UTF_8).contains("#call#");
  }

  private Api.Answer erase(Api caller) {
    return caller.delete(path());
  }

  private String path() {
    return "/v1/projects/" + project;
  }

  private KmsDataKeys keys() {
    var environment = stack.environment("management-api");
    return new KmsDataKeys(
        stack.clients().kms(),
        Optional.ofNullable(environment.get("WASL_KMS_KEY")).orElseThrow(),
        stack.table("Keys"),
        bootstrap.clock(),
        new SecureRandom());
  }

  private Vault vault() {
    return new Vault(keys(), new SecureRandom());
  }
}
