package wasl.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import wasl.function.changepublisher.Handler;
import wasl.function.changepublisher.Publishing;
import wasl.function.eventrouter.Routing;
import wasl.function.managementapi.ManagementApi;
import wasl.function.outbounddelivery.Delivering;
import wasl.outbound.ReceiverServer;
import wasl.road.EmbeddedStack;
import wasl.web.Route;

/// Goes over the table of routes: whoever adds one that writes, or shows what is secret, says here
/// how it is called and what the audit trail then says.
@ExtendWith(EmbeddedStack.Shared.class)
class AuditedRoutesTest {
  private static final String CREDENTIALS =
      "\"credentials\":{\"type\":\"api_key\",\"apiKey\":\"sk_test_abcdefghij0123456789\"}";

  /// Readings that show what is secret.
  private static final Set<String> LOOKS = Set.of("getCredentials", "getRawEvent", "getEvent");

  /// What becomes of these is their provider's word, and none is there; the demand is on record.
  private static final Set<String> DEMANDS = Set.of("refreshConnection", "checkConnection");

  private final InstantSource clock = InstantSource.system();
  private final RandomGenerator random = new SecureRandom();
  private final ReceiverServer receiver = new ReceiverServer();
  private EmbeddedStack stack;
  private ChangeStream stream;
  private Api api;
  private Handler publisher;

  /// How an operation is called, so that it succeeds.
  ///
  /// @param action what the trail says then
  /// @param path makes what it is about, and answers the path
  private record Sample(String action, Function<String, String> path, String body) {}

  @BeforeEach
  void start(EmbeddedStack shared) {
    stack = shared;
    stream = new ChangeStream(stack);
    // What others left there would be fanned out with what this makes.
    stack.onBus("");
    api = Api.bootstrapped(stack, clock, random);
    publisher =
        new Handler(
            Publishing.on(
                stack.clients(),
                stack.environment("change-publisher"),
                clock,
                random,
                Api.silent("change-publisher", clock)));
    api.call("PUT", "/v1/integrations/pay", "{\"provider\":\"stripe\"}");
  }

  @AfterEach
  void end() {
    // Another test's bootstrap is of the same project.
    ids("/v1/connections").forEach(id -> api.call("DELETE", "/v1/connections/" + id, ""));
    ids("/v1/outbound-webhooks")
        .forEach(id -> api.call("DELETE", "/v1/outbound-webhooks/" + id, ""));
    api.call("DELETE", "/v1/integrations/pay", "");
    api.call("DELETE", "/v1/integrations/code", "");
    stream.close();
    receiver.close();
  }

  @Test
  void every_route_that_writes_or_shows_secrets_leaves_an_audit_record() {
    var since = clock.instant();
    // The newest by now; one of the routes makes another.
    var key = api.get("/v1/api-keys?limit=1").text("/items/0/id");
    var samples = samples();
    var expected = new LinkedHashMap<String, String>();
    for (var route : routes()) {
      if (route.scope().isEmpty() || (route.method().equals("GET") && !isLook(route))) {
        continue;
      }
      var sample =
          Objects.requireNonNull(
              samples.get(route.operation()), "a sample of " + route.operation());
      var path = sample.path().apply(route.path());
      var request = UUID.randomUUID().toString();
      var answer = api.call(request, route.method(), path, sample.body());
      assertThat(answer.isDone() || DEMANDS.contains(route.operation()))
          .as(route.operation() + ": " + answer.text())
          .isTrue();
      expected.put(request, sample.action());
    }

    stream.bring(publisher, stream.read());

    var told = recorded(since);
    expected.forEach((request, action) ->
        assertThat(told)
            .as(action)
            .anySatisfy(record -> {
              assertThat(record.requestId()).isEqualTo(request);
              assertThat(record.action()).isEqualTo(action);
              assertThat(record.subject()).isNotEmpty();
            }));
    assertThat(told)
        .filteredOn(record -> expected.containsKey(record.requestId()))
        .allSatisfy(record -> assertThat(record.actor()).isEqualTo(key));
    // Who has a session's id may connect an account, and a viewer reads the trail.
    assertThat(told).allSatisfy(record -> assertThat(record.toString()).doesNotContain("ses_"));
    assertThat(told)
        .filteredOn(record -> record.action().equals("connect-session.created"))
        .extracting(Recorded::subject)
        .containsOnly("code");
  }

  private static boolean isLook(Route route) {
    return LOOKS.contains(route.operation());
  }

  @Test
  void what_only_lists_leaves_none() {
    var since = clock.instant();
    for (var route : routes()) {
      if (route.method().equals("GET") && !route.path().contains("{")) {
        assertThat(api.get(route.path()).status()).as(route.path()).isEqualTo(200);
      }
    }
    assertThat(recorded(since)).isEmpty();
  }

