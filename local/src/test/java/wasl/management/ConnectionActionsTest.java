package wasl.management;

import static org.assertj.core.api.Assertions.assertThat;
import static wasl.refresh.RefreshScenario.LASTING;
import static wasl.refresh.RefreshScenario.ROTATING;
import static wasl.refresh.TokenServer.error;
import static wasl.refresh.TokenServer.status;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.aws.DynamoTable;
import wasl.aws.ItemKeys;
import wasl.connection.Connection;
import wasl.page.PageRequest;
import wasl.refresh.RefreshScenario;
import wasl.refresh.TokenServer;
import wasl.road.EmbeddedStack;

/// What callers of the API see of a connection whose token is refreshed.
@ExtendWith(EmbeddedStack.Shared.class)
@Timeout(180)
class ConnectionActionsTest {
  private static final int READERS = 100;
  private static final Duration SLOW = Duration.ofSeconds(2);
  private static final Duration HOUR = Duration.ofHours(1);

  private final EmbeddedStack stack;
  private Api api;
  private RefreshScenario scenario;
  private TokenServer provider;

  ConnectionActionsTest(EmbeddedStack stack) {
    this.stack = stack;
    this.api = Api.on(stack);
    this.scenario = scenario();
    this.provider = new TokenServer();
    provider.close();
  }

  @BeforeEach
  void begin() {
    scenario.close();
    api = Api.on(stack).newProject("dev");
    scenario = scenario();
    provider = scenario.provider();
  }

  @AfterEach
  void end() {
    scenario.close();
  }

  private RefreshScenario scenario() {
    return new RefreshScenario(
        stack,
        api.key().isEmpty() ? stack.newTenant() : tenant(),
        api.clock(),
        Duration.ofSeconds(27));
  }

  private Tenant tenant() {
    return new Tenant(new ProjectId(api.get("/v1/projects").text("/items/0/id")), Environment.DEV);
  }

  private static String path(Connection connection, String verb) {
    return "/v1/connections/" + connection.id() + verb;
  }

  @Test
  void a_hundred_readers_of_a_token_that_ended_make_one_call_and_all_get_the_new_one()
      throws Exception {
    var connection = scenario.connected(ROTATING);
    api.clock().move(HOUR);
    provider.then(provider.after(SLOW));

    var reads = readBy(List.of(api), connection);

    assertOneCallServed(reads);
  }

  @Test
  void so_do_a_hundred_readers_over_two_function_hosts() throws Exception {
    var connection = scenario.connected(ROTATING);
    api.clock().move(HOUR);
    provider.then(provider.after(SLOW));
    // Another container: its own clients, caches and HTTP connections.
    try (var other = stack.through((call, next) -> next.pass(call))) {
      var reads = readBy(List.of(api, Api.on(other, api.clock()).with(api.key())), connection);

      assertOneCallServed(reads);
    }
  }

