package wasl.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import wasl.access.Tenant;
import wasl.aws.AwsClients;
import wasl.aws.DynamoDeliveries;
import wasl.aws.DynamoReceivers;
import wasl.aws.DynamoTable;
import wasl.event.EventId;
import wasl.event.EventSource;
import wasl.id.Ids;
import wasl.local.intercept.InterceptedEndpoint;
import wasl.local.ledger.Ledger;
import wasl.local.ledger.Meter;
import wasl.road.EmbeddedStack;

/// What a delivery may cost in DynamoDB: a change that turns up in an index without need shows
/// here, and nowhere else before the bill.
@ExtendWith(EmbeddedStack.Shared.class)
@Timeout(60)
class WriteUnitsTest {
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

  private final EmbeddedStack stack;
  private final Ledger ledger = new Ledger();
  private final Tenant tenant;
  private final OutboundWebhookId webhook =
      new OutboundWebhookId(Ids.next(OutboundWebhookId.PREFIX, NOW, new SecureRandom()));
  private final InterceptedEndpoint counted;
  private final DynamoTable events;

  WriteUnitsTest(EmbeddedStack stack) throws IOException {
    this.stack = stack;
    this.tenant = stack.newTenant();
    this.counted = InterceptedEndpoint.start(stack.endpoint(), List.of(ledger));
    this.events = events();
  }

  private DynamoTable events() {
    var clients =
        new AwsClients(
            Map.of(
                "AWS_ENDPOINT_URL", counted.uri().toString(),
                "AWS_REGION", "us-east-1",
                "AWS_ACCESS_KEY_ID", "test",
                "AWS_SECRET_ACCESS_KEY", "test"));
    var table = stack.environment("outbound-delivery").get("WASL_EVENTS_TABLE");
    return new DynamoTable(clients.dynamoDb(), Optional.ofNullable(table).orElseThrow());
  }

  @AfterEach
  void stop() {
    counted.close();
  }

  private double unitsOf(Runnable work) {
    var before = ledger.tally();
    work.run();
    return ledger.tally().since(before).amount(Meter.DYNAMODB_WRITE_UNIT);
  }

  private Delivery fresh() {
    var event = new EventId("order-" + webhook.value());
    return Delivery.first(
        tenant, event, EventSource.APP, "order.created", NOW, Optional.empty(), webhook, 0, NOW);
  }

  @Test
  void a_delivery_that_succeeds_at_once_costs_three_writes_one_and_two() {
    var deliveries = new DynamoDeliveries(events, () -> NOW);
    var fresh = fresh();
    var lease = new Delivery.Lease("me", NOW.plusSeconds(1).plus(DeliverySettings.LEASE));

    assertThat(unitsOf(() -> deliveries.putIfAbsent(fresh))).as("itself, list, due").isEqualTo(3);
    assertThat(unitsOf(() -> deliveries.claim(fresh, lease, NOW.plusSeconds(1))))
        .as("a claim is in no index")
        .isEqualTo(1);
    var attempt =
        new Delivery.Attempt(
            1, NOW, Optional.of(200), Optional.empty(), Duration.ofMillis(3), Optional.empty());
    assertThat(unitsOf(() -> deliveries.record(fresh.delivered(attempt), "me")))
        .as("itself, and out of what is due")
        .isEqualTo(2);
  }

  @Test
  void a_claim_long_after_its_delivery_was_made_is_due_after_its_lease() {
    var deliveries = new DynamoDeliveries(events, () -> NOW);
    var fresh = fresh();
    deliveries.putIfAbsent(fresh);
    var late = NOW.plus(Duration.ofMinutes(10));
    var lease = new Delivery.Lease("me", late.plus(DeliverySettings.LEASE));

    assertThat(unitsOf(() -> deliveries.claim(fresh, lease, late))).isEqualTo(3);
    assertThat(deliveries.find(tenant, fresh.id()).orElseThrow().dueAt())
        .contains(Delivery.dueAtBesideMessage(lease.until()));
  }

  @Test
  void ten_slots_cost_a_write_and_a_write() {
    var receivers = new DynamoReceivers(events, new SecureRandom());
    var until = NOW.plus(DeliverySettings.LEASE);

    assertThat(
            unitsOf(() -> {
              var all = receivers.take(tenant, webhook, 10, 10, NOW, until);
              assertThat(all).hasSize(10);
              receivers.release(all, NOW);
            }))
        .isEqualTo(2);
    assertThat(receivers.take(tenant, webhook, 4, 10, NOW, until)).hasSize(4);
    assertThat(receivers.take(tenant, webhook, 10, 10, NOW, until))
        .as("as many as are free")
        .hasSize(6);
    assertThat(receivers.take(tenant, webhook, 1, 10, NOW, until)).isEmpty();
    assertThat(receivers.take(tenant, webhook, 1, 10, until, until.plusSeconds(1)))
        .as("once the others' leases have ended")
        .hasSize(1);
  }
}
