package wasl.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static wasl.outbound.ReceiverServer.status;
import static wasl.outbound.ReceiverServer.text;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wasl.aws.Item;
import wasl.aws.ItemKeys;
import wasl.queue.Outcome;
import wasl.road.EmbeddedStack;
import wasl.road.LostAnswers;

/// What becomes of a delivery, whatever its receiver, its queue and its worker do.
@ExtendWith(EmbeddedStack.Shared.class)
@Timeout(120)
class DeliveryRoadTest {
  private final EmbeddedStack stack;
  private OutboundScenario scenario;

  DeliveryRoadTest(EmbeddedStack stack) {
    this.stack = stack;
    this.scenario = new OutboundScenario(stack);
  }

  @BeforeEach
  void begin() {
    scenario = new OutboundScenario(stack);
  }

  @AfterEach
  void end() {
    scenario.close();
  }

  @Test
  void delivers_what_the_standard_s_own_library_accepts() {
    var receiver = scenario.receiver();
    var issued = scenario.webhook(receiver);

    var event = scenario.publish("order.created", "{\"total\":10.00,\"b\":1}");
    scenario.work();

    assertThat(receiver.received()).hasSize(1);
    var got = receiver.received().getFirst();
    assertThat(got.header("webhook-id")).isEqualTo(event.value());
    assertThat(got.header("content-type")).isEqualTo("application/json");
    assertThat(got.body())
        .isEqualTo(
            "{\"id\":\"%s\",\"type\":\"order.created\",\"timestamp\":\"%s\",\"data\":{\"total\":10.00,\"b\":1}}"
                .formatted(event, wasl.event.Envelope.time(scenario.clock.instant())));
    assertThatCode(() -> got.verify(issued.secret().reveal())).doesNotThrowAnyException();
    assertThat(scenario.only().status()).isEqualTo(Delivery.Status.DELIVERED);
    assertThat(scenario.queue.size()).isZero();
  }

  @Test
  void a_delivery_goes_its_way_once_though_the_answer_to_every_write_is_lost() {
    var lost = new LostAnswers();
    try (var behind = stack.through(lost);
        var breaking = new OutboundScenario(behind)) {
      var receiver = breaking.receiver().then(status(500));
      var webhook = breaking.webhook(receiver).webhook();
      breaking.publish("order.created", "{}");
      breaking.work();

      assertThat(receiver.received()).hasSize(1);
      assertThat(breaking.only().attempts()).hasSize(1);
      assertThat(breaking.receivers.find(breaking.tenant, webhook.id()).failures()).isEqualTo(1);
      assertThat(breaking.queue.size()).isEqualTo(1);

      breaking.clock.move(Duration.ofSeconds(7));
      breaking.work();

      assertThat(receiver.received()).hasSize(2);
      assertThat(breaking.only().status()).isEqualTo(Delivery.Status.DELIVERED);
      assertThat(lost.count()).isPositive();
    }
  }

  @Test
  void what_a_scan_moved_without_knowing_is_due_again_soon() {
    var lost = new LostAnswers();
    try (var behind = stack.through(lost);
        var breaking = new OutboundScenario(behind)) {
      var receiver = breaking.receiver();
      breaking.webhook(receiver);
      breaking.publish("order.created", "{}");
      breaking.queue.clear();

      breaking.pass(Duration.ofMinutes(2));
      assertThat(receiver.received()).isEmpty();
      lost.stop();
      breaking.pass(Duration.ofMinutes(8));

      assertThat(receiver.received()).hasSize(1);
    }
  }

  @Test
  void ten_slots_are_ten_though_the_answer_to_every_write_is_lost() {
    try (var behind = stack.through(new LostAnswers());
        var breaking = new OutboundScenario(behind)) {
      var webhook = breaking.webhook(breaking.receiver()).webhook().id();
      var now = breaking.clock.instant();

      var until = now.plusSeconds(60);
      for (int slot = 0; slot < 10; slot += 2) {
        assertThat(breaking.receivers.take(breaking.tenant, webhook, 2, 10, now, until)).hasSize(2);
      }
      assertThat(breaking.receivers.take(breaking.tenant, webhook, 1, 10, now, until)).isEmpty();
    }
  }

