package wasl.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.stream.StreamSupport;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wasl.aws.Log;
import wasl.function.managementapi.Handler;
import wasl.function.managementapi.ManagementApi;
import wasl.function.outbounddelivery.Delivering;
import wasl.queue.Batch;
import wasl.road.ApiClient;
import wasl.road.EmbeddedStack;

/// Outbound webhooks and deliveries through the API, delivered by the built handlers over the real
/// queues.
@ExtendWith(EmbeddedStack.Shared.class)
class OutboundRoutesTest {
  private static final String PATH = "/v1/outbound-webhooks";

  private final EmbeddedStack stack;
  private final ApiClient api;
  private final ReceiverServer receiver = new ReceiverServer();
  private final Log log = new Log("test", System.out, InstantSource.system());

  OutboundRoutesTest(EmbeddedStack stack) {
    this.stack = stack;
    var handler =
        new Handler(
            ManagementApi.on(
                stack.clients(),
                stack.environment("management-api"),
                InstantSource.system(),
                new SecureRandom()),
            log);
    api = ApiClient.ofNewProject(stack, handler);
  }

  @AfterEach
  void end() {
    receiver.close();
  }

  @Test
  void a_webhook_is_made_shown_changed_and_deleted() {
    var made =
        api.post(PATH, "{\"url\":\"%s\",\"eventTypes\":[\"order.*\"]}".formatted(receiver.url()));
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.body().path("secret").asText()).startsWith("whsec_");
    var id = made.body().path("id").asText();

    var shown = api.get(PATH + "/" + id);
    assertThat(shown.body().path("eventTypes").get(0).asText()).isEqualTo("order.*");
    assertThat(shown.body().has("secret")).isFalse();
    assertThat(api.get(PATH).body().path("items")).hasSize(1);

    var changed =
        api.call(
            "PATCH",
            PATH + "/" + id,
            "{\"eventTypes\":null,\"rateLimit\":5,\"description\":\"orders\"}");
    assertThat(changed.status()).isEqualTo(200);
    assertThat(changed.body().has("eventTypes")).isFalse();
    assertThat(changed.body().path("rateLimit").asInt()).isEqualTo(5);

