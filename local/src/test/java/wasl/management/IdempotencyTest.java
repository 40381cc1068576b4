package wasl.management;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.aws.DynamoCallMemory;
import wasl.aws.DynamoTable;
import wasl.local.intercept.AwsCall;
import wasl.queue.Batch;
import wasl.road.EmbeddedStack;
import wasl.road.Outages;
import wasl.vault.Sealed;
import wasl.web.CallMemory;

/// A write that is sent more than once under one `Idempotency-Key` is done once.
@ExtendWith(EmbeddedStack.Shared.class)
class IdempotencyTest {
  private static final String KEYS = "/v1/api-keys";
  private static final String VIEWER = "{\"name\":\"ci\",\"role\":\"viewer\"}";
  private static final String OUT = "/v1/outbound-webhooks";
  private static final String HOOK = "{\"url\":\"https://hooks.example.com/a\"}";

  private EmbeddedStack stack;
  private Api nobody;
  private Api admin;

  @BeforeEach
  void start(EmbeddedStack shared) {
    stack = shared;
    nobody = Api.on(stack);
    admin = nobody.newProject("dev");
  }

  @Test
  void answers_the_second_request_as_the_first_and_does_nothing() {
    var again = admin.repeating("once");
    var first = again.post(KEYS, VIEWER);
    var second = again.post(KEYS, VIEWER);

    assertThat(first.status()).isEqualTo(201);
    assertThat(first.headers()).doesNotContainKey("idempotent-replayed");
    assertThat(second.status()).isEqualTo(201);
    assertThat(second.json()).isEqualTo(first.json());
    assertThat(second.headers())
        .containsEntry("content-type", "application/json")
        .containsEntry("idempotent-replayed", "true");
    assertThat(names(KEYS)).containsExactlyInAnyOrder("admin", "ci");
  }

  @Test
  void twenty_at_once_make_one_record_and_get_one_answer() {
    var again = admin.repeating("twenty");
    var answers =
        Batch.each(IntStream.range(0, 20).boxed().toList(), n -> answered(again)).stream()
            .map(result ->
                result.orElse(why -> {
                  throw why;
                }))
            .map(answer -> answer.status() + answer.json().toString())
            .distinct();

    assertThat(answers).hasSize(1);
    assertThat(admin.get(OUT).json().path("items")).hasSize(1);
  }

  private static Api.Answer answered(Api again) {
    while (true) {
      var answer = again.post(OUT, HOOK);
      if (answer.status() != 409) {
        return answer;
      }
      assertThat(answer.text("/type")).endsWith("/idempotency-key-in-use");
    }
  }

  @Test
  void refuses_another_request_under_the_same_key() {
    var again = admin.repeating("other");
    again.post(KEYS, VIEWER);

    for (var other :
        List.of(
            again.post(KEYS, VIEWER.replace("ci", "cd")),
            again.post(KEYS + "?limit=1", VIEWER),
            again.post(KEYS, VIEWER.replace(",", " ,")))) {
      assertThat(other.status()).isEqualTo(422);
    }
    assertThat(again.post(KEYS, VIEWER.replace("ci", "cd")).text("/type"))
        .isEqualTo("https://wasl.dev/problems/idempotency-key-reused");
  }

  @Test
  void says_while_the_first_is_running_when_to_come_again() throws Exception {
    var arrived = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    try (var slow =
        stack.through((call, next) -> {
          if (isWrite(call, "Connections")) {
            arrived.countDown();
            awaited(go);
          }
          return next.pass(call);
        })) {
      var first = new ArrayList<Api.Answer>();
      var running =
          Thread.startVirtualThread(
              () -> first.add(Api.on(slow).with(admin.key()).repeating("slow").post(OUT, HOOK)));
      awaited(arrived);

      var meanwhile = admin.repeating("slow").post(OUT, HOOK);
      go.countDown();
      running.join();

      assertThat(meanwhile.status()).isEqualTo(409);
      assertThat(meanwhile.text("/type")).endsWith("/idempotency-key-in-use");
      assertThat(meanwhile.headers()).containsEntry("retry-after", "5");
      assertThat(admin.repeating("slow").post(OUT, HOOK).json()).isEqualTo(first.getFirst().json());
    }
  }