  private List<Api.Answer> readBy(List<Api> hosts, Connection connection) throws Exception {
    hosts.forEach(host -> host.get("/v1/connections"));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var start = new CountDownLatch(1);
      var running = new ArrayList<Future<Api.Answer>>();
      for (int reader = 0; reader < READERS; reader++) {
        var host = hosts.get(reader % hosts.size());
        running.add(
            threads.submit(() -> {
              start.await();
              return host.get(path(connection, "/credentials"));
            }));
      }
      start.countDown();
      var reads = new ArrayList<Api.Answer>();
      for (var each : running) {
        reads.add(each.get(120, TimeUnit.SECONDS));
      }
      return reads;
    }
  }

  private void assertOneCallServed(List<Api.Answer> reads) {
    assertThat(provider.calls()).hasSize(1);
    assertThat(reads)
        .allSatisfy(read -> {
          assertThat(read.status()).as(read.json().toString()).isEqualTo(200);
          assertThat(read.text("/accessToken")).isEqualTo("at-1");
        });
  }

  @Test
  void a_token_is_shown_without_what_it_is_renewed_with() {
    var connection = scenario.connected(ROTATING);

    var shown = api.get(path(connection, "/credentials"));

    assertThat(shown.status()).isEqualTo(200);
    assertThat(shown.text("/type")).isEqualTo("oauth2");
    assertThat(shown.text("/accessToken")).isEqualTo("at-0");
    assertThat(Instant.parse(shown.text("/expiresAt"))).isEqualTo(connection.expiresAt().get());
    assertThat(shown.json().toString()).doesNotContain("rt-0");
    assertThat(shown.headers()).containsEntry("cache-control", "no-store");
  }

  @Test
  void a_provider_that_fails_is_502_until_it_may_be_asked_again() {
    var connection = scenario.connected(ROTATING);
    api.clock().move(HOUR);
    provider.then(status(429, "retry-after", "600"));

    var failed = api.get(path(connection, "/credentials"));
    var again = api.get(path(connection, "/credentials"));

    assertThat(List.of(failed.status(), again.status())).containsExactly(502, 502);
    assertThat(again.text("/type")).endsWith("/refresh-failed");
    assertThat(again.headers()).containsEntry("retry-after", "600");
    assertThat(provider.calls()).hasSize(1);
    assertThat(looks(connection)).as("nothing was shown").isZero();
  }

  @Test
  void a_connection_that_needs_its_user_is_409_and_says_why() {
    var connection = scenario.connected(ROTATING);
    api.clock().move(HOUR);
    provider.then(error("invalid_grant"));

    for (int read = 0; read < 2; read++) {
      var refused = api.get(path(connection, "/credentials"));

      assertThat(refused.status()).isEqualTo(409);
      assertThat(refused.text("/type")).endsWith("/connection-not-active");
      assertThat(refused.text("/detail")).isEqualTo("the connection is error (invalid_grant)");
    }
    assertThat(api.get(path(connection, "")).text("/health")).isEqualTo("unhealthy");
    assertThat(looks(connection)).isZero();
  }

  @Test
  void a_look_is_recorded_each_time() {
    var connection = scenario.connected(ROTATING);

    api.get(path(connection, "/credentials"));
    api.get(path(connection, "/credentials"));

    assertThat(looks(connection)).isEqualTo(2);
  }

  @Test
  void refreshes_a_token_that_is_good_still_and_passes_the_pause() {
    var connection = scenario.connected(ROTATING);
    provider.then(status(503));

    var failed = api.post(path(connection, "/refresh"), "");
    var refreshed = api.post(path(connection, "/refresh"), "");

    assertThat(failed.status()).isEqualTo(502);
    assertThat(failed.text("/type")).endsWith("/refresh-failed");
    assertThat(failed.text("/detail")).isEqualTo("the token was not refreshed: http_503");
    assertThat(refreshed.status()).as(refreshed.json().toString()).isEqualTo(200);
    assertThat(refreshed.text("/id")).isEqualTo(connection.id().value());
    assertThat(refreshed.text("/status")).isEqualTo("active");
    assertThat(refreshed.json().has("statusReason")).isFalse();
    assertThat(Instant.parse(refreshed.text("/lastRefreshedAt"))).isEqualTo(api.clock().instant());
    assertThat(api.get(path(connection, "/credentials")).text("/accessToken")).isEqualTo("at-1");
  }

  @Test
  void never_passes_another_s_lease() throws Exception {
    var connection = scenario.connected(ROTATING);
    var reached = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    provider.then(provider.held(reached, go));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = threads.submit(() -> api.post(path(connection, "/refresh"), ""));
      assertThat(reached.await(30, TimeUnit.SECONDS)).isTrue();

      var second = api.post(path(connection, "/refresh"), "");

      assertThat(second.status()).isEqualTo(202);
      assertThat(second.text("/id")).isEqualTo(connection.id().value());
      go.countDown();
      assertThat(first.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
    }
    assertThat(provider.calls()).hasSize(1);
  }

  @Test
  void recovers_a_connection_in_error() {
    var connection = scenario.connected(ROTATING);
    provider.then(error("invalid_grant"));
    var ended = api.post(path(connection, "/refresh"), "");
    assertThat(ended.status()).isEqualTo(502);
    assertThat(api.get(path(connection, "")).text("/status")).isEqualTo("error");

    var recovered = api.post(path(connection, "/refresh"), "");

    assertThat(recovered.status()).isEqualTo(200);
    assertThat(recovered.text("/status")).isEqualTo("active");
    assertThat(recovered.text("/health")).isEqualTo("healthy");
  }

  @Test
  void says_that_there_is_nothing_to_refresh() {
    api.put("/v1/integrations/pay", "{\"provider\":\"stripe\"}");
    var key =
        api.post(
                "/v1/connections",
                "{\"integration\":\"pay\",\"credentials\":{\"type\":\"api_key\","
                    + "\"apiKey\":\"sk_test_abcdefghij0123456789\"}}")
            .text("/id");

    var refused = api.post("/v1/connections/" + key + "/refresh", "");

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.text("/type")).endsWith("/nothing-to-refresh");
  }

  @Test
  void suspends_and_resumes() {
    var connection = scenario.connected(LASTING);
    provider.rotating(false);

    assertThat(api.post(path(connection, "/resume"), "").status()).isEqualTo(409);
    var suspended = api.post(path(connection, "/suspend"), "");
    assertThat(suspended.status()).isEqualTo(200);
    assertThat(suspended.text("/status")).isEqualTo("suspended");
    assertThat(suspended.text("/statusReason")).isEqualTo("suspended_by_user");
    assertThat(api.post(path(connection, "/suspend"), "").status()).as("again").isEqualTo(200);
    assertThat(api.get(path(connection, "/credentials")).status()).isEqualTo(409);
    assertThat(api.post(path(connection, "/refresh"), "").status()).isEqualTo(409);
    api.clock().move(HOUR);

    var resumed = api.post(path(connection, "/resume"), "");

    assertThat(resumed.status()).isEqualTo(200);
    assertThat(resumed.text("/status")).isEqualTo("active");
    assertThat(api.get(path(connection, "/credentials")).text("/accessToken")).isEqualTo("at-1");
    assertThat(provider.calls()).hasSize(1);
  }

  @Test
  void a_suspension_is_no_way_around_an_authorization() {
    var connection = scenario.connected(ROTATING);
    scenario.integration("http://127.0.0.1:9/token");
    assertThat(api.get(path(connection, "")).text("/status")).isEqualTo("pending_auth");

    var refused = api.post(path(connection, "/suspend"), "");

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.text("/type")).endsWith("/status-conflict");
    assertThat(api.get(path(connection, "/credentials")).status()).isEqualTo(409);
  }

  @Test
  void nor_around_what_the_provider_said() {
    var connection = scenario.connected(ROTATING);
    provider.then(error("invalid_grant"));
    api.post(path(connection, "/refresh"), "");
    assertThat(api.get(path(connection, "")).text("/status")).isEqualTo("error");

    var refused = api.post(path(connection, "/suspend"), "");

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.text("/type")).endsWith("/status-conflict");
    assertThat(api.get(path(connection, "")).text("/status")).isEqualTo("error");
  }

  @Test
  void is_for_those_who_may_write_and_for_their_own_connections() {
    var connection = scenario.connected(ROTATING);
    var viewer = api.as("\"role\":\"viewer\"");
    var stranger = Api.on(stack).newProject("dev");

    for (var verb : List.of("/refresh", "/suspend", "/resume")) {
      assertThat(viewer.post(path(connection, verb), "").status()).as(verb).isEqualTo(403);
      assertThat(stranger.post(path(connection, verb), "").status()).as(verb).isEqualTo(404);
      assertThat(api.post("/v1/connections/nothing" + verb, "").status()).as(verb).isEqualTo(404);
    }
    assertThat(stranger.get(path(connection, "/credentials")).status()).isEqualTo(404);
    assertThat(provider.calls()).isEmpty();
  }

  private long looks(Connection connection) {
    var events =
        new DynamoTable(
            stack.clients().dynamoDb(),
            stack.environment("management-api").getOrDefault("WASL_EVENTS_TABLE", ""));
    var day = ItemKeys.day(api.clock().instant());
    var tenant = connection.tenant();
    return IntStream.range(0, ItemKeys.LIST_SHARDS)
        .mapToObj(shard -> ItemKeys.list(tenant, "audit", day, shard))
        .flatMap(list -> events.page(list, new PageRequest(100, Optional.empty())).items().stream())
        .filter(item ->
            events
                .get(item.pk())
                .flatMap(audit -> audit.optionalText("action"))
                .equals(Optional.of("credentials.read")))
        .count();
  }
}