    assertThat(api.call("DELETE", PATH + "/" + id, "").status()).isEqualTo(204);
    assertThat(api.get(PATH + "/" + id).status()).isEqualTo(404);
  }

  @Test
  void an_environment_has_so_many_webhooks_and_of_those_who_race_for_the_last_place_one_gets_it() {
    var wish = "{\"url\":\"%s\"}".formatted(receiver.url());
    for (int made = 0; made < OutboundWebhooks.MOST - 1; made++) {
      assertThat(api.post(PATH, wish).status()).isEqualTo(201);
    }

    var racing =
        Batch.each(Collections.nCopies(4, wish), each -> api.post(PATH, each).status()).stream()
            .map(result ->
                result.orElse(why -> {
                  throw why;
                }));
    assertThat(racing).containsExactlyInAnyOrder(201, 409, 409, 409);

    var refused = api.post(PATH, wish);
    assertThat(refused.body().path("type").asText()).endsWith("/too-many-outbound-webhooks");
    assertThat(refused.body().path("detail").asText()).contains("100");

    var one = api.get(PATH).body().path("items").get(0).path("id").asText();
    assertThat(api.call("DELETE", PATH + "/" + one, "").status()).isEqualTo(204);
    assertThat(api.call("DELETE", PATH + "/" + one, "").status()).isEqualTo(404);
    assertThat(api.post(PATH, wish).status()).isEqualTo(201);
    assertThat(api.post(PATH, wish).status()).isEqualTo(409);
  }

  @Test
  void a_cursor_that_somebody_made_up_costs_no_more_than_one_of_ours() {
    var position = "+999999-01-01T00:00:00Z#".getBytes(StandardCharsets.US_ASCII);
    var crc = new CRC32();
    crc.update(position);
    var cursor =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(
                ByteBuffer.allocate(position.length + 4)
                    .put(position)
                    .putInt((int) crc.getValue())
                    .array());

    assertTimeoutPreemptively(
        Duration.ofSeconds(30), () -> api.get("/v1/deliveries?cursor=" + cursor));
  }

  @Test
  void every_fault_is_named_at_once() {
    var answer =
        api.post(
            PATH,
            """
            {"url":"ftp://user:pw@10.0.0.1/","eventTypes":["a"],"pattern":{"source":["x"]},
             "rateLimit":0,"secret":"whsec_short","colour":"red"}\
            """);
    assertThat(answer.status()).isEqualTo(422);
    assertThat(pointers(answer.body()))
        .contains("/url", "/pattern", "/rateLimit", "/secret", "/colour");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"url\":\"https://10.0.0.1/\"}|/url",
        "{\"url\":\"https://2130706433/\"}|/url",
        "{\"url\":\"https://[64:ff9b::a9fe:a9fe]/\"}|/url",
        "{\"url\":\"http://8.8.8.8/\"}|/url",
        "{\"url\":\"nothing\"}|/url",
        "{}|/url",
        "{\"url\":\"https://example.com\",\"eventTypes\":[]}|/eventTypes",
        "{\"url\":\"https://example.com\",\"eventTypes\":\"a\"}|/eventTypes",
        "{\"url\":\"https://example.com\",\"pattern\":{\"source\":\"x\"}}|/pattern",
        "{\"url\":\"https://example.com\",\"pattern\":{}}|/pattern",
        "{\"url\":\"https://example.com\",\"pattern\":[]}|/pattern",
        "{\"url\":\"https://example.com\",\"secret\":\"whsec_AAAA\"}|/secret",
      })
  void refuses_what_is_wrong_at_its_place(String body, String pointer) {
    var answer = api.post(PATH, body);
    assertThat(answer.status()).isEqualTo(422);
    assertThat(pointers(answer.body())).contains(pointer);
    assertThat(api.get(PATH).body().path("items")).isEmpty();
  }

  @Test
  void a_test_is_delivered_and_its_attempt_shown_with_what_the_receiver_said() {
    receiver.always(ReceiverServer.text(200, "thanks"));
    var id = webhook();

    var answer = api.post(PATH + "/" + id + "/test", "");
    assertThat(answer.status()).isEqualTo(202);
    drive();

    assertThat(receiver.received()).hasSize(1);
    var delivery = api.get("/v1/deliveries/" + answer.body().path("delivery").asText()).body();
    assertThat(delivery.path("status").asText()).isEqualTo("delivered");
    assertThat(delivery.path("attempts")).hasSize(1);
    assertThat(delivery.path("attempts").get(0).path("status").asInt()).isEqualTo(200);
    assertThat(delivery.path("attempts").get(0).path("responseExcerpt").asText())
        .isEqualTo("thanks");
    assertThat(
            api.get("/v1/deliveries?outboundWebhook=" + id + "&status=delivered")
                .body()
                .path("items"))
        .hasSize(1);
    assertThat(
            api.get("/v1/deliveries?outboundWebhook=" + id + "&status=dead").body().path("items"))
        .isEmpty();
  }

  @Test
  void a_trigger_carries_its_data_exactly() {
    var id = webhook();
    var answer =
        api.post(
            PATH + "/" + id + "/trigger",
            "{\"type\":\"order.created\",\"data\":{\"total\":10.00,\"n\":1e2}}");
    assertThat(answer.status()).isEqualTo(202);
    drive();

    assertThat(receiver.received()).hasSize(1);
    assertThat(receiver.received().getFirst().body()).contains("{\"total\":10.00,\"n\":1e2}");
    assertThat(receiver.received().getFirst().header("webhook-id"))
        .isEqualTo(answer.body().path("id").asText());
  }

  @Test
  void a_delivery_is_redelivered_by_one_call_but_not_while_it_is_on_its_way() {
    var id = webhook();
    var delivery = api.post(PATH + "/" + id + "/test", "").body().path("delivery").asText();
    assertThat(api.post("/v1/deliveries/" + delivery + "/redeliver", "").status()).isEqualTo(409);
    drive();

    var again = api.post("/v1/deliveries/" + delivery + "/redeliver", "");
    assertThat(again.status()).isEqualTo(202);
    drive();
    assertThat(receiver.received()).hasSize(2);
  }

  @Test
  void pause_resume_enable_rotate_and_recover_answer_as_the_contract_says() {
    var id = webhook();
    assertThat(status("pause", id)).isEqualTo("paused");
    assertThat(status("resume", id)).isEqualTo("active");
    assertThat(status("enable", id)).isEqualTo("active");
    var rotated = api.post(PATH + "/" + id + "/rotate-secret", "");
    assertThat(rotated.status()).isEqualTo(200);
    assertThat(rotated.body().path("secret").asText()).startsWith("whsec_");
    var recovered = api.post(PATH + "/" + id + "/recover", "{\"since\":\"2026-01-01T00:00:00Z\"}");
    assertThat(recovered.status()).isEqualTo(202);
    assertThat(recovered.body().path("job").asText()).startsWith("job_");
    assertThat(api.post(PATH + "/" + id + "/recover", "{}").status()).isEqualTo(422);
  }

  @Test
  void another_project_s_webhook_and_deliveries_are_absent() {
    var id = webhook();
    var delivery = api.post(PATH + "/" + id + "/test", "").body().path("delivery").asText();
    var other =
        ApiClient.ofNewProject(
            stack,
            new Handler(
                ManagementApi.on(
                    stack.clients(),
                    stack.environment("management-api"),
                    InstantSource.system(),
                    new SecureRandom()),
                log));

    for (var verb : List.of("test", "pause", "resume", "enable", "rotate-secret")) {
      assertThat(other.post(PATH + "/" + id + "/" + verb, "").status()).isEqualTo(404);
    }
    assertThat(other.get(PATH + "/" + id).status()).isEqualTo(404);
    assertThat(other.call("DELETE", PATH + "/" + id, "").status()).isEqualTo(404);
    assertThat(other.get("/v1/deliveries/" + delivery).status()).isEqualTo(404);
    assertThat(other.post("/v1/deliveries/" + delivery + "/redeliver", "").status()).isEqualTo(404);
    assertThat(other.get("/v1/deliveries").body().path("items")).isEmpty();
  }

  private String webhook() {
    return api.post(PATH, "{\"url\":\"%s\"}".formatted(receiver.url())).body().path("id").asText();
  }

  private String status(String verb, String id) {
    var answer = api.post(PATH + "/" + id + "/" + verb, "");
    assertThat(answer.status()).isEqualTo(200);
    return answer.body().path("status").asText();
  }

  private void drive() {
    stack.driveAll(
        "outbound-delivery",
        new wasl.function.outbounddelivery.Handler(
            Delivering.on(
                stack.clients(),
                stack.environment("outbound-delivery"),
                InstantSource.system(),
                new SecureRandom(),
                log)));
  }

  private static List<String> pointers(JsonNode problem) {
    return StreamSupport.stream(problem.path("errors").spliterator(), false)
        .map(error -> error.path("pointer").asText())
        .toList();
  }
}
