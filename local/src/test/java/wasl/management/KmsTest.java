package wasl.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.inbound.Receipt;
import wasl.queue.Batch;
import wasl.refresh.RefreshScenario;
import wasl.road.EmbeddedStack;
import wasl.road.Outages;

/// How often KMS is asked, and what happens while it does not answer.
@ExtendWith(EmbeddedStack.Shared.class)
class KmsTest {
  private final Outages outages = new Outages();
  private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
  private EmbeddedStack stack;
  private EmbeddedStack behind;
  private Api admin;
  private Furnished furnished;

  @BeforeEach
  void start(EmbeddedStack shared) {
    stack = shared;
    admin = Api.on(stack).newProject("dev");
    furnished = Furnished.in(stack, admin);
    behind =
        stack.through((call, next) -> {
          asked.computeIfAbsent(call.service(), first -> new AtomicInteger()).incrementAndGet();
          return outages.answer(call, next);
        });
  }

  @AfterEach
  void end() {
    behind.close();
  }

  @ParameterizedTest
  @EnumSource
  void a_webhook_is_to_be_sent_again_while_kms_does_not_answer(Outages.Kind kind) {
    var desk = new Desk(behind, admin.clock());
    outages.begin("kms", kind);

    var refused = desk.github(furnished.inboundUrl(), furnished.inboundSecret());

    assertThat(refused).isInstanceOf(Receipt.Result.NotStored.class);
    var why = ((Receipt.Result.NotStored) refused).why();
    assertThat(why.status()).isEqualTo(503);
    assertThat(why.retryAfter()).contains(Duration.ofSeconds(30));
    assertThat(Tables.of(stack).messages("WASL_INBOUND_QUEUE_URL", admin.project())).isEmpty();

    outages.end();
    assertThat(desk.github(furnished.inboundUrl(), furnished.inboundSecret()))
        .isInstanceOf(Receipt.Result.Stored.class);
  }

  @Test
  void a_receipt_that_knows_the_key_needs_no_kms_for_five_minutes() {
    var desk = new Desk(behind, admin.clock());
    desk.github(furnished.inboundUrl(), furnished.inboundSecret());
    outages.begin("kms", Outages.Kind.DOWN);

    assertThat(desk.github(furnished.inboundUrl(), furnished.inboundSecret()))
        .isInstanceOf(Receipt.Result.Stored.class);
    admin.clock().move(Duration.ofMinutes(5));
    assertThat(desk.github(furnished.inboundUrl(), furnished.inboundSecret()))
        .isInstanceOf(Receipt.Result.NotStored.class);
  }

  @Test
  void a_caller_is_to_come_again_while_kms_is_throttling() {
    var fresh = Api.on(behind, admin.clock()).with(admin.key());
    var path = "/v1/connections/" + furnished.id("connection") + "/credentials";
    outages.begin("kms", Outages.Kind.THROTTLING);

    var refused = fresh.get(path);

    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.headers()).containsEntry("retry-after", "5");
    assertThat(refused.json().toString()).doesNotContainIgnoringCase("kms");
    outages.end();
    assertThat(fresh.get(path).text("/apiKey")).isEqualTo(Furnished.API_KEY);
  }

  @Test
  void a_message_comes_again_while_kms_is_throttling_the_router() {
    var published = admin.post("/v1/events", "{\"type\":\"order.late\",\"data\":{}}").text("/id");
    var message = Tables.of(stack).messages("WASL_INBOUND_QUEUE_URL", admin.project()).getFirst();
    var router = Furnished.router(behind, admin.clock());
    outages.begin("kms", Outages.Kind.THROTTLING);
    assertThat(failures(router, message, 1)).hasSize(1);
    // A copy goes on in its stead: it never comes to its last receive.
    asked.clear();
    assertThat(failures(router, message, 5)).isEmpty();
    assertThat(asked.getOrDefault("sqs", new AtomicInteger()).get()).isEqualTo(1);

    outages.end();
    assertThat(failures(router, message, 1)).isEmpty();
    assertThat(admin.get("/v1/events/" + published).text("/status")).isEqualTo("routed");
  }

  private JsonNode failures(RequestStreamHandler router, String message, int receive) {
    var event = JsonNodeFactory.instance.objectNode();
    var record =
        event
            .putArray("Records")
            .addObject()
            .put("messageId", "m1")
            .put("receiptHandle", "r1")
            .put("body", message);
    record
        .putObject("attributes")
        .put("ApproximateReceiveCount", Integer.toString(receive))
        .put("SentTimestamp", "1");
    return behind.invoke(router, "event-router", event).path("batchItemFailures");
  }

  @Test
  void a_thousand_reads_of_credentials_ask_kms_twice_at_most() {
    var fresh = Api.on(behind, admin.clock()).with(admin.key());
    var tenant = new Tenant(new ProjectId(admin.project()), Environment.DEV);
    try (var oauth = new RefreshScenario(stack, tenant, admin.clock(), Duration.ofSeconds(27))) {
      var path = "/v1/connections/" + oauth.connected(RefreshScenario.CLIENT).id() + "/credentials";
      asked.clear();

      for (int round = 0; round < 20; round++) {
        for (var result :
            Batch.each(IntStream.range(0, 50).boxed().toList(), n -> fresh.get(path).status())) {
          assertThat(
                  result.orElse(why -> {
                    throw why;
                  }))
              .isEqualTo(200);
        }
      }
    }

    int calls = asked.getOrDefault("kms", new AtomicInteger()).get();
    System.out.printf("1,000 credential reads in one container: %d calls of KMS%n", calls);
    assertThat(calls).isBetween(1, 2);
  }
}
