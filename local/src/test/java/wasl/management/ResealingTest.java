package wasl.management;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import wasl.inbound.Receipt;
import wasl.local.intercept.AwsCall;
import wasl.road.EmbeddedStack;
import wasl.vault.Sealed;

/// A project gets new data keys while it is used: everything opens all the time, and in the end
/// under the new keys.
@ExtendWith(EmbeddedStack.Shared.class)
class ResealingTest {
  private EmbeddedStack stack;
  private Tables tables;
  private Api bootstrap;
  private Api admin;
  private Furnished furnished;
  private String project;

  @BeforeEach
  void start(EmbeddedStack shared) {
    stack = shared;
    tables = Tables.of(stack);
    var nobody = Api.on(stack);
    admin = nobody.newProject("dev");
    furnished = Furnished.in(stack, admin);
    project = furnished.id("project");
    bootstrap = nobody.bootstrapped();
  }

  @Test
  void seals_every_record_under_the_new_key_at_once_and_all_opens() {
    var before = keyIds();
    assertThat(before).hasSize(1);

    var rotated = rotate(bootstrap);

    assertThat(rotated.status()).isEqualTo(202);
    assertThat(rotated.text("/job")).startsWith("job_");
    assertThat(keyIds()).hasSize(1).doesNotContainAnyElementsOf(before);
    demandAllOpens(admin);
    demandAllOpens(Api.on(stack, admin.clock()).with(admin.key()));
  }

  @Test
  void nobody_is_told_and_no_version_grows() {
    var versions = versions();

    rotate(bootstrap);

    assertThat(versions()).isEqualTo(versions);
    assertThat(sealedItems()).noneMatch(item -> item.values().containsKey("change"));
  }

  @Test
  void what_is_sealed_by_those_who_do_not_know_the_new_key_yet_is_found_later() {
    var before = keyIds();
    var late = Api.on(stack, admin.clock()).with(admin.key());
    // Its container keeps the key that is current now.
    put(late, "webhook-secret-3");
    rotate(bootstrap);
    put(late, "webhook-secret-4");
    assertThat(keyIds()).containsAll(before);

    bootstrap.clock().move(Duration.ofMinutes(11));
    Scans.once(stack, bootstrap.clock());

    assertThat(keyIds()).hasSize(1).doesNotContainAnyElementsOf(before);
    demandAllOpens(admin);
  }

  @Test
  void under_load_every_read_succeeds_and_every_last_write_stays() throws Exception {
    var before = keyIds();
    var more = IntStream.range(0, 12).mapToObj(n -> connected(admin, "load-" + n)).toList();
    var stop = new AtomicBoolean();
    var written = new HashMap<String, String>();
    var bad = new ArrayList<String>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Callable<Object>>();
      for (int n = 0; n < more.size(); n++) {
        var path = "/v1/connections/" + more.get(n);
        running.add(Executors.callable(() -> read(path, stop, bad)));
        if (n % 3 == 0) {
          running.add(Executors.callable(() -> rename(path, stop, written, bad)));
        }
      }
      running.add(Executors.callable(() -> replaceSecrets(stop, written, bad)));
      var all = running.stream().map(threads::submit).toList();

      for (int times = 0; times < 3; times++) {
        assertThat(rotate(bootstrap).status()).isEqualTo(202);
      }
      stop.set(true);
      for (var each : all) {
        each.get();
      }
    }
    assertThat(bad).isEmpty();
    bootstrap.clock().move(Duration.ofMinutes(11));
    Scans.once(stack, bootstrap.clock());
    Scans.once(stack, bootstrap.clock());