  private static void awaited(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void knows_a_key_for_a_day_and_by_caller_method_and_path() {
    var again = admin.repeating("day");
    var first = again.post(KEYS, VIEWER);
    var sameProject = admin.as("\"role\":\"admin\"").repeating("day");
    var rotate = KEYS + "/" + first.text("/id") + "/rotate";

    assertThat(sameProject.post(KEYS, VIEWER).text("/id")).isNotEqualTo(first.text("/id"));
    assertThat(again.post(rotate, "{}").text("/key")).isNotEqualTo(first.text("/key"));

    admin.clock().move(Duration.ofHours(23));
    assertThat(again.post(KEYS, VIEWER).text("/id")).isEqualTo(first.text("/id"));
    admin.clock().move(Duration.ofHours(1));
    assertThat(again.post(KEYS, VIEWER).text("/id")).isNotEqualTo(first.text("/id"));
  }

  @Test
  void a_request_that_was_not_valid_can_be_corrected_under_the_same_key() {
    var again = admin.repeating("corrected");

    assertThat(again.post(KEYS, "{\"name\":\"ci\"}").status()).isEqualTo(422);
    assertThat(again.post(KEYS, "{").status()).isEqualTo(400);
    assertThat(again.post(KEYS, VIEWER).status()).isEqualTo(201);
  }

  @Test
  void a_refusal_by_what_there_is_is_remembered() {
    var again = admin.repeating("conflict");
    admin.put("/v1/integrations/pay", "{\"provider\":\"stripe\"}");
    connect(admin, "main");
    var path = "/v1/integrations/pay";

    assertThat(again.delete(path).status()).isEqualTo(409);
    admin.delete("/v1/connections/" + first("/v1/connections").text("/items/0/id"));
    assertThat(again.delete(path).status()).isEqualTo(409);
    assertThat(admin.delete(path).status()).isEqualTo(204);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\u00e4", "a\u0007b"})
  void refuses_a_key_that_is_none(String key) {
    var refused = admin.repeating(key).post(KEYS, VIEWER);

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.pointers()).containsExactly("#header/idempotency-key");
    assertThat(names(KEYS)).containsExactly("admin");
  }

  @Test
  void takes_keys_of_255_characters_and_no_longer_ones() {
    assertThat(admin.repeating("k".repeat(255)).post(KEYS, VIEWER).status()).isEqualTo(201);
    assertThat(admin.repeating("k".repeat(256)).post(KEYS, VIEWER).status()).isEqualTo(422);
    assertThat(admin.repeating("k".repeat(256)).get(KEYS).status()).isEqualTo(200);
  }

  @Test
  void checks_the_scope_before_it_looks_what_was_answered() {
    var viewer = admin.as("\"role\":\"viewer\"").repeating("mine");

    assertThat(viewer.post(KEYS, VIEWER).status()).isEqualTo(403);
    admin.repeating("mine").post(KEYS, VIEWER);
    assertThat(viewer.post(KEYS, VIEWER).status()).isEqualTo(403);
  }

  @Test
  void keeps_the_answer_sealed_in_a_record_that_ends_by_itself() {
    var answer = admin.repeating("sealed").post(KEYS, VIEWER);

    var items = Tables.of(stack).items("Events", admin.project() + "#dev#call#");
    assertThat(items).hasSize(1);
    assertThat(items.getFirst().values()).containsKeys("answer", "expiresAt");
    assertThat(items.getFirst().values().toString()).doesNotContain("wasl_dev_");
    for (var sealed : List.of("answer", "beginning")) {
      var bytes = items.getFirst().value(sealed).orElseThrow().b().asByteArray();
      assertThat(new String(bytes, UTF_8)).doesNotContain("wasl_dev_", answer.text("/id"));
    }
  }

  @Test
  void an_outage_is_not_remembered_and_what_was_begun_is_found() {
    var outages = new Outages();
    try (var behind = stack.through(outages)) {
      var again = Api.on(behind, admin.clock()).with(admin.key()).repeating("outage");
      assertThat(again.get(KEYS).status()).isEqualTo(200);
      outages.begin("kms", Outages.Kind.THROTTLING);
      assertThat(again.post(OUT, HOOK).status()).isEqualTo(503);
      outages.end();

      assertThat(again.post(OUT, HOOK).status()).isEqualTo(201);
      assertThat(admin.get(OUT).json().path("items")).hasSize(1);
    }
  }

  /// A write, and how to see that it was done once.
  enum Write {
    PROJECT,
    API_KEY,
    KEY_ROTATION,
    INTEGRATION,
    CONNECTION,
    RESUME,
    CONNECT_SESSION,
    INBOUND_WEBHOOK,
    INBOUND_ROTATION,
    OUTBOUND_WEBHOOK,
    SECRET_ROTATION,
    DELETION
  }

  @ParameterizedTest
  @EnumSource
  void a_crash_between_claim_and_effect_is_done_by_the_repeat(Write write) {
    var scene = new Scene(write);
    var answer = scene.afterCrash(Dying.before(call -> isWrite(call, "Connections")));

    scene.demandDoneOnce(answer);
  }

  @ParameterizedTest
  @EnumSource
  void a_crash_between_effect_and_answer_is_found_by_the_repeat(Write write) {
    var scene = new Scene(write);
    var answer = scene.afterCrash(Dying.after(call -> isWrite(call, "Connections")));

    scene.demandDoneOnce(answer);
  }

  @ParameterizedTest
  @EnumSource(names = {"PROJECT", "API_KEY", "CONNECTION", "INBOUND_WEBHOOK", "OUTBOUND_WEBHOOK"})
  void what_was_deleted_since_its_first_try_is_not_made_again(Write write) {
    var scene = new Scene(write);
    crashed(Dying.after(call -> isWrite(call, "Connections")), scene.caller, "gone", scene::sent);
    var made = listed(scene);
    for (var each : made) {
      var name = write == Write.PROJECT ? Api.tree(scene.body).path("name").asText() : "ci";
      if (!each.has("name") || each.path("name").asText().equals(name)) {
        var id = each.path("id").asText();
        assertThat(scene.caller.delete(scene.path + "/" + id).status()).isBetween(202, 204);
      }
    }
    var left = listed(scene);
    assertThat(left).hasSize(made.size() - 1);

    scene.caller.clock().move(Duration.ofSeconds(61));
    var repeated = scene.sent(scene.caller.repeating("gone"));

    assertThat(repeated.status()).as(repeated.json().toString()).isEqualTo(409);
    assertThat(listed(scene)).isEqualTo(left);
  }

  // All pages: every test's projects are in one list.
  private static List<JsonNode> listed(Scene scene) {
    var items = new ArrayList<JsonNode>();
    var next = "";
    do {
      var page = scene.caller.get(scene.path + "?limit=100" + next).json();
      page.path("items").forEach(items::add);
      next = page.path("nextCursor").asText("");
      next = next.isEmpty() ? next : "&cursor=" + next;
    } while (!next.isEmpty());
    return items;
  }

  @Test
  void the_repeat_of_an_erasure_that_was_done_answers_as_an_erasure() {
    var bootstrap = nobody.bootstrapped();
    var path = "/v1/projects/prj_" + "0".repeat(30);
    crashed(
        Dying.before(call -> isWrite(call, "Connections")),
        bootstrap,
        "erase",
        api -> api.delete(path));
    bootstrap.clock().move(Duration.ofSeconds(61));

    assertThat(bootstrap.repeating("erase").delete(path).status()).isEqualTo(202);
  }

  @Test
  void who_takes_over_is_known_again_though_the_answer_was_lost() {
    var memory =
        new DynamoCallMemory(
            new DynamoTable(stack.clients().dynamoDb(), Tables.of(stack).name("Events")));
    // Clocks tell nanoseconds, tables keep milliseconds.
    var now = Instant.parse("2026-11-20T10:00:00.123456789Z");
    var seen = known("first", now);
    memory.claim(seen, now);
    var later = now.plusSeconds(90);

    assertThat(memory.takeOver(seen, known("second", later))).isTrue();
    assertThat(memory.takeOver(seen, known("second", later))).isTrue();
    assertThat(memory.takeOver(seen, known("third", later))).isFalse();
  }

  private CallMemory.Known known(String owner, Instant now) {
    var sealed = new byte[128];
    sealed[0] = 1;
    return new CallMemory.Known(
        new Tenant(new ProjectId(admin.project()), Environment.DEV),
        "a-call",
        new Sealed(sealed),
        now,
        owner,
        now.plusSeconds(60),
        Optional.empty());
  }

  @Test
  void an_event_whose_publisher_crashed_is_published_under_the_same_id() {
    var body = "{\"type\":\"order.paid\",\"data\":{}}";
    var dying = Dying.after(call -> call.service().equals("sqs"));
    crashed(dying, admin, "event", api -> api.post("/v1/events", body));

    var queued = Tables.of(stack).messages("WASL_INBOUND_QUEUE_URL", admin.project());
    admin.clock().move(Duration.ofSeconds(61));
    var repeated = admin.repeating("event").post("/v1/events", body);

    assertThat(repeated.status()).isEqualTo(202);
    assertThat(queued).hasSize(1).first().asString().contains(repeated.text("/id"));
  }

  private final class Scene {
    private final Write write;
    private final Api caller;
    private final String path;
    private final String body;
    private Api.Answer before;

    Scene(Write write) {
      this.write = write;
      caller = write == Write.PROJECT ? nobody.bootstrapped() : admin;
      before = admin.get("/v1/health");
      admin.put("/v1/integrations/pay", "{\"provider\":\"stripe\"}");
      switch (write) {
        case PROJECT -> {
          path = "/v1/projects";
          body = "{\"name\":\"" + admin.key().substring(9, 29) + "\"}";
        }
        case API_KEY -> {
          path = KEYS;
          body = VIEWER;
        }
        case KEY_ROTATION -> {
          before = admin.post(KEYS, VIEWER);
          path = KEYS + "/" + before.text("/id") + "/rotate";
          body = "{}";
        }
        case INTEGRATION -> {
          path = "/v1/integrations/new";
          body = "{\"provider\":\"stripe\",\"webhookSecret\":\"a\"}";
        }
        case CONNECTION -> {
          path = "/v1/connections";
          body = connection("main");
        }
        case RESUME -> {
          before = connect(admin, "main");
          path = "/v1/connections/" + before.text("/id") + "/resume";
          body = "";
          admin.post("/v1/connections/" + before.text("/id") + "/suspend", "");
        }
        case CONNECT_SESSION -> {
          admin.put(
              "/v1/integrations/hub",
              "{\"provider\":\"github\",\"clientId\":\"c\",\"clientSecret\":\"s\"}");
          path = "/v1/connect-sessions";
          body = "{\"integration\":\"hub\"}";
        }
        case INBOUND_WEBHOOK -> {
          admin.put("/v1/integrations/hub", "{\"provider\":\"github\"}");
          path = "/v1/inbound-webhooks";
          body = "{\"integration\":\"hub\"}";
        }
        case INBOUND_ROTATION -> {
          admin.put("/v1/integrations/hub", "{\"provider\":\"github\"}");
          before = admin.post("/v1/inbound-webhooks", "{\"integration\":\"hub\"}");
          path = "/v1/inbound-webhooks/" + before.text("/id") + "/rotate";
          body = "{\"url\":true,\"secret\":true}";
        }
        case OUTBOUND_WEBHOOK -> {
          path = OUT;
          body = HOOK;
        }
        case SECRET_ROTATION -> {
          before = admin.post(OUT, HOOK);
          path = OUT + "/" + before.text("/id") + "/rotate-secret";
          body = "{}";
        }
        case DELETION -> {
          before = connect(admin, "main");
          path = "/v1/connections/" + before.text("/id");
          body = "";
        }
        default -> throw new IllegalStateException();
      }
    }

    Api.Answer afterCrash(Dying dying) {
      crashed(dying, caller, "crash", this::sent);
      assertThat(sent(caller.repeating("crash")).status()).isEqualTo(409);
      caller.clock().move(Duration.ofSeconds(61));
      var answer = sent(caller.repeating("crash"));
      assertThat(sent(caller.repeating("crash")).json()).isEqualTo(answer.json());
      return answer;
    }

    private Api.Answer sent(Api api) {
      var method =
          switch (write) {
            case INTEGRATION -> "PUT";
            case DELETION -> "DELETE";
            default -> "POST";
          };
      return api.call(method, path, body.getBytes(UTF_8));
    }

    void demandDoneOnce(Api.Answer answer) {
      assertThat(answer.status()).as(answer.json().toString()).isBetween(200, 204);
      switch (write) {
        case PROJECT -> {
          var name = answer.text("/name");
          assertThat(caller.get("/v1/projects?limit=100").json().findValuesAsText("name"))
              .filteredOn(name::equals)
              .hasSize(1);
          for (var environment : List.of("dev", "staging", "prod")) {
            assertThat(
                    nobody
                        .with(answer.text("/apiKeys/" + environment))
                        .get("/v1/projects/" + answer.text("/id"))
                        .text("/name"))
                .isEqualTo(name);
          }
        }
        case API_KEY -> {
          assertThat(names(KEYS)).containsExactlyInAnyOrder("ci", "admin");
          assertThat(nobody.with(answer.text("/key")).get(KEYS).status()).isEqualTo(200);
        }
        case KEY_ROTATION -> {
          assertThat(nobody.with(answer.text("/key")).get(KEYS).status()).isEqualTo(200);
          assertThat(nobody.with(before.text("/key")).get(KEYS).status()).isEqualTo(200);
        }
        case INTEGRATION ->
            assertThat(admin.get(path).json().path("webhookSecretSet").asBoolean()).isTrue();
        case CONNECTION -> {
          assertThat(admin.get("/v1/connections").json().path("items")).hasSize(1);
          assertThat(admin.get("/v1/connections/" + answer.text("/id")).json())
              .isEqualTo(answer.json());
        }
        case RESUME ->
            assertThat(admin.get("/v1/connections/" + before.text("/id")).text("/status"))
                .isEqualTo("active");
        case CONNECT_SESSION -> {
          assertThat(answer.text("/connectUrl")).endsWith(answer.text("/id"));
          assertThat(Tables.of(stack).items("Connections", "#connect-session#"))
              .filteredOn(item -> item.text("project").equals(admin.project()))
              .hasSize(1)
              .first()
              .extracting(item -> item.text("id"))
              .isEqualTo(answer.text("/id"));
        }
        case INBOUND_WEBHOOK -> {
          assertThat(admin.get(path).json().path("items")).hasSize(1);
          assertThat(admin.get(path + "/" + answer.text("/id")).text("/url"))
              .isEqualTo(answer.text("/url"));
          assertThat(answer.text("/secret")).hasSize(64);
        }
        case INBOUND_ROTATION -> {
          assertThat(answer.text("/url")).isNotEqualTo(before.text("/url"));
          assertThat(answer.text("/secret")).isNotEqualTo(before.text("/secret"));
          assertThat(Tables.of(stack).items("Connections", "#inbound-token#"))
              .filteredOn(item -> item.text("id").equals(before.text("/id")))
              .hasSize(2);
        }
        case OUTBOUND_WEBHOOK -> {
          assertThat(admin.get(OUT).json().path("items")).hasSize(1);
          assertThat(answer.text("/secret")).startsWith("whsec_");
        }
        case SECRET_ROTATION -> {
          var record =
              Tables.of(stack).items("Connections", "#outbound-webhook#").stream()
                  .filter(item -> item.text("id").equals(before.text("/id")))
                  .findFirst()
                  .orElseThrow();
          assertThat(record.value("secrets").orElseThrow().l()).hasSize(2);
        }
        case DELETION -> {
          assertThat(answer.status()).isEqualTo(204);
          assertThat(admin.get(path).status()).isEqualTo(404);
        }
        default -> throw new IllegalStateException();
      }
    }
  }

  private interface Sent {
    Api.Answer by(Api api);
  }

  /// Has the request done by a process that dies; its caller hears nothing.
  private void crashed(Dying dying, Api caller, String key, Sent sent) {
    try (var behind = stack.through(dying)) {
      sent.by(Api.on(behind, caller.clock()).with(caller.key()).repeating(key));
    }
    assertThat(dying.isDead()).isTrue();
  }

  private boolean isWrite(AwsCall call, String table) {
    return call.service().equals("dynamodb")
        && List.of("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")
            .contains(call.operation())
        && new String(call.body(), UTF_8).contains(Tables.of(stack).name(table));
  }

  private List<String> names(String list) {
    return first(list).json().findValuesAsText("name");
  }

  private Api.Answer first(String list) {
    return admin.get(list);
  }

  private static String connection(String alias) {
    return """
    {"integration":"pay","alias":"%s",
     "credentials":{"type":"api_key","apiKey":"sk_test_abcdefghij0123456789"}}\
    """
        .formatted(alias);
  }

  private static Api.Answer connect(Api api, String alias) {
    var connected = api.post("/v1/connections", connection(alias));
    assertThat(Optional.of(connected.status())).contains(201);
    return connected;
  }
}
