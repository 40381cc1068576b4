package wasl.management;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import wasl.inbound.Receipt;
import wasl.road.EmbeddedStack;

/// The secret of an integration, which its webhooks are checked with that have none of their own,
/// is replaced without a gap.
@ExtendWith(EmbeddedStack.Shared.class)
class WebhookSecretTest {
  private EmbeddedStack stack;
  private Api admin;
  private String url;

  @BeforeEach
  void start(EmbeddedStack shared) {
    stack = shared;
    admin = Api.on(stack).newProject("dev");
    put("\"webhookSecret\":\"first\"");
    url = admin.post("/v1/inbound-webhooks", "{\"integration\":\"pay\"}").text("/url");
  }

  @Test
  void old_and_new_both_count_for_a_day_and_then_only_the_new_one() {
    assertThat(put("\"webhookSecret\":\"second\"").status()).isEqualTo(200);
    assertThat(taken("first", "second", "third")).containsExactly(true, true, false);

    admin.clock().move(Duration.ofHours(23));
    assertThat(taken("first", "second")).containsExactly(true, true);
    admin.clock().move(Duration.ofHours(1));
    assertThat(taken("first", "second")).containsExactly(false, true);
  }

  @Test
  void each_of_several_has_its_own_end() {
    put("\"webhookSecret\":\"second\"");
    admin.clock().move(Duration.ofHours(12));
    put("\"webhookSecret\":\"third\"");

    assertThat(taken("first", "second", "third")).containsExactly(true, true, true);
    admin.clock().move(Duration.ofHours(12));
    assertThat(taken("first", "second", "third")).containsExactly(false, true, true);
  }

  @Test
  void the_same_secret_again_ends_nothing_and_neither_does_leaving_it_out() {
    put("\"webhookSecret\":\"second\"");
    put("\"webhookSecret\":\"second\"");
    put("\"scopes\":[\"read\"]");
    admin.clock().move(Duration.ofHours(23));

    assertThat(taken("first", "second")).containsExactly(true, true);
    admin.clock().move(Duration.ofHours(1));
    assertThat(taken("first", "second")).containsExactly(false, true);
  }

  @Test
  void what_is_taken_away_counts_no_more_at_once() {
    put("\"webhookSecret\":\"second\"");
    put("\"webhookSecret\":null");

    assertThat(taken("first", "second")).containsExactly(false, false);
  }

  @Test
  void a_webhook_that_gets_a_secret_of_its_own_keeps_those_of_the_integration_for_the_grace() {
    put("\"webhookSecret\":\"second\"");
    admin.clock().move(Duration.ofHours(12));
    var id = admin.get("/v1/inbound-webhooks").text("/items/0/id");
    assertThat(
            admin
                .post("/v1/inbound-webhooks/" + id + "/rotate", "{\"secret\":\"whsec_own\"}")
                .status())
        .isEqualTo(200);

    assertThat(taken("first", "second", "whsec_own")).containsExactly(true, true, true);
    admin.clock().move(Duration.ofHours(12));
    assertThat(taken("first", "second", "whsec_own")).containsExactly(false, true, true);
  }

  @Test
  void no_more_than_ten_earlier_ones_count() {
    for (int n = 1; n <= 10; n++) {
      assertThat(put("\"webhookSecret\":\"secret-" + n + "\"").status()).isEqualTo(200);
    }
    var refused = put("\"webhookSecret\":\"one too many\"");

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.text("/type")).endsWith("/too-many-live");
    assertThat(taken("first", "secret-10", "one too many")).containsExactly(true, true, false);
  }

  @Test
  void an_integration_stored_before_there_were_earlier_secrets_is_read_as_it_was() {
    put("\"webhookSecret\":\"second\"");
    var tables = Tables.of(stack);
    var key = admin.project() + "#dev#integration#pay";
    var item =
        tables.items("Connections", key).stream()
            .filter(each -> each.pk().equals(key))
            .findFirst()
            .orElseThrow();
    var old = new HashMap<>(item.values());
    assertThat(old.remove("earlierWebhookSecrets")).isNotNull();
    tables.put("Connections", old);

    assertThat(taken("first", "second")).containsExactly(false, true);
    assertThat(admin.get("/v1/integrations/pay").status()).isEqualTo(200);
  }

  private Api.Answer put(String more) {
    return admin.put("/v1/integrations/pay", "{\"provider\":\"stripe\"," + more + "}");
  }

  private List<Boolean> taken(String... secrets) {
    var desk = new Desk(stack, admin.clock());
    return Stream.of(secrets)
        .map(secret -> desk.stripe(url, secret, admin.clock()) instanceof Receipt.Result.Stored)
        .toList();
  }
}
