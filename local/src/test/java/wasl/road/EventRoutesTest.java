package wasl.road;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import wasl.aws.Log;
import wasl.function.eventrouter.Routing;
import wasl.function.managementapi.ManagementApi;

@ExtendWith(EmbeddedStack.Shared.class)
class EventRoutesTest {
  private final SettableClock clock = SettableClock.atRealTime();
  private final Log log =
      new Log(
          "test",
          new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
          clock);

  private EmbeddedStack stack;
  private ApiClient api;

  @BeforeEach
  void start(EmbeddedStack shared) {
    stack = shared;
    api =
        ApiClient.ofNewProject(
            stack,
            new wasl.function.managementapi.Handler(
                ManagementApi.on(
                    stack.clients(),
                    stack.environment("management-api"),
                    clock,
                    new SecureRandom()),
                log));
  }

  @Test
  void a_published_event_is_routed_and_shown_with_its_data_as_given() {
    var id = published("{\"type\":\"order.paid\",\"data\":{\"total\":10.50}}");
    route();

    var event = api.get("/v1/events/" + id);
    assertThat(event.status()).isEqualTo(200);
    assertThat(event.body().path("id").asText()).isEqualTo(id).startsWith("evt_");
    assertThat(event.body().path("type").asText()).isEqualTo("order.paid");
    assertThat(event.body().path("source").asText()).isEqualTo("wasl.app");
    assertThat(event.body().path("status").asText()).isEqualTo("routed");
    assertThat(event.body().path("data").path("total").asText()).isEqualTo("10.5");
    assertThat(event.body().has("provider")).isFalse();
  }

  @Test
  void an_event_is_shown_without_its_data_to_a_key_that_lacks_the_scope() {
    var id = published("{\"type\":\"order.paid\",\"data\":1}");
    route();

    var event = api.withScopes("events:read").get("/v1/events/" + id);

    assertThat(event.status()).isEqualTo(200);
    assertThat(event.body().has("data")).isFalse();
  }

  @Test
  void an_id_of_ones_own_deduplicates_and_is_returned_as_given() {
    assertThat(published("{\"type\":\"a\",\"data\":null,\"id\":\"order-1\"}")).isEqualTo("order-1");
    assertThat(published("{\"type\":\"a\",\"data\":null,\"id\":\"order-1\"}")).isEqualTo("order-1");
    route();

    assertThat(listed("")).containsExactly("order-1");
  }

  @Test
  void a_large_event_travels_by_reference_and_comes_out_whole() {
    var text = "x".repeat(300_000);
    var id = published("{\"type\":\"large\",\"data\":\"" + text + "\"}");
    route();

    assertThat(api.get("/v1/events/" + id).body().path("data").asText()).isEqualTo(text);
  }

