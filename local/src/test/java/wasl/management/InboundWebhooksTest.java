package wasl.management;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import wasl.aws.DynamoTable;
import wasl.aws.InboundWebhookItem;
import wasl.aws.ItemKeys;
import wasl.inbound.InboundWebhook;
import wasl.road.EmbeddedStack;
import wasl.signing.Digests;

/// The URLs that providers call.
@ExtendWith(EmbeddedStack.Shared.class)
class InboundWebhooksTest {
  private Api nobody;
  private Api admin;
  private DynamoTable table;

  @BeforeEach
  void start(EmbeddedStack stack) {
    nobody = Api.on(stack);
    admin = nobody.newProject("dev");
    table = stack.table("Connections");
    admin.put("/v1/integrations/pay", "{\"provider\":\"stripe\"}");
    admin.put("/v1/integrations/code", "{\"provider\":\"github\"}");
  }

  @Test
  void gives_out_a_url_that_leads_to_the_webhook() {
    var created = create("{\"integration\":\"pay\",\"secret\":\"whsec_abcdefgh\"}");
    var url = created.text("/url");

    assertThat(created.status()).isEqualTo(201);
    assertThat(url).startsWith(Api.BASE_URL + "/webhooks/stripe/");
    assertThat(created.json().has("secret")).isFalse();
    assertThat(created.json().at("/secretSet").asBoolean()).isTrue();
    assertThat(behind(url).orElseThrow().id().value()).isEqualTo(created.text("/id"));
    assertThat(admin.get(path(created)).text("/url")).isEqualTo(url);
    assertThat(admin.get(path(created)).json().toString()).doesNotContain("whsec_");
  }

  @Test
  void makes_a_secret_only_where_the_provider_lets_it() {
    assertThat(create("{\"integration\":\"pay\"}").json().has("secret")).isFalse();
    var github = create("{\"integration\":\"code\"}");
    assertThat(github.text("/secret")).hasSize(64);
    assertThat(admin.get(path(github)).json().has("secret")).isFalse();
  }

  @Test
  void leaves_the_integrations_secret_in_force_where_there_is_one() {
    admin.put("/v1/integrations/code", "{\"provider\":\"github\",\"webhookSecret\":\"s\"}");

    var created = create("{\"integration\":\"code\"}");

    assertThat(created.json().has("secret")).isFalse();
    assertThat(created.json().at("/secretSet").asBoolean()).isFalse();
  }

  @Test
  void names_every_fault() {
    assertThat(create("{\"secret\":\"\",\"x\":1}").pointers())
        .containsExactlyInAnyOrder("", "/secret", "/x");
    assertThat(create("{\"integration\":\"nothing\"}").pointers()).containsExactly("/integration");
    assertThat(create("{\"connection\":\"con_nothing\"}").pointers())
        .containsExactly("/connection");
    admin.put("/v1/integrations/std", "{\"provider\":\"standard-webhooks\"}");
    assertThat(create("{\"integration\":\"std\",\"secret\":\"whsec_%%%\"}").pointers())
        .containsExactly("/secret");
    admin.put("/v1/integrations/any", "{\"provider\":\"webhook\"}");
    assertThat(create("{\"integration\":\"any\"}").pointers()).containsExactly("/integration");
  }

  @Test
  void rotates_url_and_secret_without_a_gap() {
    var created = create("{\"integration\":\"code\"}");
    var rotated =
        admin.post(path(created) + "/rotate", "{\"url\":true,\"secret\":true,\"graceSeconds\":60}");

    assertThat(rotated.status()).as(rotated.json().toString()).isEqualTo(200);
    assertThat(rotated.text("/url")).isNotEqualTo(created.text("/url"));
    assertThat(rotated.text("/secret")).isNotEqualTo(created.text("/secret"));
    var old = behind(created.text("/url")).orElseThrow();
    assertThat(old.tokens()).hasSize(2);
    assertThat(old.secrets()).hasSize(2);
    assertThat(old.tokens().get(1).until())
        .contains(admin.clock().instant().plus(Duration.ofMinutes(1)));
    assertThat(behind(rotated.text("/url"))).contains(old);
  }

