package wasl.management;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import wasl.road.EmbeddedStack;
import wasl.road.LostAnswers;

/// The API's writes when the answer to each one's first try is lost: the caller hears what became
/// of the first.
@ExtendWith(EmbeddedStack.Shared.class)
class LostAnswersTest {
  private final LostAnswers lost = new LostAnswers();
  private EmbeddedStack behind;
  private Api admin;

  @BeforeEach
  void start(EmbeddedStack stack) {
    behind = stack.through(lost);
    admin = Api.on(behind).newProject("dev");
  }

  @AfterEach
  void end() {
    behind.close();
    assertThat(lost.count()).isPositive();
  }

  @Test
  void a_key_is_made_rotated_and_revoked() {
    var made = admin.post("/v1/api-keys", "{\"name\":\"k\",\"role\":\"viewer\"}");
    assertThat(made.status()).isEqualTo(201);
    var path = "/v1/api-keys/" + made.text("/id");

    var rotated = admin.post(path + "/rotate", "{}");
    assertThat(rotated.status()).isEqualTo(200);
    assertThat(admin.with(rotated.text("/key")).get("/v1/api-keys").status()).isEqualTo(200);
    assertThat(admin.delete(path).status()).isEqualTo(204);
    assertThat(admin.delete(path).status()).isEqualTo(404);
  }

  @Test
  void an_integration_and_what_is_made_through_it_come_and_go() {
    var integration = "/v1/integrations/pay";
    assertThat(admin.put(integration, "{\"provider\":\"stripe\"}").status()).isEqualTo(201);
    assertThat(admin.put(integration, "{\"provider\":\"stripe\",\"webhookSecret\":\"a\"}").status())
        .isEqualTo(200);

    var connected =
        admin.post(
            "/v1/connections",
            """
            {"integration":"pay","alias":"main",
             "credentials":{"type":"api_key","apiKey":"sk_test_abcdefghij0123456789"}}\
            """);
    assertThat(connected.status()).isEqualTo(201);
    var connection = "/v1/connections/" + connected.text("/id");
    assertThat(admin.patch(connection, "{\"alias\":\"other\"}").status()).isEqualTo(200);

    var opened = admin.post("/v1/inbound-webhooks", "{\"integration\":\"pay\"}");
    assertThat(opened.status()).isEqualTo(201);
    var inbound = "/v1/inbound-webhooks/" + opened.text("/id");
    assertThat(admin.post(inbound + "/rotate", "{\"url\":true}").status()).isEqualTo(200);

    assertThat(admin.delete(inbound).status()).isEqualTo(204);
    assertThat(admin.delete(connection).status()).isEqualTo(204);
    assertThat(admin.delete(integration).status()).isEqualTo(204);
    assertThat(admin.delete(integration).status()).isEqualTo(404);
  }

  @Test
  void an_outbound_webhook_is_made_once_changed_once_and_deleted() {
    var made = admin.post("/v1/outbound-webhooks", "{\"url\":\"https://hooks.example.com/a\"}");
    assertThat(made.status()).isEqualTo(201);
    assertThat(admin.get("/v1/outbound-webhooks").json().path("items")).hasSize(1);
    var path = "/v1/outbound-webhooks/" + made.text("/id");

    assertThat(admin.patch(path, "{\"description\":\"x\"}").status()).isEqualTo(200);
    // A rotation that took its own first try for another's would make a second secret.
    for (int times = 0; times < 9; times++) {
      assertThat(admin.post(path + "/rotate-secret", "{}").status()).isEqualTo(200);
    }
    assertThat(admin.delete(path).status()).isEqualTo(204);
    assertThat(admin.delete(path).status()).isEqualTo(404);
  }
}
