package wasl.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.event.EventId;
import wasl.id.Ids;
import wasl.outbound.DeliveryMessage.Deliver;
import wasl.outbound.DeliveryMessage.Sweep;
import wasl.outbound.DeliveryMessage.Task;

class DeliveryMessagesTest {
  private static final Instant NOW = Instant.parse("2026-11-20T15:00:00Z");
  private static final Tenant TENANT =
      new Tenant(new ProjectId(Ids.of(ProjectId.PREFIX, NOW, new byte[16])), Environment.STAGING);
  private static final OutboundWebhookId WEBHOOK =
      new OutboundWebhookId(Ids.of(OutboundWebhookId.PREFIX, NOW, new byte[16]));
  private static final DeliveryId DELIVERY = DeliveryId.of(new EventId("order-7"), NOW, WEBHOOK, 0);

  @Test
  void the_text_of_a_delivery_is_frozen() {
    var message = new Deliver(TENANT, DELIVERY, 3);
    var text =
        ("{\"v\":1,\"project\":\"%s\",\"environment\":\"staging\",\"delivery\":\"%s\","
                + "\"attempt\":3}")
            .formatted(TENANT.project(), DELIVERY);

    assertThat(DeliveryMessages.write(message)).isEqualTo(text);
    assertThat(DeliveryMessages.read(text)).isEqualTo(message);
  }

  @Test
  void the_text_of_a_sweep_is_frozen() {
    var message =
        new Sweep(
            TENANT, WEBHOOK, Task.RECOVER, "job_1", NOW, NOW.plusSeconds(60), Optional.of("c"));
    var text =
        ("{\"v\":1,\"project\":\"%s\",\"environment\":\"staging\",\"sweep\":\"recover\","
                + "\"outboundWebhook\":\"%s\",\"job\":\"job_1\",\"since\":\"2026-11-20T15:00:00Z\","
                + "\"until\":\"2026-11-20T15:01:00Z\",\"cursor\":\"c\"}")
            .formatted(TENANT.project(), WEBHOOK);

    assertThat(DeliveryMessages.write(message)).isEqualTo(text);
    assertThat(DeliveryMessages.read(text)).isEqualTo(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "[]", "{}", "{\"v\":1}", "{\"v\":2,\"project\":\"p\"}"})
  void refuses_what_is_no_message(String text) {
    assertThatThrownBy(() -> DeliveryMessages.read(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_delivery_s_id_is_the_same_for_the_same_event_webhook_and_run_only() {
    var event = new EventId("order-7");
    var other =
        new OutboundWebhookId(
            Ids.of(
                OutboundWebhookId.PREFIX,
                NOW,
                new byte[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}));

    assertThat(DeliveryId.of(event, NOW, WEBHOOK, 0))
        .isEqualTo(DELIVERY)
        .isNotEqualTo(DeliveryId.of(event, NOW, WEBHOOK, 1))
        .isNotEqualTo(DeliveryId.of(event, NOW, other, 0))
        .isNotEqualTo(DeliveryId.of(new EventId("order-8"), NOW, WEBHOOK, 0));
  }
}