  @Test
  void one_that_overtakes_its_router_waits_until_the_record_says_where_the_body_is() {
    var receiver = scenario.receiver();
    scenario.webhook(receiver);
    scenario.onceOnBus =
        () -> {
          scenario.fanOut();
          scenario.work();
        };

    scenario.event("order.created", "{}");

    assertThat(receiver.received()).isEmpty();
    assertThat(scenario.only().status()).isEqualTo(Delivery.Status.PENDING);
    assertThat(scenario.only().attempts()).isEmpty();

    scenario.clock.move(Duration.ofSeconds(2));
    scenario.work();

    assertThat(receiver.received()).hasSize(1);
    assertThat(scenario.only().status()).isEqualTo(Delivery.Status.DELIVERED);
    assertThat(scenario.only().attempts()).hasSize(1);
  }

  @Test
  void one_whose_router_died_is_still_waiting_hours_later_and_costs_little() {
    var receiver = scenario.receiver();
    scenario.webhook(receiver);
    scenario.onceOnBus =
        () -> {
          throw new IllegalStateException("the router dies here");
        };
    scenario.event("order.created", "{}");
    scenario.fanOut();
    scenario.work();

    scenario.pass(Duration.ofHours(3));

    assertThat(receiver.received()).isEmpty();
    assertThat(scenario.only().status()).isEqualTo(Delivery.Status.PENDING);
    assertThat(scenario.only().notBefore())
        .isBefore(scenario.clock.instant().plus(Duration.ofMinutes(16)));
  }

  @Test
  void a_receiver_that_fails_twice_then_recovers_gets_it_by_retry_under_the_same_id() {
    var receiver = scenario.receiver().then(status(500), status(503), status(204));
    scenario.webhook(receiver);
    scenario.publish("order.created", "{}");
    scenario.work();
    assertThat(scenario.only().status()).isEqualTo(Delivery.Status.PENDING);

    scenario.pass(Duration.ofSeconds(7));
    assertThat(receiver.received()).hasSize(2);
    scenario.pass(Duration.ofMinutes(7));

    assertThat(receiver.received()).hasSize(3);
    assertThat(receiver.received().stream().map(got -> got.header("webhook-id")).distinct())
        .hasSize(1);
    var delivery = scenario.only();
    assertThat(delivery.status()).isEqualTo(Delivery.Status.DELIVERED);
    assertThat(delivery.attempts().stream().map(Delivery.Attempt::status))
        .containsExactly(Optional.of(500), Optional.of(503), Optional.of(204));
    assertThat(scenario.ownEvents()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 308, 400, 404, 429, 500})
  void whatever_is_not_2xx_is_a_failure_redirects_included(int status) {
    var target = scenario.receiver();
    var receiver = scenario.receiver().then(status(status, "Location", target.url()));
    scenario.webhook(receiver);
    scenario.publish("order.created", "{}");
    scenario.work();

    assertThat(target.received()).isEmpty();
    assertThat(scenario.only().status()).isEqualTo(Delivery.Status.PENDING);
    assertThat(scenario.only().attempt()).isEqualTo(2);
  }

