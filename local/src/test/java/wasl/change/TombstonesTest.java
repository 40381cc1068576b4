package wasl.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.aws.DynamoOutboundWebhooks;
import wasl.aws.DynamoTable;
import wasl.aws.InboundWebhookItem;
import wasl.aws.ItemKeys;
import wasl.change.ChangeStream.Streamed;
import wasl.connection.IntegrationId;
import wasl.outbound.OutboundWebhookId;
import wasl.queue.Batch;
import wasl.road.EmbeddedStack;
import wasl.signing.Digests;

/// What is left of a deleted record tells who deleted it, and is to everybody else as if it were
/// not there.
@ExtendWith(EmbeddedStack.Shared.class)
class TombstonesTest {
  private static final String CREDENTIALS =
      "\"credentials\":{\"type\":\"api_key\",\"apiKey\":\"sk_test_abcdefghij0123456789\"}";

  private final InstantSource clock = InstantSource.system();
  private final RandomGenerator random = new SecureRandom();
  private ChangeStream stream;
  private DynamoTable table;
  private Api admin;
  private Tenant tenant;

  @BeforeEach
  void start(EmbeddedStack stack) {
    stream = new ChangeStream(stack);
    table = stack.table("Connections");
    var bootstrap = Api.bootstrapped(stack, clock, random);
    var project = bootstrap.post("/v1/projects", "{\"name\":\"a project\"}");
    admin = bootstrap.with(project.text("/apiKeys/dev"));
    tenant = new Tenant(new ProjectId(project.text("/id")), Environment.DEV);
  }

  @AfterEach
  void end() {
    stream.close();
  }

  @Test
  void a_deleted_record_is_in_no_answer_and_no_list_and_cannot_be_deleted_again() {
    put("pay");
    var connection = made("/v1/connections", "{\"integration\":\"pay\"," + CREDENTIALS + "}");
    var inbound = made("/v1/inbound-webhooks", "{\"integration\":\"pay\"}");
    var outbound = made("/v1/outbound-webhooks", "{\"url\":\"http://127.0.0.1:9/\"}");
    var key = made("/v1/api-keys", "{\"name\":\"k\",\"role\":\"viewer\"}");
    var paths =
        List.of(
            "/v1/inbound-webhooks/" + inbound,
            "/v1/connections/" + connection,
            "/v1/integrations/pay",
            "/v1/outbound-webhooks/" + outbound,
            "/v1/api-keys/" + key);
    stream.read();

    for (var path : paths) {
      assertThat(admin.call("DELETE", path, "").status()).as(path).isEqualTo(204);
      assertThat(admin.get(path).status()).as(path).isEqualTo(404);
      assertThat(admin.call("DELETE", path, "").status()).as(path).isEqualTo(404);
      var list = path.substring(0, path.lastIndexOf('/'));
      var id = path.substring(path.lastIndexOf('/') + 1);
      assertThat(admin.get(list).json().at("/items").findValuesAsText("id"))
          .as(list)
          .doesNotContain(id);
    }
    assertThat(admin.call("PATCH", paths.get(0), "{\"active\":true}").status()).isEqualTo(404);
    assertThat(admin.call("PATCH", paths.get(1), "{\"alias\":\"a\"}").status()).isEqualTo(404);
    assertThat(admin.post(paths.get(3) + "/pause", "").status()).isEqualTo(404);
    assertThat(admin.post(paths.get(4) + "/rotate", "").status()).isEqualTo(404);

    assertThat(stream.read().stream().filter(Streamed::isMarked).map(each -> each.mark("kind")))
        .containsExactly(
            "inbound-webhook.deleted",
            "connection.disconnected",
            "integration.deleted",
            "outbound-webhook.deleted",
            "api-key.revoked");
  }

  @Test
  void what_is_left_holds_nothing_but_whose_it_was_and_who_deleted_it_and_ends_by_itself() {
    put("pay");
    stream.read();
    admin.call("the request", "DELETE", "/v1/integrations/pay", "");

    var left = stream.read().stream().filter(Streamed::isMarked).toList().getFirst().after();

    assertThat(left.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "pk", "v", "gone", "id", "project", "environment", "expiresAt", "change");
    assertThat(left.at("/change/M/request/S").asText()).isEqualTo("the request");
    assertThat(Instant.ofEpochSecond(left.at("/expiresAt/N").asLong()))
        .isBetween(
            clock.instant().plus(47, ChronoUnit.HOURS), clock.instant().plus(48, ChronoUnit.HOURS));
    assertThat(stream.read()).isEmpty();
  }

  @Test
  void a_new_record_takes_the_place_of_a_deleted_one_and_stays() {
    put("pay");
    admin.call("DELETE", "/v1/integrations/pay", "");

    assertThat(admin.call("PUT", "/v1/integrations/pay", "{\"provider\":\"github\"}").status())
        .isEqualTo(201);

    assertThat(admin.get("/v1/integrations/pay").text("/provider")).isEqualTo("github");
    var item = table.get(ItemKeys.integration(tenant, new IntegrationId("pay"))).orElseThrow();
    assertThat(item.has("gone")).isFalse();
    assertThat(item.has("expiresAt")).as("it would vanish").isFalse();
    assertThat(admin.get("/v1/integrations").json().at("/items").size()).isOne();
  }

