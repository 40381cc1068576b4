package wasl.road;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import wasl.event.ArchivedBody;
import wasl.event.BodyArchive;
import wasl.event.EventId;
import wasl.event.EventKey;
import wasl.event.EventPublisher;
import wasl.event.EventRecord;
import wasl.event.EventSource;
import wasl.event.EventStatus;
import wasl.event.EventStore;
import wasl.inbound.InboundMessage;
import wasl.queue.Outcome;
import wasl.queue.QueueMessage;
import wasl.web.Headers;

@ExtendWith(EmbeddedStack.Shared.class)
class EventRouterTest {
  private RouterScenario scenario;

  private final EmbeddedStack stack;

  EventRouterTest(EmbeddedStack stack) {
    this.stack = stack;
    this.scenario = new RouterScenario(stack);
  }

  @BeforeEach
  void start() {
    scenario = new RouterScenario(stack);
  }

  @Test
  void an_event_is_routed_at_once_though_the_answer_to_every_write_is_lost() {
    try (var behind = stack.through(new LostAnswers())) {
      var breaking = new RouterScenario(behind);
      var message = breaking.stripe("evt_1");

      assertThat(breaking.route(message)).isEqualTo(Outcome.DONE);
      assertThat(breaking.route(RouterScenario.copy(message))).isEqualTo(Outcome.DONE);
      assertThat(breaking.onBus()).hasSize(1);
      assertThat(breaking.listed()).hasSize(1);
      assertThat(breaking.listed().getFirst().status()).isEqualTo(EventStatus.ROUTED);

      // Past its window the next event of that id begins, and moves this one aside.
      breaking.clock.move(RouterScenario.DEDUP.plusSeconds(1));
      assertThat(breaking.route(RouterScenario.copy(message))).isEqualTo(Outcome.DONE);
      assertThat(breaking.onBus()).hasSize(2);
    }
  }

  @Test
  void an_accepted_webhook_becomes_an_event_on_the_bus_with_its_data_as_sent() {
    assertThat(scenario.route(scenario.stripe("evt_1"))).isEqualTo(Outcome.DONE);

    var event = scenario.listed().getFirst();
    assertThat(event.status()).isEqualTo(EventStatus.ROUTED);
    assertThat(event.type()).isEqualTo("stripe.invoice.paid");
    var onBus = scenario.onBus();
    assertThat(onBus).hasSize(1);
    assertThat(onBus.getFirst().path("source").asText()).isEqualTo("wasl.stripe");
    assertThat(onBus.getFirst().path("detail-type").asText()).isEqualTo("stripe.invoice.paid");
    var detail = onBus.getFirst().path("detail");
    assertThat(detail.path("id").asText()).isEqualTo(event.id().value());
    assertThat(detail.path("run").asInt()).isZero();
    assertThat(detail.path("data").path("id").asText()).isEqualTo("evt_1");
  }

  @Test
  void the_body_is_archived_and_read_back_as_it_was_received() {
    scenario.route(scenario.stripe("evt_1"));

    var event = scenario.listed().getFirst();
    var body = scenario.archive.get(scenario.tenant, event.body().orElseThrow()).orElseThrow();
    assertThat(new String(body.body(), StandardCharsets.UTF_8)).contains("\"n\":1.00");
  }

  @Test
  void fifty_parallel_copies_are_one_event() {
    scenario.routeUntilDone(copies(50));

    assertThat(scenario.listed()).hasSize(1);
    assertThat(scenario.onBus()).hasSize(1);
  }