    assertThat(keyIds()).hasSize(1).doesNotContainAnyElementsOf(before);
    var fresh = Api.on(stack, bootstrap.clock()).with(admin.key());
    demandAllOpens(fresh);
    written.forEach((path, value) -> {
      if (path.startsWith("/v1/connections/")) {
        assertThat(fresh.get(path).text("/alias")).isEqualTo(value);
        assertThat(fresh.get(path + "/credentials").text("/apiKey")).isEqualTo(Furnished.API_KEY);
      }
    });
    var desk = new Desk(stack, bootstrap.clock());
    var stripe = admin.post("/v1/inbound-webhooks", "{\"integration\":\"pay\"}").text("/url");
    assertThat(desk.stripe(stripe, written.getOrDefault("secret", ""), bootstrap.clock()))
        .isInstanceOf(Receipt.Result.Stored.class);
  }

  private void read(String path, AtomicBoolean stop, List<String> bad) {
    while (!stop.get()) {
      var answer = admin.get(path + "/credentials");
      if (!answer.text("/apiKey").equals(Furnished.API_KEY)) {
        noted(bad, path + " " + answer);
      }
    }
  }

  private void rename(
      String path, AtomicBoolean stop, Map<String, String> written, List<String> bad) {
    for (int n = 0; !stop.get(); n++) {
      var alias = path.substring(path.length() - 6) + n;
      var answer = admin.patch(path, "{\"alias\":\"" + alias + "\"}");
      if (answer.status() != 200) {
        noted(bad, path + " " + answer);
        return;
      }
      synchronized (bad) {
        written.put(path, alias);
      }
    }
  }

  private void replaceSecrets(AtomicBoolean stop, Map<String, String> written, List<String> bad) {
    // No more than may verify together.
    for (int n = 0; n < 8 && !stop.get(); n++) {
      var secret = "load-secret-" + n;
      var put = put(admin, secret);
      if (put.status() != 200) {
        noted(bad, "integration " + put);
        return;
      }
      synchronized (bad) {
        written.put("secret", secret);
      }
      var inbound =
          admin.post(
              "/v1/inbound-webhooks/" + furnished.id("inboundWebhook") + "/rotate",
              "{\"secret\":true}");
      var outbound =
          admin.post(
              "/v1/outbound-webhooks/" + furnished.id("outboundWebhook") + "/rotate-secret", "");
      for (var answer : List.of(inbound, outbound)) {
        if (answer.status() != 200) {
          noted(bad, answer.toString());
        }
      }
    }
  }

  private static void noted(List<String> bad, String what) {
    synchronized (bad) {
      bad.add(what);
    }
  }

  @Test
  void never_overwrites_what_somebody_wrote_between_read_and_write() {
    var renamed = new AtomicBoolean();
    var replaced = new AtomicBoolean();
    var connection = "/v1/connections/" + furnished.id("connection");
    try (var behind =
        stack.through((call, next) -> {
          if (isReseal(call, furnished.id("connection")) && renamed.compareAndSet(false, true)) {
            admin.patch(connection, "{\"alias\":\"renamed\"}");
          }
          if (isReseal(call, project + "#dev#integration#pay")
              && replaced.compareAndSet(false, true)) {
            put(admin, "webhook-secret-9");
          }
          return next.pass(call);
        })) {
      assertThat(rotate(Api.on(behind, admin.clock()).with(bootstrap.key())).status())
          .isEqualTo(202);
    }

    assertThat(List.of(renamed.get(), replaced.get())).containsExactly(true, true);
    assertThat(admin.get(connection).text("/alias")).isEqualTo("renamed");
    var url = admin.post("/v1/inbound-webhooks", "{\"integration\":\"pay\"}").text("/url");
    assertThat(new Desk(stack, admin.clock()).stripe(url, "webhook-secret-9", admin.clock()))
        .isInstanceOf(Receipt.Result.Stored.class);
    demandAllOpens(admin);
    bootstrap.clock().move(Duration.ofMinutes(11));
    Scans.forAll(stack, bootstrap.clock(), project);
    assertThat(keyIds()).hasSize(1);
  }

  @Test
  void earlier_keys_stay_until_nothing_sealed_under_them_is_kept_and_then_go() {
    var before = keyIds();
    rotate(bootstrap);
    // Its body lies in the archive, sealed under the earlier key.
    assertThat(admin.get("/v1/events/" + furnished.id("event")).json().at("/data/total").asInt())
        .isEqualTo(10);

    bootstrap.clock().move(Duration.ofMinutes(11));
    Scans.forAll(stack, bootstrap.clock(), project);
    bootstrap.clock().move(Duration.ofDays(36));
    Scans.forAll(stack, bootstrap.clock(), project);
    assertThat(dataKeys()).containsAll(before).hasSize(2);
    bootstrap.clock().move(Duration.ofDays(1));
    Scans.forAll(stack, bootstrap.clock(), project);

    assertThat(dataKeys()).isEqualTo(keyIds()).doesNotContainAnyElementsOf(before);
    assertThat(tables.items("Connections", "#project-job#"))
        .noneMatch(job -> job.text("of").equals(project));
    demandAllOpens(Api.on(stack, bootstrap.clock()).with(admin.key()));
  }

  @Test
  void earlier_keys_of_a_rotation_that_began_late_go_too() {
    var before = keyIds();
    var writes = new AtomicInteger();
    var dying = Dying.before(call -> isWrite(call) && writes.incrementAndGet() == 2);
    try (var behind = stack.through(dying)) {
      rotate(Api.on(behind, bootstrap.clock()).with(bootstrap.key()));
    }
    assertThat(dataKeys()).isEqualTo(before);

    bootstrap.clock().move(Duration.ofHours(1));
    Scans.forAll(stack, bootstrap.clock(), project);
    bootstrap.clock().move(Duration.ofMinutes(11));
    Scans.forAll(stack, bootstrap.clock(), project);
    bootstrap.clock().move(Duration.ofDays(37));
    Scans.forAll(stack, bootstrap.clock(), project);

    assertThat(dataKeys()).isEqualTo(keyIds()).doesNotContainAnyElementsOf(before);
  }

  @Test
  void one_field_that_opens_no_more_leaves_no_other_behind() {
    admin.put(
        "/v1/integrations/pay",
        "{\"provider\":\"stripe\",\"clientId\":\"c\",\"clientSecret\":\"s\",\"webhookSecret\":\"w\"}");
    var pay = project + "#dev#integration#pay";
    var broken = credentialsOf(furnished.id("connection"));
    tables.put("Connections", with(item(pay), "clientSecret", broken));
    var before = keyIds();

    rotate(bootstrap);

    var now = item(pay);
    assertThat(now.get("clientSecret")).isEqualTo(broken);
    assertThat(keyIds(Map.of("s", Objects.requireNonNull(now.get("webhookSecret")))))
        .doesNotContainAnyElementsOf(before);
  }

  /// @param n the process dies before its n-th write
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 6, 8})
  void a_crash_anywhere_is_finished_by_the_scan(int n) {
    var before = keyIds();
    var writes = new AtomicInteger();
    var dying = Dying.before(call -> isWrite(call) && writes.incrementAndGet() == n);
    try (var behind = stack.through(dying)) {
      rotate(Api.on(behind, bootstrap.clock()).with(bootstrap.key()));
    }
    assertThat(dying.isDead()).isTrue();
    demandAllOpens(admin);
    if (n == 1) {
      assertThat(rotate(bootstrap).status()).isEqualTo(202);
    }

    bootstrap.clock().move(Duration.ofMinutes(3));
    Scans.forAll(stack, bootstrap.clock(), project);

    assertThat(keyIds()).hasSize(1).doesNotContainAnyElementsOf(before);
    assertThat(dataKeys()).hasSize(2);
    demandAllOpens(admin);
  }

  @Test
  void a_repeated_wish_under_one_idempotency_key_is_one_rotation() {
    var again = bootstrap.repeating("rotate");
    var first = rotate(again);
    var second = rotate(again);

    assertThat(second.json()).isEqualTo(first.json());
    assertThat(dataKeys()).hasSize(2);
  }

  @Test
  void a_value_that_was_copied_to_another_project_record_or_field_opens_nowhere() {
    var other = Furnished.in(stack, Api.on(stack, admin.clock()).newProject("dev"));
    var second = connected(admin, "second");
    var sealed = credentialsOf(furnished.id("connection"));

    // Another record.
    tables.put("Connections", with(item("#connection#" + second), "credentials", sealed));
    demandRefused(admin, second);
    // Another project.
    var foreign = other.id("connection");
    tables.put("Connections", with(item("#connection#" + foreign), "credentials", sealed));
    demandRefused(other.admin(), foreign);
    // Another field: what was a webhook secret is no connection's credentials.
    var secret =
        Objects.requireNonNull(item(project + "#dev#integration#pay").get("webhookSecret"));
    tables.put("Connections", with(item("#connection#" + second), "credentials", secret));
    demandRefused(admin, second);
    // The whole record under another project's key.
    var moved = new HashMap<>(item("#connection#" + furnished.id("connection")));
    var pk = other.id("project") + "#dev#connection#" + furnished.id("connection");
    moved.put("pk", AttributeValue.fromS(pk));
    moved.put("project", AttributeValue.fromS(other.id("project")));
    tables.put("Connections", moved);
    demandRefused(other.admin(), furnished.id("connection"));
    // Moved back, it opens.
    tables.put("Connections", with(item("#connection#" + second), "credentials", sealed));
    assertThat(
            admin
                .get("/v1/connections/" + furnished.id("connection") + "/credentials")
                .text("/apiKey"))
        .isEqualTo(Furnished.API_KEY);
  }

  private static void demandRefused(Api api, String connection) {
    var refused = api.get("/v1/connections/" + connection + "/credentials");
    assertThat(refused.status()).isBetween(404, 500);
    assertThat(refused.json().toString()).doesNotContain(Furnished.API_KEY, "webhook-secret");
  }

  private void demandAllOpens(Api api) {
    var connection = "/v1/connections/" + furnished.id("connection");
    assertThat(api.get(connection + "/credentials").text("/apiKey")).isEqualTo(Furnished.API_KEY);
    assertThat(api.get("/v1/inbound-webhooks/" + furnished.id("inboundWebhook")).text("/url"))
        .isEqualTo(furnished.inboundUrl());
    assertThat(
            new Desk(stack, api.clock()).github(furnished.inboundUrl(), furnished.inboundSecret()))
        .isInstanceOf(Receipt.Result.Stored.class);
    assertThat(
            api.post("/v1/outbound-webhooks/" + furnished.id("outboundWebhook") + "/test", "")
                .status())
        .isEqualTo(202);
  }

  private Api.Answer rotate(Api caller) {
    return caller.post("/v1/projects/" + project + "/rotate-keys", "");
  }

  private static Api.Answer put(Api api, String webhookSecret) {
    return api.put(
        "/v1/integrations/pay",
        "{\"provider\":\"stripe\",\"clientId\":\"c\",\"webhookSecret\":\"" + webhookSecret + "\"}");
  }

  private static String connected(Api api, String alias) {
    return api.post(
            "/v1/connections",
            """
            {"integration":"pay","alias":"%s","credentials":{"type":"api_key","apiKey":"%s"}}\
            """
                .formatted(alias, Furnished.API_KEY))
        .text("/id");
  }

  private List<Tables.Raw> sealedItems() {
    return tables.ofProject("Connections", project).stream()
        .filter(item -> item.text("environment").equals("dev"))
        .filter(item -> !keyIds(item.values()).isEmpty())
        .toList();
  }

  /// Under which keys the project's records are sealed.
  private Set<String> keyIds() {
    return sealedItems().stream()
        .flatMap(item -> keyIds(item.values()).stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<String> keyIds(Map<String, AttributeValue> values) {
    var ids = new ArrayList<String>();
    for (var value : values.values()) {
      if (value.b() != null) {
        ids.add(new Sealed(value.b().asByteArray()).keyId().toString());
      } else if (value.hasM()) {
        ids.addAll(keyIds(value.m()));
      } else if (value.hasL()) {
        value.l().stream().filter(AttributeValue::hasM).forEach(m -> ids.addAll(keyIds(m.m())));
      }
    }
    return ids;
  }

  private Set<String> dataKeys() {
    return tables.items("Keys", project + "#dev#data-key#").stream()
        .map(item -> item.pk().substring(item.pk().lastIndexOf('#') + 1))
        .filter(id -> !id.equals("current"))
        .peek(id -> assertThat(HexFormat.of().parseHex(id)).hasSize(16))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Map<String, String> versions() {
    return sealedItems().stream()
        .collect(Collectors.toMap(Tables.Raw::pk, item -> item.value("version").orElseThrow().n()));
  }

  private AttributeValue credentialsOf(String connection) {
    return Objects.requireNonNull(item("#connection#" + connection).get("credentials"));
  }

  private Map<String, AttributeValue> item(String part) {
    return tables.items("Connections", part).stream()
        .filter(item -> item.pk().endsWith(part))
        .findFirst()
        .orElseThrow()
        .values();
  }

  private static Map<String, AttributeValue> with(
      Map<String, AttributeValue> item, String name, AttributeValue value) {
    var more = new HashMap<>(item);
    more.put(name, value);
    return more;
  }

  private static boolean isWrite(AwsCall call) {
    return call.service().equals("dynamodb")
        && List.of("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")
            .contains(call.operation());
  }

  private static boolean isReseal(AwsCall call, String record) {
    var body = new String(call.body(), UTF_8);
    return call.operation().equals("UpdateItem") && body.contains(record) && body.contains(":was_");
  }
}
