package wasl.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import wasl.aws.SqsDeliveryQueue;
import wasl.outbound.OwnEvents.OwnEvent;
import wasl.queue.Batch;
import wasl.queue.Outcome;
import wasl.queue.QueueMessage;
import wasl.road.EmbeddedStack;

/// Which deliveries an event on the bus becomes.
@ExtendWith(EmbeddedStack.Shared.class)
class FanoutTest {
  private static final int MANY = 10_000;

  private final EmbeddedStack stack;
  private final OutboundScenario scenario;

  FanoutTest(EmbeddedStack stack) {
    this.stack = stack;
    this.scenario = new OutboundScenario(stack);
  }

  @AfterEach
  void end() {
    scenario.close();
  }

  @Test
  void each_webhook_that_matches_gets_a_delivery_and_no_other() {
    var receiver = scenario.receiver();
    var all = scenario.webhook(receiver).webhook();
    var orders = webhook(new EventFilter.Types(List.of("order.*")));
    var large =
        webhook(
            new EventFilter.Pattern(
                "{\"detail\":{\"data\":{\"total\":[{\"numeric\":[\">\",100]}]}}}"));
    webhook(new EventFilter.Types(List.of("invoice.*")));

    scenario.publish("order.created", "{\"total\":50}");
    assertThat(scenario.all().stream().map(Delivery::webhook))
        .containsExactlyInAnyOrder(all.id(), orders.id());

    scenario.publish("order.created", "{\"total\":500}");
    assertThat(scenario.all()).hasSize(5);
    assertThat(scenario.all().stream().map(Delivery::webhook)).contains(large.id());
  }

  @Test
  void an_event_that_comes_twice_is_one_delivery_enqueued_as_long_as_it_is_pending() {
    scenario.webhook(scenario.receiver());
    scenario.event("order.created", "{}");
    var message = scenario.fanoutMessage(scenario.bus.getFirst());

    scenario.fanout.handle(List.of(message));
    scenario.fanout.handle(List.of(message));
    assertThat(scenario.all()).hasSize(1);
    assertThat(scenario.queue.size()).isEqualTo(2);

    scenario.work();
    scenario.clock.move(DeliverySettings.LEASE.plusSeconds(1));
    scenario.work();
    scenario.fanout.handle(List.of(message));
    assertThat(scenario.queue.size()).isZero();
  }

  @Test
  void a_malformed_event_fails_alone() {
    scenario.webhook(scenario.receiver());
    scenario.event("order.created", "{}");
    var sound = scenario.fanoutMessage(scenario.bus.getFirst());

    var outcomes =
        scenario.fanout.handle(
            List.of(
                message("{}"),
                sound,
                message("not json"),
                message("{\"source\":\"aws.s3\",\"detail\":{}}")));

    assertThat(outcomes.get(1)).isEqualTo(Outcome.DONE);
    assertThat(outcomes.get(0)).isInstanceOf(Outcome.GiveUp.class);
    assertThat(outcomes.get(2)).isInstanceOf(Outcome.GiveUp.class);
    assertThat(outcomes.get(3)).isInstanceOf(Outcome.GiveUp.class);
    assertThat(scenario.all()).hasSize(1);
  }

  @Test
  void an_event_of_wasl_s_own_goes_to_those_that_name_it_and_never_to_whom_it_is_about() {
    var subject = webhook(new EventFilter.Types(List.of("webhook:*")));
    var watcher = webhook(new EventFilter.Types(List.of("webhook:*")));
    webhook(new EventFilter.Everything());

    scenario.raise(
        new OwnEvent(
            scenario.tenant,
            "webhook:failing",
            subject.id() + "#1",
            scenario.clock.instant(),
            Map.of(OwnEvents.SUBJECT, subject.id().value())));
    scenario.fanOut();

    assertThat(scenario.all().stream().map(Delivery::webhook)).containsExactly(watcher.id());
  }

  @Test
  void a_delivery_of_wasl_s_own_event_that_dies_raises_no_further_one() {
    var receiver = scenario.receiver().always(ReceiverServer.status(500));
    scenario.webhook(receiver, new EventFilter.Types(List.of("webhook:*")), Optional.empty());
    scenario.raise(
        new OwnEvent(
            scenario.tenant,
            "webhook:failing",
            "another#1",
            scenario.clock.instant(),
            Map.of(OwnEvents.SUBJECT, "another")));
    scenario.fanOut();
    scenario.work();
    scenario.pass(java.time.Duration.ofMinutes(60));

    assertThat(scenario.only().status()).isEqualTo(Delivery.Status.DEAD);
    assertThat(scenario.only().dueAt()).isEmpty();
    assertThat(scenario.ownEvents()).doesNotContain("delivery:dead");
  }

  @Test
  void another_tenant_s_webhooks_get_nothing() {
    try (var other = new OutboundScenario(stack)) {
      other.webhook(other.receiver());
      scenario.publish("order.created", "{}");
      assertThat(other.all()).isEmpty();
      assertThat(scenario.all()).isEmpty();
    }
  }

  @Test
  @Timeout(60)
  void a_batch_for_as_many_webhooks_as_may_be_is_fanned_out_whole() {
    var receiver = scenario.receiver();
    for (int n = 0; n < OutboundWebhooks.MOST; n++) {
      scenario.webhook(receiver, new EventFilter.Everything(), Optional.empty());
    }
    for (int n = 0; n < 3; n++) {
      scenario.event("order.created", "{}");
    }
    var messages = scenario.bus.stream().map(scenario::fanoutMessage).toList();
    // A queue of its own, and off the due index afterwards: nobody is to deliver these.
    var sqs = stack.clients().sqs();
    var name = "fanned-out-" + scenario.tenant.project();
    var queueUrl = sqs.createQueue(r -> r.queueName(name)).queueUrl();
    var fanout =
        new Fanout(
            scenario.store,
            scenario.deliveries,
            new SqsDeliveryQueue(sqs, queueUrl),
            scenario.clock);

    assertThat(fanout.handle(messages)).hasSize(3).containsOnly(Outcome.DONE);

    var visible = QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES;
    var queued =
        sqs.getQueueAttributes(r -> r.queueUrl(queueUrl).attributeNames(visible)).attributes();
    assertThat(queued).containsEntry(visible, Integer.toString(3 * OutboundWebhooks.MOST));
    var now = scenario.clock.instant();
    var due =
        IntStream.range(0, scenario.deliveries.dueShards())
            .mapToObj(
                shard -> scenario.deliveries.due(shard, Delivery.dueAtBesideMessage(now), MANY))
            .flatMap(List::stream)
            .toList();
    assertThat(due).hasSize(3 * OutboundWebhooks.MOST);
    Batch.each(
        due,
        each -> scenario.deliveries.change(each.cancelled(Optional.empty(), "test"), each, now));
  }

  private OutboundWebhook webhook(EventFilter filter) {
    return scenario.webhook(scenario.receiver(), filter, Optional.empty()).webhook();
  }

  private static QueueMessage message(String body) {
    return new QueueMessage(java.util.UUID.randomUUID().toString(), body, 1);
  }
}