  @Test
  void what_is_refused_leaves_none() {
    var since = clock.instant();
    var none = "evt_" + "0".repeat(30);
    assertThat(api.post("/v1/events", "{\"type\":\"a\"}").status()).isEqualTo(422);
    assertThat(api.post("/v1/events/" + none + "/replay", "").status()).isEqualTo(404);
    assertThat(api.get("/v1/events/" + none).status()).isEqualTo(404);
    assertThat(api.get("/v1/events/" + none + "/raw").status()).isEqualTo(422);
    var out = "/v1/outbound-webhooks/out_" + "0".repeat(30);
    assertThat(api.post(out + "/test", "").status()).isEqualTo(404);
    assertThat(api.post(out + "/trigger", "{\"type\":\"a\",\"data\":1}").status()).isEqualTo(404);
    assertThat(api.post(out + "/recover", "{\"since\":\"2026-01-01T00:00:00Z\"}").status())
        .isEqualTo(404);
    var dlv = "/v1/deliveries/dlv_" + "0".repeat(30);
    assertThat(api.post(dlv + "/redeliver", "").status()).isEqualTo(404);

    assertThat(recorded(since)).isEmpty();
  }

  private List<Route> routes() {
    return ManagementApi.on(stack.clients(), stack.environment("management-api"), clock, random)
        .routes();
  }

  private Map<String, Sample> samples() {
    var samples = new LinkedHashMap<String, Sample>();
    samples.put("createProject", fixed("project.created", "{\"name\":\"new\"}"));
    samples.put("eraseProject", new Sample("project.erased", this::ofProject, ""));
    samples.put("rotateProjectKeys", new Sample("project.keys-rotated", this::ofProject, ""));

    samples.put("createApiKey", fixed("api-key.created", "{\"name\":\"k\",\"role\":\"viewer\"}"));
    samples.put("rotateApiKey", new Sample("api-key.rotated", this::ofKey, "{}"));
    samples.put("revokeApiKey", new Sample("api-key.revoked", this::ofKey, ""));

    samples.put(
        "putIntegration",
        new Sample(
            "integration.created",
            path -> "/v1/integrations/s" + random.nextInt(1_000_000),
            "{\"provider\":\"stripe\"}"));
    samples.put("deleteIntegration", new Sample("integration.deleted", this::ofIntegration, ""));

    samples.put(
        "createConnection",
        fixed("connection.connected", "{\"integration\":\"pay\"," + CREDENTIALS + "}"));
    samples.put(
        "updateConnection",
        new Sample("connection.updated", this::ofConnection, "{\"tags\":[\"a\"]}"));
    samples.put("deleteConnection", new Sample("connection.disconnected", this::ofConnection, ""));
    samples.put("suspendConnection", new Sample("connection.suspended", this::ofConnection, ""));
    samples.put("resumeConnection", new Sample("connection.resumed", this::ofSuspended, ""));
    samples.put(
        "refreshConnection", new Sample("connection.refresh-demanded", this::ofConnection, ""));
    samples.put("checkConnection", new Sample("connection.check-demanded", this::ofConnection, ""));
    samples.put(
        "createConnectSession",
        new Sample("connect-session.created", this::withCode, "{\"integration\":\"code\"}"));
    samples.put("getCredentials", new Sample("credentials.read", this::ofConnection, ""));

    samples.put(
        "createInboundWebhook", fixed("inbound-webhook.created", "{\"integration\":\"pay\"}"));
    samples.put(
        "updateInboundWebhook",
        new Sample("inbound-webhook.updated", this::ofInbound, "{\"active\":false}"));
    samples.put(
        "rotateInboundWebhook",
        new Sample("inbound-webhook.rotated", this::ofInbound, "{\"url\":true}"));
    samples.put("deleteInboundWebhook", new Sample("inbound-webhook.deleted", this::ofInbound, ""));

    samples.put("publishEvent", fixed("event.published", "{\"type\":\"a.b\",\"data\":{}}"));
    samples.put("getEvent", new Sample("event.data.read", this::ofEvent, ""));
    samples.put(
        "getRawEvent", new Sample("event.raw.read", path -> ofEvent(path) + "?reason=ticket", ""));
    samples.put("replayEvent", new Sample("event.replayed", this::ofEvent, ""));
    samples.put(
        "replayEvents",
        fixed(
            "events.replayed",
            "{\"since\":\"2026-01-01T00:00:00Z\",\"until\":\"2026-01-02T00:00:00Z\"}"));

    samples.put("createOutboundWebhook", fixed("outbound-webhook.created", outbound()));
    samples.put(
        "updateOutboundWebhook",
        new Sample("outbound-webhook.updated", this::ofOutbound, "{\"description\":\"d\"}"));
    samples.put(
        "deleteOutboundWebhook", new Sample("outbound-webhook.deleted", this::ofOutbound, ""));
    samples.put(
        "rotateOutboundWebhookSecret",
        new Sample("outbound-webhook.secret-rotated", this::ofOutbound, ""));
    samples.put("testOutboundWebhook", new Sample("outbound-webhook.tested", this::ofOutbound, ""));
    samples.put(
        "triggerOutboundWebhook",
        new Sample("outbound-webhook.triggered", this::ofOutbound, "{\"type\":\"a\",\"data\":1}"));
    samples.put(
        "pauseOutboundWebhook", new Sample("outbound-webhook.paused", this::ofOutbound, ""));
    samples.put(
        "resumeOutboundWebhook", new Sample("outbound-webhook.resumed", this::ofOutbound, ""));
    samples.put(
        "enableOutboundWebhook", new Sample("outbound-webhook.enabled", this::ofDisabled, ""));
    samples.put(
        "recoverOutboundWebhook",
        new Sample(
            "outbound-webhook.recovered",
            this::ofOutbound,
            "{\"since\":\"2026-01-01T00:00:00Z\"}"));
    samples.put("redeliver", new Sample("delivery.redelivered", this::ofDelivery, ""));
    return samples;
  }