  @Test
  void a_faulty_event_is_refused_with_every_fault_and_nothing_is_stored() {
    var answer = api.post("/v1/events", "{\"type\":\"\",\"id\":\"a.b\",\"more\":1}");

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body().path("errors").findValuesAsText("pointer"))
        .containsExactlyInAnyOrder("/type", "/data", "/id", "/more");
    route();
    assertThat(listed("")).isEmpty();
  }

  @Test
  void data_that_could_not_travel_as_given_is_refused() {
    for (var data : List.of("\"\\ud800\"", "[".repeat(201) + "]".repeat(201))) {
      var answer = api.post("/v1/events", "{\"type\":\"order.paid\",\"data\":" + data + "}");

      assertThat(answer.status()).isEqualTo(422);
      assertThat(answer.body().path("errors").findValuesAsText("pointer")).containsExactly("/data");
    }
  }

  @Test
  void the_list_takes_every_filter() {
    var first = published("{\"type\":\"a\",\"data\":1}");
    route();
    clock.move(Duration.ofMinutes(5));
    var between = clock.instant();
    clock.move(Duration.ofMinutes(5));
    var second = published("{\"type\":\"b\",\"data\":1}");
    route();
    clock.move(Duration.ofMinutes(5));

    assertThat(listed("")).containsExactly(second, first);
    assertThat(listed("?type=a")).containsExactly(first);
    assertThat(listed("?source=wasl.app")).hasSize(2);
    assertThat(listed("?source=wasl")).isEmpty();
    assertThat(listed("?status=routed&since=" + between)).containsExactly(second);
    assertThat(listed("?until=" + between)).containsExactly(first);
    assertThat(listed("?connection=con_1")).isEmpty();
  }

  @Test
  void the_list_names_every_faulty_parameter() {
    var answer = api.get("/v1/events?status=gone&since=yesterday&limit=0&cursor=x&colour=red");

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body().path("errors").findValuesAsText("pointer"))
        .containsExactlyInAnyOrder(
            "#query/status", "#query/since", "#query/limit", "#query/cursor", "#query/colour");
  }

  @Test
  void an_id_of_ones_own_may_look_like_one_of_wasls_that_no_bytes_could_give() {
    var id = "evt_" + "z".repeat(30);
    published("{\"id\":\"%s\",\"type\":\"a\",\"data\":1}".formatted(id));
    route();

    assertThat(api.get("/v1/events/" + id).status()).isEqualTo(200);
  }

  @Test
  void a_list_of_no_time_at_all_is_empty() {
    published("{\"type\":\"order.paid\",\"data\":1}");
    route();
    var now = clock.instant();

    for (var query : List.of("since=" + now.plusSeconds(60), "since=" + now + "&until=" + now)) {
      var list = api.get("/v1/events?" + query);
      assertThat(list.status()).isEqualTo(200);
      assertThat(list.body().path("items").isEmpty()).isTrue();
    }
  }

  @Test
  void the_list_goes_on_by_its_cursor() {
    for (int n = 0; n < 3; n++) {
      published("{\"type\":\"a\",\"data\":1}");
      route();
      clock.move(Duration.ofSeconds(1));
    }
    var first = api.get("/v1/events?limit=2").body();
    var second = api.get("/v1/events?limit=2&cursor=" + first.path("nextCursor").asText()).body();

    assertThat(first.path("items")).hasSize(2);
    assertThat(second.path("items")).hasSize(1);
    assertThat(second.path("nextCursor").isNull()).isTrue();
  }

  @Test
  void another_projects_event_is_not_there() {
    var id = published("{\"type\":\"a\",\"data\":1}");
    route();
    start(stack);

    assertThat(api.get("/v1/events/" + id).status()).isEqualTo(404);
    assertThat(api.get("/v1/events/" + id + "/raw?reason=x").status()).isEqualTo(404);
    assertThat(api.post("/v1/events/" + id + "/replay", "").status()).isEqualTo(404);
  }

  @Test
  void a_look_at_a_raw_body_is_recorded_and_given() {
    var id = published("{\"type\":\"a\",\"data\":{\"n\": 1.0}}");
    route();

    var raw = api.get("/v1/events/" + id + "/raw?reason=ticket%2017");

    assertThat(raw.status()).isEqualTo(200);
    assertThat(Base64.getDecoder().decode(raw.body().path("bodyBase64").asText()))
        .isEqualTo("{\"n\": 1.0}".getBytes(StandardCharsets.UTF_8));
    assertThat(audited(id)).containsExactly("ticket 17");
  }

  @Test
  void a_look_without_a_reason_is_refused() {
    var id = published("{\"type\":\"a\",\"data\":1}");
    route();

    assertThat(api.get("/v1/events/" + id + "/raw").status()).isEqualTo(422);
    assertThat(api.withScopes("events:read").get("/v1/events/" + id + "/raw?reason=x").status())
        .isEqualTo(403);
    assertThat(audited(id)).isEmpty();
  }

  @Test
  void a_replay_is_accepted_and_routed_as_the_next_run() {
    var id = published("{\"type\":\"a\",\"data\":1}");
    route();

    var answer = api.post("/v1/events/" + id + "/replay", "");
    route();

    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.body().path("run").asInt()).isEqualTo(1);
    assertThat(runsOnBus(id)).containsExactlyInAnyOrder(0, 1);
  }

  @Test
  void a_range_is_replayed_whole() {
    var one = published("{\"type\":\"a\",\"data\":1}");
    var two = published("{\"type\":\"a\",\"data\":1}");
    var other = published("{\"type\":\"b\",\"data\":1}");
    route();

    var answer =
        api.post(
            "/v1/events/replay",
            "{\"type\":\"a\",\"status\":\"routed\",\"since\":\"%s\",\"until\":\"%s\"}"
                .formatted(clock.instant().minusSeconds(60), clock.instant().plusSeconds(60)));
    route();

    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.body().path("job").asText()).startsWith("job_");
    assertThat(runsOnBus(one)).containsExactlyInAnyOrder(0, 1);
    assertThat(runsOnBus(two)).containsExactlyInAnyOrder(0, 1);
    assertThat(runsOnBus(other)).containsExactly(0);
  }

  @Test
  void a_faulty_range_is_refused_with_every_fault() {
    var answer = api.post("/v1/events/replay", "{\"status\":\"lost\",\"until\":1}");

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body().path("errors").findValuesAsText("pointer"))
        .containsExactlyInAnyOrder("/status", "/since", "/until");
  }

  @Test
  void what_is_beyond_the_bodys_retention_is_gone() {
    var id = published("{\"type\":\"a\",\"data\":1}");
    route();
    clock.move(Duration.ofDays(16));

    assertThat(api.get("/v1/events/" + id + "/raw?reason=x").status()).isEqualTo(410);
    assertThat(api.post("/v1/events/" + id + "/replay", "").status()).isEqualTo(410);
    assertThat(api.get("/v1/events/" + id).status()).isEqualTo(200);
  }

  private String published(String json) {
    var answer = api.post("/v1/events", json);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
    return answer.body().path("id").asText();
  }

  private void route() {
    var routing =
        Routing.on(
            stack.clients(), stack.environment("event-router"), clock, new SecureRandom(), log);
    stack.driveAll("event-router", new wasl.function.eventrouter.Handler(routing));
  }

  private List<String> listed(String query) {
    var answer = api.get("/v1/events" + query);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return StreamSupport.stream(answer.body().path("items").spliterator(), false)
        .map(event -> event.path("id").asText())
        .toList();
  }

  private List<Integer> runsOnBus(String id) {
    var project = api.get("/v1/events/" + id).body().path("project").asText();
    return stack.onBus(project).stream()
        .map(event -> event.path("detail"))
        .filter(detail -> detail.path("id").asText().equals(id))
        .map((JsonNode detail) -> detail.path("run").asInt())
        .toList();
  }

  /// The reasons of all recorded looks at an event.
  private List<String> audited(String event) {
    return stack
        .clients()
        .dynamoDb()
        .scanPaginator(r ->
            r.tableName(stack.environment("management-api").get("WASL_EVENTS_TABLE"))
                .filterExpression("subject = :event AND #a = :action")
                .expressionAttributeNames(Map.of("#a", "action"))
                .expressionAttributeValues(
                    Map.of(
                        ":event", AttributeValue.fromS(event),
                        ":action", AttributeValue.fromS("event.raw.read"))))
        .items()
        .stream()
        .map(item -> item.getOrDefault("reason", AttributeValue.fromS("")).s())
        .toList();
  }
}