  @Test
  void nothing_is_made_that_belongs_to_a_deleted_record() {
    put("pay");
    var connection = made("/v1/connections", "{\"integration\":\"pay\"," + CREDENTIALS + "}");

    // Deletion and creation meet again and again; what came last finds what the other left.
    for (int round = 0; round < 20; round++) {
      int at = round;
      put("p" + at);
      var came =
          Batch.each(
                  List.of(0, 1),
                  which ->
                      which == 0
                          ? admin.call("DELETE", "/v1/integrations/p" + at, "").status()
                          : admin
                              .post("/v1/inbound-webhooks", "{\"integration\":\"p" + at + "\"}")
                              .status())
              .stream()
              .map(each ->
                  each.orElse(why -> {
                    throw why;
                  }))
              .toList();
      assertThat(came.getFirst()).isEqualTo(204);
    }
    assertThat(admin.get("/v1/inbound-webhooks").json().at("/items")).isEmpty();

    admin.call("DELETE", "/v1/connections/" + connection, "");
    assertThat(
            admin.post("/v1/inbound-webhooks", "{\"connection\":\"" + connection + "\"}").status())
        .isEqualTo(422);
    admin.call("DELETE", "/v1/integrations/pay", "");
    assertThat(
            admin.post("/v1/connections", "{\"integration\":\"pay\"," + CREDENTIALS + "}").status())
        .isEqualTo(422);
  }

  @Test
  void a_connections_names_are_free_when_it_is_deleted() {
    put("pay");
    var wish =
        "{\"integration\":\"pay\",\"alias\":\"a\",\"externalAccountId\":\"x\"," + CREDENTIALS + "}";
    var first = made("/v1/connections", wish);
    assertThat(admin.post("/v1/connections", wish).status()).isEqualTo(409);

    admin.call("DELETE", "/v1/connections/" + first, "");

    assertThat(made("/v1/connections", wish)).isNotEqualTo(first);
  }

  @Test
  void a_deleted_inbound_webhooks_url_leads_nowhere_and_its_token_leaves_nothing() {
    put("pay");
    var made = admin.post("/v1/inbound-webhooks", "{\"integration\":\"pay\"}");
    var url = made.text("/url");
    var secret = url.substring(url.lastIndexOf('/') + 1).getBytes(StandardCharsets.US_ASCII);
    var token = ItemKeys.inboundToken(Digests.sha256Hex(secret));
    assertThat(table.get(token).map(InboundWebhookItem::read)).isPresent();
    stream.read();

    admin.call("DELETE", "/v1/inbound-webhooks/" + made.text("/id"), "");

    assertThat(table.get(token)).isEmpty();
    var records = stream.read();
    assertThat(records)
        .filteredOn(record -> record.pk().equals(token))
        .singleElement()
        .satisfies(record -> assertThat(record.after().isMissingNode()).isTrue());
    assertThat(records.stream().filter(Streamed::isMarked)).hasSize(1);
  }

  @Test
  void a_revoked_key_is_refused_at_once_and_a_rotation_that_meets_it_brings_it_not_back() {
    for (int round = 0; round < 10; round++) {
      var made = admin.post("/v1/api-keys", "{\"name\":\"k\",\"role\":\"viewer\"}");
      var path = "/v1/api-keys/" + made.text("/id");

      var came =
          Batch.each(
                  List.of(0, 1),
                  which ->
                      which == 0
                          ? admin.call("DELETE", path, "")
                          : admin.post(path + "/rotate", "{}"))
              .stream()
              .map(each ->
                  each.orElse(why -> {
                    throw why;
                  }))
              .toList();

      assertThat(came.getFirst().status()).isEqualTo(204);
      assertThat(admin.with(made.text("/key")).get("/v1/connections").status()).isEqualTo(401);
      if (came.get(1).isDone()) {
        assertThat(admin.with(came.get(1).text("/key")).get("/v1/connections").status())
            .isEqualTo(401);
      }
    }
  }

  @Test
  void of_those_who_delete_one_record_at_the_same_time_one_is_told_of() {
    var outbound = made("/v1/outbound-webhooks", "{\"url\":\"http://127.0.0.1:9/\"}");
    var key = made("/v1/api-keys", "{\"name\":\"k\",\"role\":\"viewer\"}");
    stream.read();

    for (var path : List.of("/v1/outbound-webhooks/" + outbound, "/v1/api-keys/" + key)) {
      var came =
          Batch.each(List.of(1, 2, 3, 4), each -> admin.call("DELETE", path, "").status()).stream()
              .map(each ->
                  each.orElse(why -> {
                    throw why;
                  }))
              .toList();
      assertThat(came).containsOnlyOnce(204);
    }

    assertThat(stream.read().stream().filter(Streamed::isMarked)).hasSize(2);
    assertThat(new DynamoOutboundWebhooks(table).all(tenant)).isEmpty();
    assertThat(new DynamoOutboundWebhooks(table).find(tenant, new OutboundWebhookId(outbound)))
        .isEmpty();
    // The place that it had among those that are counted is free again.
    assertThat(made("/v1/outbound-webhooks", "{\"url\":\"http://127.0.0.1:9/\"}")).isNotEmpty();
  }

  private void put(String slug) {
    var put = admin.call("PUT", "/v1/integrations/" + slug, "{\"provider\":\"stripe\"}");
    assertThat(put.isDone()).isTrue();
  }

  private String made(String path, String body) {
    var made = admin.post(path, body);
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return made.text("/id");
  }
}