  @Test
  void copies_within_a_batch_are_one_event() {
    var outcomes = scenario.router.route(copies(10));

    assertThat(outcomes).containsOnly(Outcome.DONE);
    assertThat(scenario.listed()).hasSize(1);
    assertThat(scenario.onBus()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(Faults.Step.class)
  void fifty_parallel_copies_are_one_event_though_a_router_dies(Faults.Step step) {
    scenario.faults.breakNext(step, 1);

    scenario.routeUntilDone(copies(50));

    assertThat(scenario.listed()).hasSize(1);
    assertThat(scenario.listed().getFirst().status()).isEqualTo(EventStatus.ROUTED);
    // On the bus twice at most, and then as the same event and run, which the fan-out makes one.
    assertThat(scenario.onBus()).hasSizeBetween(1, 2);
    assertThat(ids(scenario.onBus())).containsExactly(scenario.listed().getFirst().id().value());
  }

  @ParameterizedTest
  @EnumSource(Faults.Step.class)
  void a_message_whose_router_died_is_routed_under_the_same_id(Faults.Step step) {
    var message = scenario.stripe("evt_1");
    scenario.faults.breakNext(step, 1);

    assertThat(scenario.route(message)).isInstanceOf(Outcome.GiveUp.class);
    var claimed = scenario.listed().getFirst();
    assertThat(claimed.status()).isEqualTo(EventStatus.ACCEPTED);
    assertThat(scenario.route(RouterScenario.again(message))).isEqualTo(Outcome.DONE);

    assertThat(scenario.listed()).hasSize(1);
    assertThat(scenario.listed().getFirst().status()).isEqualTo(EventStatus.ROUTED);
    assertThat(ids(scenario.onBus())).containsExactly(claimed.id().value());
  }

  @Test
  void a_copy_that_meets_a_live_claim_is_put_off_until_the_claim_has_ended() {
    var message = claimedByADeadRouter("evt_1");

    assertThat(scenario.route(RouterScenario.copy(message)))
        .isEqualTo(
            new Outcome.RetryAfter(
                EventPublisher.CLAIM.plusSeconds(1), "another message holds it"));
  }

  @Test
  void a_copy_takes_over_a_claim_that_has_ended_and_keeps_its_id() {
    var message = claimedByADeadRouter("evt_1");
    var claimed = scenario.listed().getFirst();
    scenario.clock.move(EventPublisher.CLAIM.plusSeconds(1));

    assertThat(scenario.route(RouterScenario.copy(message))).isEqualTo(Outcome.DONE);

    assertThat(ids(scenario.onBus())).containsExactly(claimed.id().value());
  }

  @Test
  void the_first_message_does_nothing_when_a_copy_has_routed_the_event() {
    var message = claimedByADeadRouter("evt_1");
    scenario.clock.move(EventPublisher.CLAIM.plusSeconds(1));
    scenario.route(RouterScenario.copy(message));

    assertThat(scenario.route(RouterScenario.again(message))).isEqualTo(Outcome.DONE);

    assertThat(scenario.onBus()).hasSize(1);
  }

  @Test
  void poison_fails_alone() {
    var poison = new QueueMessage("poison", "{\"v\":1,\"kind\":\"", 1);

    var outcomes =
        scenario.router.route(List.of(scenario.stripe("evt_1"), poison, scenario.stripe("evt_2")));

    assertThat(outcomes)
        .containsExactly(Outcome.DONE, new Outcome.GiveUp("read: Malformed"), Outcome.DONE);
    assertThat(scenario.onBus()).hasSize(2);
  }

  @Test
  void a_copy_after_the_dedup_window_is_a_new_event_and_the_old_one_is_still_found() {
    var message = scenario.stripe("evt_1");
    scenario.route(message);
    var old = scenario.listed().getFirst();
    scenario.clock.move(RouterScenario.DEDUP.plusSeconds(1));

    assertThat(scenario.route(RouterScenario.copy(message))).isEqualTo(Outcome.DONE);

    assertThat(ids(scenario.onBus())).hasSize(2).contains(old.id().value());
    assertThat(scenario.events.find(scenario.tenant, old.id())).contains(old);
  }

  @Test
  void parallel_copies_after_the_dedup_window_are_one_new_event() {
    var message = scenario.stripe("evt_1");
    scenario.route(message);
    scenario.clock.move(RouterScenario.DEDUP.plusSeconds(1));

    scenario.routeUntilDone(Stream.generate(() -> RouterScenario.copy(message)).limit(20).toList());

    assertThat(ids(scenario.onBus())).hasSize(2);
    assertThat(scenario.onBus()).hasSize(2);
  }

  @Test
  void a_message_that_comes_again_after_the_window_is_no_new_event() {
    var message = scenario.stripe("evt_1");
    scenario.route(message);
    scenario.clock.move(RouterScenario.DEDUP.plusSeconds(1));

    assertThat(scenario.route(RouterScenario.again(message))).isEqualTo(Outcome.DONE);

    assertThat(scenario.onBus()).hasSize(1);
  }

  @Test
  void the_last_failure_of_its_own_message_makes_an_event_dead_and_a_redrive_routes_it() {
    var message = scenario.stripe("evt_1");
    scenario.faults.breakNext(Faults.Step.ARCHIVE_AND_BUS, 5);
    var last = message;
    for (int receive = 1; receive < QueueMessage.LAST_RECEIVE; receive++) {
      assertThat(scenario.route(last)).isInstanceOf(Outcome.GiveUp.class);
      assertThat(scenario.listed().getFirst().status()).isEqualTo(EventStatus.ACCEPTED);
      last = RouterScenario.again(last);
    }
    assertThat(scenario.route(last)).isInstanceOf(Outcome.GiveUp.class);
    var dead = scenario.listed().getFirst();
    assertThat(dead.status()).isEqualTo(EventStatus.DEAD);
    assertThat(scenario.told.dead).containsExactly(dead.id());

    // Days later, beyond the dedup window, under a new message id.
    scenario.clock.move(Duration.ofDays(5));
    assertThat(scenario.route(RouterScenario.copy(message))).isEqualTo(Outcome.DONE);

    assertThat(ids(scenario.onBus())).containsExactly(dead.id().value());
    assertThat(scenario.events.find(scenario.tenant, dead.id()).map(EventRecord::status))
        .contains(EventStatus.ROUTED);
  }

  @Test
  void an_outage_makes_no_event_dead_however_long_it_lasts() {
    scenario.faults.setDown(true);
    var message = scenario.stripe("evt_1");
    for (int receive = 1; receive < 3 * QueueMessage.LAST_RECEIVE; receive++) {
      assertThat(scenario.route(message)).isInstanceOf(Outcome.RetryAfter.class);
      message = RouterScenario.again(message);
      scenario.clock.move(Duration.ofSeconds(31));
    }
    scenario.faults.setDown(false);

    // The queue's edge has sent a copy by then.
    assertThat(scenario.route(RouterScenario.copy(message))).isEqualTo(Outcome.DONE);

    assertThat(scenario.onBus()).hasSize(1);
    assertThat(scenario.told.dead).isEmpty();
    assertThat(scenario.told.heldUp).hasSize(3 * QueueMessage.LAST_RECEIVE - 1);
    assertThat(scenario.listed().getFirst().status()).isEqualTo(EventStatus.ROUTED);
  }

  @Test
  void one_projects_unusable_data_key_holds_up_no_other(EmbeddedStack stack) {
    var other = new RouterScenario(stack);
    scenario.faults.breakKeyOf(other.tenant);

    var outcomes = scenario.routeTogether(List.of(other.stripe("evt_1"), scenario.stripe("evt_2")));

    assertThat(outcomes.getFirst()).isInstanceOf(Outcome.GiveUp.class);
    assertThat(outcomes.getLast()).isEqualTo(Outcome.DONE);
    assertThat(scenario.onBus()).hasSize(1);
  }

  @Test
  void an_event_whose_router_is_killed_in_its_fifth_receive_stands_dead_until_a_redrive() {
    var message = scenario.stripe("evt_1");
    var last = new QueueMessage(message.id(), message.body(), QueueMessage.LAST_RECEIVE);
    scenario.faults.killNext();

    assertThatThrownBy(() -> scenario.route(last)).isInstanceOf(Faults.Killed.class);

    var dead = scenario.listed().getFirst();
    assertThat(dead.status()).isEqualTo(EventStatus.DEAD);

    assertThat(scenario.route(RouterScenario.copy(message))).isEqualTo(Outcome.DONE);

    assertThat(ids(scenario.onBus())).containsExactly(dead.id().value());
    assertThat(scenario.listed().getFirst().status()).isEqualTo(EventStatus.ROUTED);
  }

  @Test
  void a_fifth_receive_that_succeeds_leaves_a_routed_event() {
    var message = scenario.stripe("evt_1");

    assertThat(
            scenario.route(
                new QueueMessage(message.id(), message.body(), QueueMessage.LAST_RECEIVE)))
        .isEqualTo(Outcome.DONE);

    assertThat(scenario.listed().getFirst().status()).isEqualTo(EventStatus.ROUTED);
    assertThat(scenario.told.dead).isEmpty();
  }

  @Test
  void a_copy_that_fails_for_the_last_time_does_not_make_anothers_event_dead() {
    var message = claimedByADeadRouter("evt_1");
    var copy = RouterScenario.copy(message);
    var last = new QueueMessage(copy.id(), copy.body(), QueueMessage.LAST_RECEIVE);

    assertThat(scenario.route(last)).isInstanceOf(Outcome.RetryAfter.class);
    assertThat(scenario.listed().getFirst().status()).isEqualTo(EventStatus.ACCEPTED);
  }

  @Test
  void a_replay_puts_the_same_event_on_the_bus_as_another_run() {
    scenario.route(scenario.stripe("evt_1"));
    var event = scenario.listed().getFirst();
    int run = scenario.events.nextRun(event).orElseThrow();

    var replay = scenario.message(new InboundMessage.Replay(scenario.tenant, event.id(), run));
    assertThat(scenario.route(replay)).isEqualTo(Outcome.DONE);

    assertThat(ids(scenario.onBus())).containsExactly(event.id().value());
    assertThat(runs(scenario.onBus())).containsExactlyInAnyOrder(0, 1);
  }

  @Test
  void a_replay_of_a_dead_event_claims_and_routes_it() {
    var message = scenario.stripe("evt_1");
    scenario.faults.breakNext(Faults.Step.ARCHIVE_AND_BUS, 1);
    scenario.route(new QueueMessage(message.id(), message.body(), QueueMessage.LAST_RECEIVE));
    var dead = scenario.listed().getFirst();
    int run = scenario.events.nextRun(dead).orElseThrow();

    scenario.route(scenario.message(new InboundMessage.Replay(scenario.tenant, dead.id(), run)));

    assertThat(ids(scenario.onBus())).containsExactly(dead.id().value());
    assertThat(scenario.listed().getFirst().status()).isEqualTo(EventStatus.ROUTED);
  }

  @Test
  void a_replay_beyond_the_bodys_retention_ends_and_says_so() {
    scenario.route(scenario.stripe("evt_1"));
    var event = scenario.listed().getFirst();
    scenario.clock.move(RouterScenario.RETENTION.plusDays(1));

    var replay = scenario.message(new InboundMessage.Replay(scenario.tenant, event.id(), 1));
    assertThat(scenario.route(replay)).isEqualTo(Outcome.DONE);

    assertThat(scenario.onBus()).hasSize(1);
    assertThat(scenario.told.notReplayed).containsExactly("its body is no longer kept");
  }

  @Test
  void a_page_of_a_range_gives_each_event_one_run_however_often_it_is_worked_through() {
    for (int n = 0; n < 3; n++) {
      scenario.route(scenario.stripe("evt_" + n));
      scenario.clock.move(Duration.ofSeconds(1));
    }
    var range =
        scenario.message(
            new InboundMessage.ReplayRange(
                scenario.tenant,
                "job-1",
                Optional.empty(),
                Optional.of("routed"),
                scenario.clock.instant().minusSeconds(60),
                scenario.clock.instant().plusSeconds(60),
                Optional.empty()));

    assertThat(scenario.route(range)).isEqualTo(Outcome.DONE);
    assertThat(scenario.route(RouterScenario.again(range))).isEqualTo(Outcome.DONE);

    assertThat(scenario.listed()).extracting(EventRecord::runs).containsExactly(1, 1, 1);
  }

  @Test
  void data_above_the_buses_limit_stays_off_it_and_is_referred_to() {
    var large = "x".repeat(250_000);
    scenario.route(
        scenario.message(
            scenario.received("{\"id\":\"evt_1\",\"type\":\"large\",\"text\":\"" + large + "\"}")));

    var detail = scenario.onBus().getFirst().path("detail");
    assertThat(detail.has("data")).isFalse();
    assertThat(detail.path("dataRef").asText())
        .isEqualTo(scenario.listed().getFirst().body().orElseThrow().toString());
  }

  @Test
  void a_body_that_is_archived_already_is_not_archived_again() {
    var inline = scenario.received("{\"id\":\"evt_1\",\"type\":\"large\"}");
    var body = ((InboundMessage.Body.Inline) inline.body()).body();
    var ref =
        scenario.archive.put(List.of(new BodyArchive.Entry(scenario.tenant, body))).getFirst();

    scenario.route(
        scenario.message(
            new InboundMessage.Received(
                inline.tenant(),
                inline.webhook(),
                inline.owner(),
                inline.provider(),
                inline.integration(),
                inline.connection(),
                inline.webhookSpec(),
                inline.requestId(),
                new InboundMessage.Body.ByReference(ref))));

    assertThat(scenario.listed().getFirst().body()).contains(ref);
    assertThat(scenario.onBus().getFirst().path("detail").path("data").path("id").asText())
        .isEqualTo("evt_1");
  }

  @Test
  void a_published_event_keeps_its_id_and_its_data() {
    var id = new EventId("order-1");
    var data = "{\"total\":10.50}".getBytes(StandardCharsets.UTF_8);
    var at = scenario.clock.instant();
    var published =
        new InboundMessage.Published(
            scenario.tenant,
            id,
            EventKey.published(scenario.tenant, id),
            "order.paid",
            at,
            new InboundMessage.Body.Inline(new ArchivedBody("POST", "", Headers.NONE, data, at)));

    scenario.routeUntilDone(List.of(scenario.message(published), scenario.message(published)));

    assertThat(scenario.onBus()).hasSize(1);
    assertThat(scenario.onBus().getFirst().path("source").asText()).isEqualTo("wasl.app");
    assertThat(ids(scenario.onBus())).containsExactly("order-1");
    assertThat(scenario.events.find(scenario.tenant, id)).isPresent();
  }

  @Test
  void another_projects_event_of_the_same_provider_id_is_another_event(EmbeddedStack stack) {
    var other = new RouterScenario(stack);

    scenario.route(scenario.stripe("evt_1"));
    other.route(other.stripe("evt_1"));

    assertThat(scenario.onBus()).hasSize(1);
    assertThat(other.onBus()).hasSize(1);
    assertThat(other.events.find(other.tenant, scenario.listed().getFirst().id())).isEmpty();
  }

  @Test
  void a_webhook_of_an_integration_is_routed_to_the_connection_of_its_account() {
    var connection = scenario.connect("acct_1");

    scenario.route(
        scenario.message(
            scenario.receivedByIntegration(
                "{\"id\":\"evt_1\",\"type\":\"a\",\"account\":\"acct_1\"}")));
    scenario.route(
        scenario.message(
            scenario.receivedByIntegration(
                "{\"id\":\"evt_2\",\"type\":\"a\",\"account\":\"acct_2\"}")));

    assertThat(scenario.listed())
        .extracting(EventRecord::connection)
        .containsExactlyInAnyOrder(Optional.of(connection.value()), Optional.empty());
  }

  @Test
  void without_an_id_the_same_body_signed_at_the_same_time_is_one_event_for_five_minutes() {
    var signed = new Headers(Map.of("x-time", "1790000000", "x-sig", "00ff"));
    var spec =
        "{\"scheme\":\"hmac\",\"algorithm\":\"sha256\",\"encoding\":\"hex\","
            + "\"signature\":{\"header\":\"x-sig\"},"
            + "\"timestamp\":{\"header\":\"x-time\",\"unit\":\"s\",\"toleranceSeconds\":300},"
            + "\"signed\":[\"timestamp\",\"body\"]}";
    var first = scenario.message(scenario.received(spec, signed, "{\"n\":1}"));

    scenario.route(first);
    scenario.clock.move(Duration.ofMinutes(4));
    scenario.route(scenario.message(scenario.received(spec, signed, "{\"n\":1}")));
    scenario.route(scenario.message(scenario.received(spec, signed, "{\"n\":2}")));
    assertThat(scenario.onBus()).hasSize(2);

    scenario.clock.move(Duration.ofMinutes(2));
    scenario.route(scenario.message(scenario.received(spec, signed, "{\"n\":1}")));
    assertThat(scenario.onBus()).hasSize(3);
    assertThat(scenario.onBus().getFirst().path("detail-type").asText())
        .isEqualTo("webhook.unknown");
  }

  @Test
  void with_neither_id_nor_signed_time_each_request_is_an_event_of_its_own() {
    var spec =
        "{\"scheme\":\"hmac\",\"algorithm\":\"sha256\",\"encoding\":\"hex\","
            + "\"signature\":{\"header\":\"x-sig\"},\"signed\":[\"body\"]}";
    var one = scenario.message(scenario.received(spec, Headers.NONE, "{\"n\":1}"));
    var two = scenario.message(scenario.received(spec, Headers.NONE, "{\"n\":1}"));

    scenario.route(one);
    scenario.route(two);
    scenario.route(RouterScenario.copy(one));

    assertThat(scenario.onBus()).hasSize(2);
  }

  @Test
  void an_event_of_wasls_own_is_told_once_and_listed_apart() {
    var own =
        EventPublisher.Publication.ofWasl(
            scenario.tenant,
            "delivery:dead",
            "dlv_1",
            Optional.empty(),
            "{}".getBytes(StandardCharsets.UTF_8),
            scenario.clock.instant(),
            "message-1");

    scenario.publisher.publish(List.of(own));
    scenario.publisher.publish(List.of(own));

    assertThat(scenario.onBus()).hasSize(1);
    assertThat(scenario.onBus().getFirst().path("source").asText()).isEqualTo("wasl");
    assertThat(scenario.listed()).isEmpty();
    var ofWasl =
        new EventStore.Query(
            Optional.empty(),
            Optional.of(EventSource.WASL),
            Optional.empty(),
            Optional.empty(),
            RouterScenario.ALL.since(),
            RouterScenario.ALL.until());
    assertThat(scenario.events.list(scenario.tenant, ofWasl, 10, Optional.empty()).events())
        .extracting(EventRecord::type)
        .containsExactly("delivery:dead");
  }

  @Test
  void the_list_goes_from_page_to_page_newest_first_over_days() {
    for (int n = 0; n < 7; n++) {
      scenario.route(scenario.stripe("evt_" + n));
      scenario.clock.move(Duration.ofHours(11));
    }
    var all = scenario.listed();
    assertThat(all).hasSize(7);

    var first = scenario.events.list(scenario.tenant, RouterScenario.ALL, 3, Optional.empty());
    var second = scenario.events.list(scenario.tenant, RouterScenario.ALL, 3, first.nextCursor());
    var third = scenario.events.list(scenario.tenant, RouterScenario.ALL, 3, second.nextCursor());

    assertThat(Stream.of(first, second, third).flatMap(page -> page.events().stream()))
        .containsExactlyElementsOf(all);
    assertThat(third.nextCursor()).isEmpty();
    assertThat(all)
        .extracting(EventRecord::receivedAt)
        .isSortedAccordingTo((a, b) -> b.compareTo(a));
  }

  /// An event whose first router died right after the claim.
  private QueueMessage claimedByADeadRouter(String id) {
    var message = scenario.stripe(id);
    scenario.faults.breakNext(Faults.Step.CLAIM_AND_ARCHIVE, 1);
    scenario.route(message);
    return message;
  }

  private List<QueueMessage> copies(int many) {
    var message = scenario.stripe("evt_1");
    return Stream.generate(() -> RouterScenario.copy(message)).limit(many).toList();
  }

  private static Set<String> ids(List<JsonNode> onBus) {
    return onBus.stream()
        .map(event -> event.path("detail").path("id").asText())
        .collect(Collectors.toSet());
  }

  private static List<Integer> runs(List<JsonNode> onBus) {
    return onBus.stream().map(event -> event.path("detail").path("run").asInt()).toList();
  }
}