  @Test
  void rotates_a_secret_that_the_provider_makes() {
    var created = create("{\"integration\":\"pay\",\"secret\":\"whsec_abcdefgh\"}");
    var path = path(created) + "/rotate";

    assertThat(admin.post(path, "{\"secret\":true}").pointers()).containsExactly("/secret");
    assertThat(admin.post(path, "{}").pointers()).containsExactly("");
    var rotated = admin.post(path, "{\"secret\":\"whsec_ijklmnop\"}");
    assertThat(rotated.status()).isEqualTo(200);
    assertThat(rotated.json().has("secret")).isFalse();
    assertThat(behind(created.text("/url")).orElseThrow().secrets()).hasSize(2);
  }

  @Test
  void replaces_a_secret_and_switches_off() {
    var created = create("{\"integration\":\"pay\",\"secret\":\"whsec_abcdefgh\"}");

    var changed = admin.patch(path(created), "{\"secret\":null,\"active\":false}");

    assertThat(changed.json().at("/secretSet").asBoolean()).isFalse();
    assertThat(behind(created.text("/url")).orElseThrow().active()).isFalse();
    assertThat(admin.patch(path(created), "{\"secret\":\"\",\"active\":1}").pointers())
        .containsExactly("/secret", "/active");
  }

  @Test
  void leads_nowhere_once_deleted() {
    var created = create("{\"integration\":\"pay\"}");

    assertThat(admin.delete(path(created)).status()).isEqualTo(204);

    assertThat(admin.get(path(created)).status()).isEqualTo(404);
    assertThat(behind(created.text("/url"))).isEmpty();
  }

  @Test
  void goes_with_its_connection_and_with_its_integration() {
    var connection =
        admin
            .post(
                "/v1/connections",
                "{\"integration\":\"pay\",\"credentials\":{\"type\":\"api_key\",\"apiKey\":\"sk_test_0123456789\"}}")
            .text("/id");
    var ofConnection = create("{\"connection\":\"" + connection + "\"}");
    var ofIntegration = create("{\"integration\":\"pay\"}");
    assertThat(ofConnection.text("/connection")).isEqualTo(connection);

    assertThat(admin.delete("/v1/connections/" + connection).status()).isEqualTo(204);
    assertThat(behind(ofConnection.text("/url"))).isEmpty();
    assertThat(behind(ofIntegration.text("/url"))).isPresent();

    assertThat(admin.delete("/v1/integrations/pay").status()).isEqualTo(204);
    assertThat(behind(ofIntegration.text("/url"))).isEmpty();
  }

  @Test
  void does_not_know_another_projects_webhooks() {
    var created = create("{\"integration\":\"pay\"}");
    var other = nobody.newProject("dev");

    assertThat(other.get(path(created)).status()).isEqualTo(404);
    assertThat(other.patch(path(created), "{\"active\":false}").status()).isEqualTo(404);
    assertThat(other.post(path(created) + "/rotate", "{\"url\":true}").status()).isEqualTo(404);
    assertThat(other.delete(path(created)).status()).isEqualTo(404);
    assertThat(other.get("/v1/inbound-webhooks").json().at("/items").size()).isZero();
    assertThat(admin.get("/v1/inbound-webhooks?integration=pay").json().at("/items").size())
        .isEqualTo(1);
    assertThat(admin.get("/v1/inbound-webhooks?integration=code").json().at("/items").size())
        .isZero();
  }

  private Api.Answer create(String body) {
    return admin.post("/v1/inbound-webhooks", body);
  }

  private static String path(Api.Answer created) {
    return "/v1/inbound-webhooks/" + created.text("/id");
  }

  /// What a receipt finds behind a URL.
  private Optional<InboundWebhook> behind(String url) {
    var token = url.substring(url.lastIndexOf('/') + 1).getBytes(StandardCharsets.US_ASCII);
    return table.get(ItemKeys.inboundToken(Digests.sha256Hex(token))).map(InboundWebhookItem::read);
  }
}