  private static Sample fixed(String action, String body) {
    return new Sample(action, path -> path, body);
  }

  private String ofProject(String path) {
    return with(path, made("/v1/projects", "{\"name\":\"another\"}"));
  }

  // An integration that accounts are connected through by consent.
  private String withCode(String path) {
    api.call(
        "PUT",
        "/v1/integrations/code",
        "{\"provider\":\"github\",\"clientId\":\"c\",\"clientSecret\":\"s\"}");
    return path;
  }

  private String ofSuspended(String path) {
    var id = made("/v1/connections", "{\"integration\":\"pay\"," + CREDENTIALS + "}");
    api.post("/v1/connections/" + id + "/suspend", "");
    return with(path, id);
  }

  private String ofKey(String path) {
    return with(path, made("/v1/api-keys", "{\"name\":\"k\",\"role\":\"viewer\"}"));
  }

  private String ofIntegration(String path) {
    var slug = "d" + random.nextInt(1_000_000);
    api.call("PUT", "/v1/integrations/" + slug, "{\"provider\":\"stripe\"}");
    return with(path, slug);
  }

  private String ofConnection(String path) {
    return with(path, made("/v1/connections", "{\"integration\":\"pay\"," + CREDENTIALS + "}"));
  }

  private String ofInbound(String path) {
    return with(path, made("/v1/inbound-webhooks", "{\"integration\":\"pay\"}"));
  }

  private String ofOutbound(String path) {
    return with(path, made("/v1/outbound-webhooks", outbound()));
  }

  private String outbound() {
    return "{\"url\":\"" + receiver.url() + "\"}";
  }

  // A receiver that is gone for good disables it at once.
  private String ofDisabled(String path) {
    deliver();
    var id = made("/v1/outbound-webhooks", outbound());
    receiver.then(ReceiverServer.status(410));
    api.post("/v1/outbound-webhooks/" + id + "/test", "");
    deliver();
    assertThat(api.get("/v1/outbound-webhooks/" + id).text("/status")).isEqualTo("disabled");
    return with(path, id);
  }

  private String ofDelivery(String path) {
    var id = made("/v1/outbound-webhooks", outbound());
    var delivery = api.post("/v1/outbound-webhooks/" + id + "/test", "").text("/delivery");
    deliver();
    assertThat(api.get("/v1/deliveries/" + delivery).text("/status")).isEqualTo("delivered");
    return with(path, delivery);
  }

  private String ofEvent(String path) {
    var id = api.post("/v1/events", "{\"type\":\"a.b\",\"data\":{\"n\":1}}").text("/id");
    var routing =
        Routing.on(
            stack.clients(),
            stack.environment("event-router"),
            clock,
            random,
            Api.silent("event-router", clock));
    stack.driveAll("event-router", new wasl.function.eventrouter.Handler(routing));
    return with(path, id);
  }

  private void deliver() {
    var delivering =
        Delivering.on(
            stack.clients(),
            stack.environment("outbound-delivery"),
            clock,
            random,
            Api.silent("outbound-delivery", clock));
    stack.driveAll("outbound-delivery", new wasl.function.outbounddelivery.Handler(delivering));
  }

  private String made(String path, String body) {
    var made = api.post(path, body);
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return made.text("/id");
  }

  private static String with(String path, String id) {
    return path.replaceAll("\\{[a-zA-Z]+}", id);
  }

  private List<String> ids(String list) {
    return api.get(list + "?limit=100").json().at("/items").findValuesAsText("id");
  }

  private record Recorded(String actor, String action, String subject, String requestId) {}

  private List<Recorded> recorded(Instant since) {
    var records = new ArrayList<Recorded>();
    for (var line : api.get("/v1/audit/export?since=" + since).text().lines().toList()) {
      var record = Api.tree(line);
      records.add(
          new Recorded(
              record.path("actor").asText(),
              record.path("action").asText(),
              record.path("subject").asText(),
              record.path("requestId").asText()));
    }
    return records;
  }
}
