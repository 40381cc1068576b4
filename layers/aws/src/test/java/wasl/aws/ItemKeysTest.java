package wasl.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.connection.ConnectionId;
import wasl.connection.IntegrationId;
import wasl.event.EventId;
import wasl.event.EventKey;
import wasl.id.Ids;
import wasl.inbound.InboundWebhookId;
import wasl.outbound.DeliveryId;
import wasl.outbound.OutboundWebhookId;
import wasl.vault.KeyId;

/// Pins the keys: every stored record leans on them.
class ItemKeysTest {
  private static final String ZERO = "0".repeat(30);
  private static final Tenant TENANT = new Tenant(new ProjectId(id("prj_")), Environment.STAGING);

  private static String id(String prefix) {
    return Ids.of(prefix, Instant.EPOCH, new byte[16]);
  }

  @Test
  void the_keys_of_items_do_not_change() {
    var tenant = "prj_" + ZERO + "#staging#";
    assertThat(
            List.of(
                ItemKeys.project(TENANT.project()),
                ItemKeys.apiKey("k"),
                ItemKeys.bootstrap(),
                ItemKeys.projectJob("job_1"),
                ItemKeys.integration(TENANT, new IntegrationId("pay")),
                ItemKeys.connection(TENANT, new ConnectionId(id("con_"))),
                ItemKeys.connectionAlias(TENANT, new IntegrationId("pay"), "main"),
                ItemKeys.connectionAccount(TENANT, new IntegrationId("pay"), "acct_1"),
                ItemKeys.inboundWebhook(TENANT, new InboundWebhookId(id("inw_"))),
                ItemKeys.inboundToken("abc"),
                ItemKeys.connectSession(id("ses_")),
                ItemKeys.oauthState("abc"),
                ItemKeys.outboundWebhook(TENANT, new OutboundWebhookId(id("out_"))),
                ItemKeys.holders(ItemKeys.outboundWebhooks(TENANT)),
                ItemKeys.outboundHealth(TENANT, new OutboundWebhookId(id("out_"))),
                ItemKeys.outboundSlots(TENANT, new OutboundWebhookId(id("out_"))),
                ItemKeys.event(TENANT, new EventKey(new byte[16])),
                ItemKeys.pastEvent(TENANT, new EventId("order-1")),
                ItemKeys.delivery(TENANT, new DeliveryId(id("dlv_"))),
                ItemKeys.call(TENANT, "a"),
                ItemKeys.audit(TENANT, "a"),
                ItemKeys.dataKey(TENANT, new KeyId(new byte[16])),
                ItemKeys.currentDataKey(TENANT)))
        .containsExactly(
            "-#-#project#prj_" + ZERO,
            "-#-#api-key#k",
            "-#-#bootstrap#-",
            "-#-#project-job#job_1",
            tenant + "integration#pay",
            tenant + "connection#con_" + ZERO,
            tenant + "connection-alias#pay/main",
            tenant + "connection-account#pay/acct_1",
            tenant + "inbound-webhook#inw_" + ZERO,
            "-#-#inbound-token#abc",
            "-#-#connect-session#ses_" + ZERO,
            "-#-#oauth-state#abc",
            tenant + "outbound-webhook#out_" + ZERO,
            tenant + "outbound-webhook#/holders",
            tenant + "outbound-health#out_" + ZERO,
            tenant + "outbound-slots#out_" + ZERO,
            tenant + "event#" + "0".repeat(22),
            tenant + "past-event#order-1",
            tenant + "delivery#dlv_" + ZERO,
            tenant + "call#a",
            tenant + "audit#a",
            tenant + "data-key#" + "0".repeat(32),
            tenant + "data-key#current");
  }

  @Test
  void the_keys_of_indexes_do_not_change() {
    assertThat(ItemKeys.list(TENANT, "integration"))
        .isEqualTo("prj_" + ZERO + "#staging#integration#-#0");
    assertThat(ItemKeys.list(TENANT, "event", LocalDate.parse("2026-11-20"), 3))
        .isEqualTo("prj_" + ZERO + "#staging#event#2026-11-20#3");
    assertThat(ItemKeys.projectList()).isEqualTo("-#-#project#-#0");
    assertThat(ItemKeys.listSort(Instant.parse("2026-11-20T01:02:03Z"), "evt_1"))
        .isEqualTo("2026-11-20T01:02:03.000Z#evt_1");
    assertThat(ItemKeys.due("delivery", "dlv_" + ZERO)).matches("delivery#([0-9]|1[0-5])");
    assertThat(ItemKeys.listShard("dlv_" + ZERO)).isBetween(0, ItemKeys.LIST_SHARDS - 1);
  }

  @Test
  void settings_name_every_missing_and_wrong_variable_at_once() {
    var settings =
        new Settings(Map.of("WASL_HOURS", "many", "WASL_SCHEDULE", "5, 300", "WASL_BUS", " "));
    settings.text("WASL_BUS", "wasl-bus");
    settings.text("WASL_TABLE", "Connections");
    settings.number("WASL_HOURS", 72, 24, 720);

    assertThat(settings.seconds("WASL_SCHEDULE", "5,300"))
        .containsExactly(Duration.ofSeconds(5), Duration.ofSeconds(300));
    assertThatThrownBy(settings::done)
        .hasMessage(
            "wrong environment: WASL_BUS is missing (example: wasl-bus); WASL_TABLE is missing"
                + " (example: Connections); WASL_HOURS is \"many\" (example: 72)");
  }
}