  @Test
  void a_410_disables_at_once_and_cancels_what_waits_and_what_comes() {
    var receiver = scenario.receiver().always(status(410));
    var webhook = scenario.webhook(receiver).webhook();
    var other = scenario.receiver();
    scenario.webhook(other, new EventFilter.Types(List.of("webhook:*")), Optional.empty());
    receiver.then(status(500));
    scenario.publish("order.created", "{}");
    scenario.work();

    scenario.publish("order.paid", "{}");
    scenario.work();
    scenario.publish("order.shipped", "{}");
    scenario.work();

    assertThat(receiver.received()).hasSize(2);
    assertThat(scenario.store.find(scenario.tenant, webhook.id()))
        .hasValueSatisfying(now -> {
          assertThat(now.status()).isEqualTo(OutboundWebhook.Status.DISABLED);
          assertThat(now.disabledReason()).contains(ReceiverHealth.ANSWERED_GONE);
        });
    assertThat(ofWebhook(webhook.id()))
        .hasSize(3)
        .allSatisfy(each -> assertThat(each.status()).isEqualTo(Delivery.Status.CANCELLED));
    assertThat(scenario.ownEvents()).containsExactly("webhook:disabled");
    var change = change(webhook.id());
    assertThat(change.text("kind")).isEqualTo("outbound-webhook.disabled");
    assertThat(change.text("actor")).isEqualTo("wasl");
    assertThat(change.text("request")).startsWith("dlv_");
    assertThat(other.received())
        .hasSize(1)
        .allSatisfy(got ->
            assertThat(got.body()).contains("webhook:disabled").contains(webhook.id().value()));
  }

  @Test
  void a_429_with_retry_after_slows_only_that_webhook() {
    var slow = scenario.receiver().then(status(429, "Retry-After", "600"));
    var fast = scenario.receiver();
    scenario.webhook(slow);
    scenario.webhook(fast);
    scenario.publish("order.created", "{}");
    scenario.work();

    for (int minute = 0; minute < 9; minute++) {
      scenario.publish("order.paid", "{}");
      scenario.pass(Duration.ofMinutes(1));
    }
    assertThat(slow.received()).hasSize(1);
    assertThat(fast.received()).hasSize(10);

    scenario.pass(Duration.ofMinutes(4));
    assertThat(slow.received()).hasSize(11);
  }

  @Test
  void two_messages_for_one_delivery_do_not_skip_the_back_off() {
    var receiver = scenario.receiver().always(status(500));
    scenario.webhook(receiver);
    scenario.publish("order.created", "{}");
    scenario.work();
    var waiting = scenario.only();

    var outcome = scenario.handle(OutboundScenario.message(waiting, 2));

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.RetryAfter.class,
            put ->
                assertThat(put.delay())
                    .isEqualTo(Duration.between(scenario.clock.instant(), waiting.notBefore())));
    assertThat(receiver.received()).hasSize(1);
  }

  @Test
  void a_message_of_an_earlier_attempt_is_done() {
    var receiver = scenario.receiver().always(status(500));
    scenario.webhook(receiver);
    scenario.publish("order.created", "{}");
    scenario.work();
    scenario.clock.move(Duration.ofHours(1));

    assertThat(scenario.handle(OutboundScenario.message(scenario.only(), 1)))
        .isEqualTo(Outcome.DONE);
    assertThat(receiver.received()).hasSize(1);
  }

  @Test
  void of_many_messages_for_one_attempt_one_sends() {
    var receiver = scenario.receiver();
    scenario.webhook(receiver);
    scenario.publish("order.created", "{}");
    var delivery = scenario.only();
    var copies =
        java.util.stream.Stream.generate(() -> OutboundScenario.message(delivery, 1))
            .limit(20)
            .toList();

    scenario.worker.handle(copies);

    assertThat(receiver.received()).hasSize(1);
  }

  @Test
  void a_crash_between_record_and_enqueue_is_found_by_the_scan() {
    var receiver = scenario.receiver().then(status(500));
    scenario.webhook(receiver);
    scenario.publish("order.created", "{}");
    scenario.queue.breakNext(1);
    var batch = scenario.queue.take();
    assertThat(scenario.worker.handle(batch))
        .allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Outcome.GiveUp.class));
    scenario.queue.clear();
    assertThat(scenario.only().attempt()).isEqualTo(2);

    scenario.pass(Duration.ofMinutes(3));

    assertThat(receiver.received()).hasSize(2);
    assertThat(scenario.only().status()).isEqualTo(Delivery.Status.DELIVERED);
  }

  @Test
  void a_crash_after_sending_sends_again_under_the_same_id_once_the_lease_has_ended() {
    var receiver = scenario.receiver();
    scenario.webhook(receiver);
    scenario.publish("order.created", "{}");
    scenario.deliveries.dieBeforeRecording(1);
    var batch = scenario.queue.take();
    scenario.worker.handle(batch);
    var message = OutboundScenario.message(scenario.only(), 1);

    assertThat(scenario.handle(message)).isInstanceOf(Outcome.RetryAfter.class);
    assertThat(receiver.received()).hasSize(1);
    scenario.clock.move(DeliverySettings.LEASE.plusSeconds(1));
    assertThat(scenario.handle(message)).isEqualTo(Outcome.DONE);

    assertThat(receiver.received()).hasSize(2);
    assertThat(receiver.received().get(0).header("webhook-id"))
        .isEqualTo(receiver.received().get(1).header("webhook-id"));
    assertThat(scenario.only().attempts()).hasSize(1);
  }

  @Test
  void an_attempt_that_failed_and_is_made_again_after_a_crash_counts_once() {
    var webhook = scenario.webhook(scenario.receiver().always(status(500))).webhook();
    scenario.publish("order.created", "{}");
    scenario.deliveries.dieBeforeRecording(1);
    scenario.worker.handle(scenario.queue.take());
    scenario.clock.move(DeliverySettings.LEASE.plusSeconds(1));
    scenario.handle(OutboundScenario.message(scenario.only(), 1));

    assertThat(scenario.receivers.find(scenario.tenant, webhook.id()).failures()).isEqualTo(1);

    scenario.clock.move(Duration.ofMinutes(1));
    scenario.handle(OutboundScenario.message(scenario.only(), 2));
    assertThat(scenario.receivers.find(scenario.tenant, webhook.id()).failures()).isEqualTo(2);
  }

  @Test
  void a_crash_after_sending_is_found_by_the_scan_if_its_message_is_lost_too() {
    var receiver = scenario.receiver();
    scenario.webhook(receiver);
    scenario.publish("order.created", "{}");
    scenario.deliveries.dieBeforeRecording(1);
    scenario.worker.handle(scenario.queue.take());
    scenario.queue.clear();

    scenario.pass(Duration.ofMinutes(4));

    assertThat(receiver.received()).hasSize(2);
    assertThat(scenario.only().status()).isEqualTo(Delivery.Status.DELIVERED);
  }

  @Test
  void a_fan_out_that_died_before_enqueueing_is_made_good_by_the_scan() {
    var receiver = scenario.receiver();
    scenario.webhook(receiver);
    scenario.event("order.created", "{}");
    scenario.queue.breakNext(1);
    assertThat(scenario.fanOut())
        .allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Outcome.GiveUp.class));

    scenario.pass(Duration.ofMinutes(3));

    assertThat(receiver.received()).hasSize(1);
  }

  @Test
  void after_the_last_attempt_it_is_dead_and_told_once_however_the_telling_crashes() {
    var receiver = scenario.receiver().always(text(500, "no"));
    scenario.webhook(receiver);
    scenario.deliveries.dieBeforeTold(2);
    scenario.publish("order.created", "{\"card\":\"4242\"}");
    scenario.work();
    scenario.pass(Duration.ofMinutes(60));

    var dead = scenario.only();
    assertThat(dead.status()).isEqualTo(Delivery.Status.DEAD);
    assertThat(dead.reason()).contains(DeliveryRoad.EXHAUSTED);
    assertThat(dead.attempts()).hasSize(4);
    assertThat(dead.dueAt()).isEmpty();
    assertThat(receiver.received()).hasSize(4);
    assertThat(scenario.ownEvents()).containsOnlyOnce("delivery:dead");
    assertThat(
            scenario.redeliveries.excerpt(dead, dead.attempts().getFirst()).orElseThrow().reveal())
        .isEqualTo("no");
  }

  @Test
  void three_failures_in_a_row_give_the_receiver_a_pause_and_one_goes_first_after_it() {
    var receiver = scenario.receiver().always(status(500));
    var webhook = scenario.webhook(receiver).webhook();
    for (int n = 0; n < 3; n++) {
      scenario.publish("order.created", "{}");
      scenario.work();
    }
    assertThat(scenario.ownEvents()).containsExactly("webhook:failing");
    assertThat(receiver.received()).hasSize(3);

    scenario.publish("order.created", "{}");
    scenario.work();
    scenario.clock.move(Duration.ofSeconds(30));
    scenario.work();
    assertThat(receiver.received()).hasSize(3);

    receiver.always(status(200));
    scenario.pass(Duration.ofMinutes(10));

    assertThat(scenario.all())
        .hasSize(4)
        .allSatisfy(each -> assertThat(each.status()).isEqualTo(Delivery.Status.DELIVERED));
    assertThat(scenario.ownEvents()).containsExactly("webhook:failing", "webhook:recovered");
    assertThat(scenario.receivers.find(scenario.tenant, webhook.id())).isEqualTo(Receiver.well());
  }

  @Test
  void without_a_success_for_five_days_the_webhook_is_disabled() {
    var receiver = scenario.receiver().always(status(500));
    var webhook = scenario.webhook(receiver).webhook();
    scenario.publish("order.created", "{}");
    scenario.work();
    scenario.clock.move(Duration.ofHours(119));
    scenario.publish("order.created", "{}");
    scenario.work();
    assertThat(statusOf(webhook)).isEqualTo(OutboundWebhook.Status.ACTIVE);

    scenario.clock.move(Duration.ofHours(2));
    scenario.publish("order.created", "{}");
    scenario.work();

    assertThat(statusOf(webhook)).isEqualTo(OutboundWebhook.Status.DISABLED);
    assertThat(scenario.ownEvents()).contains("webhook:disabled");
    assertThat(scenario.all()).allSatisfy(each -> assertThat(each.isPending()).isFalse());
  }

  @Test
  void while_a_secret_rotates_both_verify_and_afterwards_only_the_new_one() {
    var receiver = scenario.receiver();
    var first = scenario.webhook(receiver);
    var rotated =
        scenario.webhooks.rotateSecret(
            scenario.tenant, first.webhook().id(), Optional.empty(), scenario.cause);
    var second =
        ((OutboundWebhooks.Changed.Done<OutboundWebhooks.Issued>) rotated).value().secret();

    scenario.publish("order.created", "{}");
    scenario.work();
    var got = receiver.received().getFirst();
    assertThatCode(() -> got.verify(first.secret().reveal())).doesNotThrowAnyException();
    assertThatCode(() -> got.verify(second.reveal())).doesNotThrowAnyException();

    scenario.clock.move(Duration.ofHours(24));
    scenario.publish("order.created", "{}");
    scenario.work();
    assertThat(receiver.received().getLast().header("webhook-signature")).doesNotContain(" ");
  }

  @Test
  void while_paused_deliveries_wait_and_resuming_sends_them() {
    var receiver = scenario.receiver();
    var webhook = scenario.webhook(receiver).webhook();
    scenario.webhooks.pause(scenario.tenant, webhook.id(), scenario.cause);
    scenario.publish("order.created", "{}");
    scenario.publish("order.paid", "{}");
    scenario.work();
    scenario.pass(Duration.ofMinutes(10));
    assertThat(receiver.received()).isEmpty();

    scenario.webhooks.resume(scenario.tenant, webhook.id(), scenario.cause);
    scenario.work();

    assertThat(receiver.received()).hasSize(2);
  }

  /// What the last write did to an outbound webhook.
  private Item change(OutboundWebhookId id) {
    return stack
        .table("Connections")
        .get(ItemKeys.outboundWebhook(scenario.tenant, id))
        .orElseThrow()
        .map("change");
  }

  @Test
  void one_call_recovers_every_dead_and_cancelled_delivery_of_a_range_once() {
    var receiver = scenario.receiver().always(status(410));
    var webhook = scenario.webhook(receiver).webhook();
    var since = scenario.clock.instant();
    for (int n = 0; n < 3; n++) {
      scenario.publish("order.created", "{}");
    }
    scenario.work();
    assertThat(scenario.all())
        .allSatisfy(each -> assertThat(each.status()).isEqualTo(Delivery.Status.CANCELLED));
    receiver.always(status(200));
    int before = receiver.received().size();
    scenario.webhooks.enable(scenario.tenant, webhook.id(), scenario.cause);
    scenario.clock.move(Duration.ofSeconds(1));

    scenario.webhooks.recover(
        scenario.tenant, webhook.id(), since, scenario.clock.instant(), scenario.cause);
    var page = scenario.queue.take();
    scenario.worker.handle(page);
    scenario.worker.handle(page);
    scenario.work();

    assertThat(receiver.received()).hasSize(before + 3);
    assertThat(
            scenario.all().stream()
                .filter(each -> each.run() == 1 && each.status() == Delivery.Status.DELIVERED))
        .hasSize(3);
    assertThat(scenario.all()).hasSize(6);
  }

  @Test
  void an_event_whose_body_is_no_longer_kept_is_dead_with_that_reason() {
    var receiver = scenario.receiver();
    var webhook = scenario.webhook(receiver).webhook();
    scenario.webhooks.pause(scenario.tenant, webhook.id(), scenario.cause);
    scenario.publish("order.created", "{}");
    scenario.work();
    scenario.clock.move(Duration.ofDays(16));
    scenario.webhooks.resume(scenario.tenant, webhook.id(), scenario.cause);
    scenario.work();

    assertThat(receiver.received()).isEmpty();
    assertThat(scenario.only().status()).isEqualTo(Delivery.Status.DEAD);
    assertThat(scenario.only().reason()).contains(DeliveryRoad.BODY_GONE);
    assertThat(
            scenario.redeliveries.redeliver(scenario.tenant, scenario.only().id(), scenario.cause))
        .isInstanceOf(Deliveries.Redelivered.Gone.class);
  }

  @Test
  void a_test_that_is_redelivered_twice_is_sent_twice_more() {
    var receiver = scenario.receiver();
    var webhook = scenario.webhook(receiver).webhook();
    scenario.webhooks.test(scenario.tenant, webhook.id(), scenario.cause);
    scenario.work();
    var first = scenario.only().id();

    scenario.redeliveries.redeliver(scenario.tenant, first, scenario.cause);
    scenario.redeliveries.redeliver(scenario.tenant, first, scenario.cause);
    scenario.work();
    scenario.redeliveries.redeliver(scenario.tenant, first, scenario.cause);
    scenario.work();

    assertThat(receiver.received()).hasSize(4);
    assertThat(scenario.all().stream().map(Delivery::run)).containsExactlyInAnyOrder(0, 1, 2, 3);
  }

  @Test
  void when_its_webhook_is_deleted_a_delivery_is_cancelled() {
    var receiver = scenario.receiver().always(status(500));
    var webhook = scenario.webhook(receiver).webhook();
    scenario.publish("order.created", "{}");
    scenario.work();
    scenario.webhooks.delete(scenario.tenant, webhook.id(), scenario.cause);
    scenario.work();

    assertThat(scenario.only().status()).isEqualTo(Delivery.Status.CANCELLED);
  }

  @Test
  void a_test_goes_to_its_webhook_alone_under_a_fresh_id_whatever_it_filters() {
    var receiver = scenario.receiver();
    var other = scenario.receiver();
    var webhook =
        scenario
            .webhook(receiver, new EventFilter.Types(List.of("nothing")), Optional.empty())
            .webhook();
    scenario.webhook(other);

    scenario.webhooks.test(scenario.tenant, webhook.id(), scenario.cause);
    scenario.webhooks.test(scenario.tenant, webhook.id(), scenario.cause);
    scenario.fanOut();
    scenario.work();

    assertThat(receiver.received())
        .hasSize(2)
        .allSatisfy(got -> assertThat(got.body()).contains("\"type\":\"wasl.test\""));
    assertThat(receiver.received().stream().map(got -> got.header("webhook-id")).distinct())
        .hasSize(2);
    assertThat(other.received()).isEmpty();
  }

  @Test
  void a_redelivery_is_a_new_run_of_the_same_event() {
    var receiver = scenario.receiver();
    scenario.webhook(receiver);
    var event = scenario.publish("order.created", "{}");
    scenario.work();

    scenario.redeliveries.redeliver(scenario.tenant, scenario.only().id(), scenario.cause);
    scenario.work();

    assertThat(receiver.received())
        .hasSize(2)
        .allSatisfy(got -> assertThat(got.header("webhook-id")).isEqualTo(event.value()));
    assertThat(scenario.all().stream().map(Delivery::run)).containsExactlyInAnyOrder(0, 1);
  }

  @Test
  void of_two_scans_one_enqueues() {
    var receiver = scenario.receiver();
    scenario.webhook(receiver);
    scenario.publish("order.created", "{}");
    scenario.queue.clear();
    scenario.clock.move(Duration.ofMinutes(5));

    var seen = scenario.only();
    var due = scenario.clock.instant().plusSeconds(180);
    assertThat(scenario.deliveries.moveDue(seen, due)).isTrue();
    assertThat(scenario.deliveries.moveDue(seen, due.plusSeconds(1))).isFalse();
  }

  @Test
  void at_most_ten_are_in_flight_to_one_webhook_and_another_tenant_s_do_not_wait_for_them()
      throws Exception {
    var release = new CountDownLatch(1);
    var arrived = new CountDownLatch(10);
    var slow = scenario.receiver();
    slow.always(exchange -> {
      arrived.countDown();
      await(release);
      status(200).to(exchange);
    });
    scenario.webhook(slow);
    for (int n = 0; n < 12; n++) {
      scenario.publish("order.created", "{}");
    }
    var firstTen = scenario.queue.take();
    var hanging = CompletableFuture.supplyAsync(() -> scenario.worker.handle(firstTen));
    assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();

    try (var other = new OutboundScenario(stack)) {
      var fast = other.receiver();
      other.webhook(fast);
      other.publish("order.created", "{}");
      other.work();
      assertThat(fast.received()).hasSize(1);
      assertThat(hanging).isNotDone();
    }
    assertThat(scenario.worker.handle(scenario.queue.take()))
        .hasSize(2)
        .allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Outcome.RetryAfter.class));
    release.countDown();
    assertThat(hanging.join()).hasSize(10).containsOnly(Outcome.DONE);
  }

  @Test
  void a_rate_limit_lets_no_more_begin_in_a_second() {
    var receiver = scenario.receiver();
    scenario.webhook(receiver, new EventFilter.Everything(), Optional.of(2));
    for (int n = 0; n < 7; n++) {
      scenario.publish("order.created", "{}");
    }
    scenario.work();
    assertThat(receiver.received()).hasSize(2);

    for (int second = 0; second < 12 && receiver.received().size() < 7; second++) {
      int before = receiver.received().size();
      scenario.clock.move(Duration.ofSeconds(1));
      scenario.work();
      assertThat(receiver.received().size() - before).isLessThanOrEqualTo(2);
    }
    assertThat(receiver.received()).hasSize(7);
  }

  private OutboundWebhook.Status statusOf(OutboundWebhook webhook) {
    return scenario.store.find(scenario.tenant, webhook.id()).orElseThrow().status();
  }

  private List<Delivery> ofWebhook(OutboundWebhookId webhook) {
    return scenario.all().stream().filter(each -> each.webhook().equals(webhook)).toList();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
