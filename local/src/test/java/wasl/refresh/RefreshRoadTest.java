package wasl.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wasl.refresh.RefreshScenario.CAUSE;
import static wasl.refresh.RefreshScenario.CLIENT;
import static wasl.refresh.RefreshScenario.DEADLINE;
import static wasl.refresh.RefreshScenario.ENDING;
import static wasl.refresh.RefreshScenario.LASTING;
import static wasl.refresh.RefreshScenario.ROTATING;
import static wasl.refresh.TokenServer.error;
import static wasl.refresh.TokenServer.json;
import static wasl.refresh.TokenServer.status;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wasl.access.ChangeMark;
import wasl.connection.Connection;
import wasl.connection.ConnectionStatus;
import wasl.connection.ConnectionStore;
import wasl.connection.Connections;
import wasl.connection.Health;
import wasl.connection.Integration;
import wasl.connection.Integrations;
import wasl.connection.Token;
import wasl.connection.Upkeep;
import wasl.local.intercept.AwsAnswer;
import wasl.queue.Outcome;
import wasl.queue.QueueMessage;
import wasl.refresh.UsableCredentials.Read;
import wasl.road.EmbeddedStack;
import wasl.road.LostAnswers;
import wasl.road.Outages;
import wasl.road.SettableClock;
import wasl.vault.Sealed;
import wasl.vault.Secret;
import wasl.web.Change;

/// What becomes of a connection's token, whatever its provider, its readers and its refreshers do.
@ExtendWith(EmbeddedStack.Shared.class)
@Timeout(180)
class RefreshRoadTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final EmbeddedStack stack;
  private RefreshScenario scenario;

  RefreshRoadTest(EmbeddedStack stack) {
    this.stack = stack;
    this.scenario = new RefreshScenario(stack);
  }

  @BeforeEach
  void begin() {
    scenario.close();
    scenario = new RefreshScenario(stack);
  }

  @AfterEach
  void end() {
    scenario.close();
  }

  // Early, not greedy

  @Test
  void a_used_connection_s_token_is_refreshed_before_it_ends() {
    var connection = scenario.connected(ROTATING);

    scenario.pass(Duration.ofMinutes(41));
    assertThat(scenario.provider.calls()).isEmpty();
    scenario.pass(Duration.ofMinutes(6));

    assertThat(scenario.provider.calls()).hasSize(1);
    assertThat(scenario.provider.calls().getFirst().form())
        .containsEntry("grant_type", "refresh_token")
        .containsEntry("refresh_token", "rt-0");
    assertThat(scenario.accessToken(connection)).isEqualTo("at-1");
    assertThat(scenario.token(connection).refreshToken().map(Secret::reveal)).contains("rt-1");
    var now = scenario.now(connection);
    assertThat(now.status()).isEqualTo(ConnectionStatus.ACTIVE);
    assertThat(now.credentialsVersion()).isEqualTo(2);
    assertThat(now.lastRefreshedAt()).isPresent();
    assertThat(now.upkeep().hold()).isEmpty();
    assertThat(scenario.told(connection)).contains(Connections.REFRESHED);
    assertThat(scenario.queue.size()).isZero();
  }

  @Test
  void it_is_due_again_before_the_new_token_ends() {
    scenario.connected(ROTATING);

    scenario.pass(Duration.ofMinutes(95));

    assertThat(scenario.provider.calls()).hasSize(2);
  }

  @Test
  void a_token_of_five_minutes_is_not_refreshed_on_every_read() {
    scenario.provider.life(Duration.ofMinutes(5));
    var connection = scenario.connected(ROTATING, Optional.of(Duration.ofMinutes(5)));

    int minutes = 20;
    for (int minute = 0; minute < minutes; minute++) {
      for (int read = 0; read < 3; read++) {
        assertThat(scenario.read(connection)).isInstanceOf(Read.Usable.class);
      }
      scenario.pass(Duration.ofMinutes(1));
    }

    // A token is due when half of its life is over.
    assertThat(scenario.provider.calls()).hasSizeBetween(5, 10);
  }

  @Test
  void a_token_that_is_merely_due_is_given_at_once() {
    var connection = scenario.connected(ROTATING);
    scenario.provider.always(status(503));
    scenario.clock.move(Duration.ofMinutes(59));

    assertThat(scenario.read(connection)).isInstanceOf(Read.Usable.class);
    assertThat(scenario.provider.calls()).isEmpty();
  }

  @Test
  void a_connection_that_nobody_uses_is_left_alone() {
    var connection = scenario.connected(ROTATING, Optional.of(Duration.ofDays(6)));
    scenario.passQuickly(connection, Duration.ofDays(6));
    assertThat(scenario.provider.calls()).as("within seven days").hasSize(1);

    scenario.passQuickly(connection, Duration.ofDays(60));

    assertThat(scenario.provider.calls().size()).as("while it counts as used").isLessThan(200);
    int calls = scenario.provider.calls().size();
    assertThat(scenario.now(connection).upkeep().dueAt()).isEmpty();
    scenario.passQuickly(connection, Duration.ofDays(60));
    assertThat(scenario.provider.calls()).hasSize(calls);
    assertThat(scenario.now(connection).status()).isEqualTo(ConnectionStatus.ACTIVE);
  }

  @Test
  void an_idle_connection_is_refreshed_for_whoever_comes_back_and_then_early_again() {
    var connection = idle(ROTATING);
    int calls = scenario.provider.calls().size();

    assertThat(scenario.read(connection)).isInstanceOf(Read.Usable.class);

    assertThat(scenario.provider.calls()).hasSize(calls + 1);
    assertThat(scenario.now(connection).upkeep().dueAt()).isPresent();
    scenario.pass(HOUR);
    assertThat(scenario.provider.calls()).hasSize(calls + 2);
  }

  @Test
  void an_idle_connection_s_refresh_token_is_used_before_it_ends_unused() {
    var connection = idle(ENDING);
    int calls = scenario.provider.calls().size();
    var refreshed = scenario.now(connection).lastRefreshedAt().orElseThrow();

    assertThat(scenario.now(connection).upkeep().dueAt())
        .contains(refreshed.plus(Duration.ofDays(30).dividedBy(4).multipliedBy(3)));
    scenario.passQuickly(connection, Duration.ofDays(80));

    assertThat(scenario.provider.calls().size() - calls).isEqualTo(3);
  }

  @Test
  void a_use_brings_an_idle_connection_s_next_refresh_forward() {
    var connection = scenario.connected(ENDING, Optional.of(Duration.ofDays(20)));
    var keptAlive = scenario.now(connection).upkeep().dueAt().orElseThrow();
    scenario.clock.move(Duration.ofDays(14));

    scenario.read(connection);

    var dueAt = scenario.now(connection).upkeep().dueAt().orElseThrow();
    assertThat(dueAt).isBefore(keptAlive);
    assertThat(Duration.between(scenario.clock.instant(), dueAt))
        .isBetween(Duration.ofDays(5), Duration.ofDays(6));
  }

  @Test
  void what_became_idle_while_it_was_suspended_is_looked_at_once() {
    var connection = scenario.connected(ROTATING);
    scenario.connections.suspend(scenario.now(connection), CAUSE);
    scenario.clock.move(Duration.ofDays(8));
    scenario.resume(connection);

    assertThat(scenario.scan()).isEqualTo(1);
    scenario.work();

    assertThat(scenario.now(connection).upkeep().dueAt()).isEmpty();
    assertThat(scenario.queue.size()).isZero();
    assertThat(scenario.provider.calls()).isEmpty();
    assertThat(scenario.read(connection)).isInstanceOf(Read.Usable.class);
    assertThat(scenario.accessToken(connection)).isEqualTo("at-1");
    assertThat(scenario.now(connection).upkeep().dueAt()).isPresent();
  }

  // Refreshed hourly until it counts as idle, and left alone since.
  private Connection idle(String auth) {
    var connection = scenario.connected(auth, Optional.of(Duration.ofHours(20)));
    scenario.provider.life(Duration.ofHours(20));
    scenario.passQuickly(connection, Duration.ofDays(9));
    scenario.provider.life(HOUR);
    assertThat(scenario.now(connection).isExpired(scenario.clock.instant())).isTrue();
    return connection;
  }

  @Test
  void a_use_is_noted_once_a_minute() {
    var connection = scenario.connected(ROTATING);
    var first = scenario.clock.instant();
    scenario.read(connection);
    scenario.clock.move(Duration.ofSeconds(59));
    scenario.read(connection);
    assertThat(scenario.now(connection).lastActivityAt()).contains(first);

    scenario.clock.move(Duration.ofSeconds(1));
    scenario.read(connection);

    assertThat(scenario.now(connection).lastActivityAt()).contains(scenario.clock.instant());
    assertThat(scenario.told(connection)).as("nobody is told").isEmpty();
    assertThat(scenario.now(connection).version()).isEqualTo(1);
  }

  // One refresh

  @Test
  void parallel_refreshers_make_one_call() {
    var connection = scenario.connected(ROTATING);
    scenario.clock.move(HOUR);
    scenario.provider.then(scenario.provider.after(Duration.ofMillis(300)));

    var refreshed =
        wasl.queue.Batch.each(
            Stream.generate(() -> connection).limit(20).toList(),
            each -> scenario.refresh(each, Need.USE));

    assertThat(scenario.provider.calls()).hasSize(1);
    assertThat(refreshed)
        .allMatch(result ->
            result.orElse(why -> new Refreshed.Gone()) instanceof Refreshed.Renewed
                || result.orElse(why -> new Refreshed.Gone()) instanceof Refreshed.Held);
  }

  @Test
  void readers_in_one_process_wait_for_one_of_them() {
    var connection = scenario.connected(ROTATING);
    scenario.clock.move(HOUR);
    var reached = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    scenario.provider.then(scenario.provider.held(reached, go));
    int readers = 20;
    var reading =
        Stream.generate(() -> new Running<>(() -> scenario.read(connection)))
            .limit(readers)
            .toList();
    await(reached);
    await(() -> scenario.store.finds() >= readers);
    go.countDown();

    assertThat(reading)
        .allSatisfy(reader -> assertThat(reader.result()).isInstanceOf(Read.Usable.class));
    assertThat(scenario.provider.calls()).hasSize(1);
    // One look each; who comes too late to wait with the others looks once more.
    assertThat(scenario.store.finds()).isLessThan(2 * readers);
  }

  @Test
  void readers_hear_at_once_what_the_one_of_them_hears() {
    var connection = scenario.connected(ROTATING);
    scenario.clock.move(HOUR);
    var reached = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    scenario.provider.then((exchange, call) -> {
      reached.countDown();
      await(go);
      status(503).to(exchange, call);
    });
    var reading =
        Stream.generate(() -> new Running<>(() -> scenario.read(connection))).limit(5).toList();
    await(reached);
    await(() -> scenario.store.finds() >= 5);
    go.countDown();

    assertThat(reading)
        .allSatisfy(reader -> assertThat(reader.result()).isInstanceOf(Read.Failing.class));
    assertThat(scenario.provider.calls()).hasSize(1);
  }

  @Test
  void who_waited_for_another_that_failed_late_hears_of_it_then() {
    var connection = scenario.connected(ROTATING);
    scenario.clock.move(HOUR);
    var reached = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    scenario.provider.then((exchange, call) -> {
      reached.countDown();
      await(go);
      status(503).to(exchange, call);
    });
    try (var holder = new Running<>(() -> scenario.refresh(connection, Need.USE))) {
      await(reached);
      var begun = scenario.clock.instant();
      var elsewhere =
          scenario.credentials(time -> {
            scenario.clock.move(time);
            if (go.getCount() > 0
                && scenario.clock.instant().isAfter(begun.plus(Duration.ofSeconds(15)))) {
              go.countDown();
              holder.result();
            }
          });

      var read = elsewhere.read(scenario.tenant, connection.id(), CAUSE);

      assertThat(read).isInstanceOf(Read.Failing.class);
      assertThat(scenario.clock.instant()).isBefore(begun.plus(Duration.ofSeconds(17)));
      assertThat(((Read.Failing) read).retryAfter()).isPositive();
    }
    assertThat(scenario.provider.calls()).hasSize(1);
  }

  @Test
  void a_read_of_what_nothing_renews_moves_nothing() {
    var connection = scenario.connected(ROTATING, Optional.of(HOUR), Optional.empty());
    assertThat(scenario.now(connection).upkeep().dueAt()).isEqualTo(connection.expiresAt());

    assertThat(scenario.read(connection)).isInstanceOf(Read.Usable.class);

    assertThat(scenario.store.moves()).isZero();
    assertThat(scenario.now(connection).lastActivityAt()).isPresent();
  }

  @Test
  void a_reader_who_waits_too_long_is_told_to_come_again() {
    var connection = scenario.connected(ROTATING);
    scenario.clock.move(HOUR);
    var go = new CountDownLatch(1);
    var reached = new CountDownLatch(1);
    scenario.provider.then(scenario.provider.held(reached, go));
    try (var refresher = new Running<>(() -> scenario.refresh(connection, Need.USE))) {
      await(reached);

      var read =
          scenario
              .credentials(time -> scenario.clock.move(time))
              .read(scenario.tenant, connection.id(), CAUSE);

      assertThat(read).isInstanceOf(Read.InProgress.class);
      go.countDown();
      assertThat(refresher.result()).isInstanceOf(Refreshed.Renewed.class);
    }
    assertThat(scenario.read(connection)).isInstanceOf(Read.Usable.class);
    assertThat(scenario.provider.calls()).hasSize(1);
  }

  @Test
  void a_call_is_made_once_though_the_answer_to_every_write_is_lost() {
    var lost = new LostAnswers();
    try (var behind = stack.through(lost);
        var breaking = new RefreshScenario(behind)) {
      var connection = breaking.connected(ROTATING);
      breaking.clock.move(HOUR);

      assertThat(breaking.read(connection)).isInstanceOf(Read.Usable.class);

      assertThat(breaking.provider.calls()).hasSize(1);
      assertThat(breaking.accessToken(connection)).isEqualTo("at-1");
      assertThat(lost.count()).isPositive();
    }
  }

  @Test
  void nor_is_it_left_out_where_a_reader_s_note_comes_between_the_tries_of_the_lease_s_write() {
    var connection = scenario.connected(LASTING);
    scenario.provider.rotating(false);
    scenario.clock.move(Duration.ofMinutes(50));
    var lease = new AtomicBoolean(true);
    try (var behind =
            stack.through((call, next) -> {
              var answer = next.pass(call);
              if (!call.operation().equals("PutItem") || !lease.getAndSet(false)) {
                return answer;
              }
              scenario.store.used(connection, scenario.clock.instant(), Optional.empty());
              return AwsAnswer.fault(call, 500, "InternalServerError", "the answer was lost");
            });
        var breaking = new RefreshScenario(behind, scenario.tenant, scenario.clock, DEADLINE)) {
      var refreshed = breaking.refresher.refresh(scenario.now(connection), Need.DUE, CAUSE);

      assertThat(lease).isFalse();
      assertThat(refreshed).isInstanceOf(Refreshed.Renewed.class);
    }
    assertThat(scenario.provider.calls()).hasSize(1);
    assertThat(scenario.accessToken(connection)).isEqualTo("at-1");
    assertThat(scenario.now(connection).upkeep().hold()).isEmpty();
  }

  @Test
  void a_token_that_cannot_be_saved_at_once_is_saved_all_the_same() {
    var connection = scenario.connected(ROTATING);
    scenario.clock.move(HOUR);
    scenario.store.failToSave(3);

    assertThat(scenario.read(connection)).isInstanceOf(Read.Usable.class);

    assertThat(scenario.accessToken(connection)).isEqualTo("at-1");
    assertThat(scenario.provider.calls()).hasSize(1);
  }

  @Test
  void a_token_is_kept_at_hand_through_an_outage_of_half_a_minute() {
    var connection = scenario.connected(ROTATING);
    scenario.clock.move(HOUR);
    scenario.store.failToSave(60);
    var patient = scenario.refresher(time -> scenario.clock.move(time));

    assertThat(patient.refresh(scenario.now(connection), Need.USE, CAUSE))
        .isInstanceOf(Refreshed.Renewed.class);

    assertThat(scenario.accessToken(connection)).isEqualTo("at-1");
    assertThat(scenario.provider.calls()).hasSize(1);
  }

  @Test
  void a_token_is_saved_though_kms_goes_away_once_it_is_given() {
    var outages = new Outages();
    try (var behind = stack.through(outages);
        var breaking = new RefreshScenario(behind)) {
      var connection = breaking.connected(ROTATING);
      // The keys that were used to connect it are forgotten.
      breaking.clock.move(HOUR);
      breaking.provider.then((exchange, call) -> {
        outages.begin("kms", Outages.Kind.DOWN);
        breaking.provider.grant(exchange, call);
      });

      assertThat(breaking.read(connection)).isInstanceOf(Read.Usable.class);

      assertThat(breaking.accessToken(connection)).isEqualTo("at-1");
      assertThat(breaking.provider.calls()).hasSize(1);
    }
  }

  @Test
  void without_a_key_nothing_is_called_and_nothing_is_held() {
    var outages = new Outages();
    try (var behind = stack.through(outages);
        var breaking = new RefreshScenario(behind)) {
      var connection = breaking.connected(ROTATING);
      breaking.clock.move(HOUR);
      outages.begin("kms", Outages.Kind.DOWN);

      assertThatThrownBy(() -> breaking.read(connection)).isInstanceOf(RuntimeException.class);

      assertThat(breaking.provider.calls()).isEmpty();
      assertThat(breaking.now(connection).upkeep()).isEqualTo(connection.upkeep());
      assertThat(breaking.now(connection).status()).isEqualTo(ConnectionStatus.ACTIVE);
    }
  }

  @Test
  void a_message_that_is_out_of_date_does_nothing() {
    var connection = scenario.connected(ROTATING);
    var stale = message(connection, connection.credentialsVersion());
    scenario.clock.move(HOUR);
    scenario.read(connection);

    assertThat(scenario.worker.handle(List.of(stale), "a-test")).containsExactly(Outcome.DONE);

    assertThat(scenario.provider.calls()).hasSize(1);
  }

  @Test
  void poison_fails_alone() {
    var connection = scenario.connected(ROTATING);
    scenario.clock.move(HOUR);
    var poison = new QueueMessage("m", "{}", 1);

    var outcomes =
        scenario.worker.handle(
            List.of(poison, message(connection, connection.credentialsVersion()), poison),
            "a-test");

    assertThat(outcomes.get(0)).isInstanceOf(Outcome.GiveUp.class);
    assertThat(outcomes.get(1)).isEqualTo(Outcome.DONE);
    assertThat(scenario.accessToken(connection)).isEqualTo("at-1");
  }

  // What is in an answer, and what is not

  @Test
  void an_answer_without_a_refresh_token_leaves_the_old_one_good() {
    scenario.provider.rotating(false);
    var connection = scenario.connected(LASTING);
    scenario.clock.move(HOUR);
    scenario.read(connection);
    scenario.clock.move(HOUR);

    scenario.read(connection);

    assertThat(scenario.provider.calls())
        .extracting(TokenServer.Call::refreshToken)
        .containsExactly("rt-0", "rt-0");
    assertThat(scenario.accessToken(connection)).isEqualTo("at-2");
  }

  @Test
  void the_scopes_of_an_answer_are_the_connection_s() {
    var connection = scenario.connected(ROTATING);
    scenario.clock.move(HOUR);
    scenario.provider.then(
        json("{\"access_token\":\"other\",\"expires_in\":\"3600\",\"scope\":\"read write\"}"));

    scenario.read(connection);

    assertThat(scenario.now(connection).scopes()).containsExactly("read", "write");
    assertThat(scenario.now(connection).expiresAt()).contains(scenario.after(HOUR));
    assertThat(scenario.token(connection).refreshToken().map(Secret::reveal)).contains("rt-0");
  }

  @Test
  void what_its_user_did_not_grant_is_missing_after_an_outage_and_a_suspension_too() {
    var connection = scenario.connected(ROTATING);
    scenario.clock.move(HOUR);
    scenario.provider.then(
        json(
            "{\"access_token\":\"a\",\"expires_in\":3600,\"scope\":\"write\","
                + "\"refresh_token\":\"rt-0\"}"),
        status(429));
    scenario.read(connection);
    assertThat(scenario.now(connection).statusReason()).contains("scopes_missing");

    scenario.refresh(connection, Need.DEMAND);
    assertThat(scenario.now(connection).statusReason()).contains("refresh_failing");
    scenario.refresh(connection, Need.DEMAND);
    assertThat(scenario.now(connection).statusReason()).contains("scopes_missing");

    scenario.connections.suspend(scenario.now(connection), CAUSE);
    scenario.resume(connection);
    assertThat(scenario.now(connection).statusReason()).contains("scopes_missing");
    scenario.pass(Duration.ofMinutes(1));
    assertThat(scenario.now(connection).statusReason()).contains("scopes_missing");
  }

  @Test
  void a_client_s_own_token_is_renewed_by_its_credentials() {
    var connection = scenario.connected(CLIENT);

    scenario.pass(HOUR);

    assertThat(scenario.provider.calls()).hasSize(1);
    var call = scenario.provider.calls().getFirst();
    assertThat(call.form())
        .containsEntry("grant_type", "client_credentials")
        .containsEntry("scope", "read");
    assertThat(call.authorization()).startsWith("Basic ");
    assertThat(scenario.accessToken(connection)).isEqualTo("at-1");

    scenario.clock.move(Duration.ofHours(2));
    assertThat(scenario.read(connection)).isInstanceOf(Read.Usable.class);
    assertThat(scenario.accessToken(connection)).isEqualTo("at-2");
  }

  @Test
  void a_token_that_nothing_renews_is_an_error_once_it_ends() {
    var connection = scenario.connected(ROTATING, Optional.of(HOUR), Optional.empty());
    assertThat(scenario.refresh(connection, Need.DEMAND)).isInstanceOf(Refreshed.Nothing.class);

    scenario.pass(Duration.ofMinutes(61));

    assertThat(scenario.now(connection).status()).isEqualTo(ConnectionStatus.ERROR);
    assertThat(scenario.now(connection).statusReason()).contains(Refresher.TOKEN_EXPIRED);
    assertThat(scenario.told(connection)).contains(Connections.EXPIRED);
    assertThat(scenario.read(connection)).isInstanceOf(Read.NotActive.class);
    assertThat(scenario.provider.calls()).isEmpty();
  }

  @Test
  void a_token_that_does_not_end_is_left_alone() {
    var connection = scenario.connected(LASTING, Optional.empty());

    scenario.passQuickly(connection, Duration.ofDays(400));

    assertThat(scenario.read(connection)).isInstanceOf(Read.Usable.class);
    assertThat(scenario.provider.calls()).isEmpty();
    assertThat(scenario.now(connection).upkeep().dueAt()).isEmpty();
  }

  @Test
  void credentials_that_open_no_more_are_an_error_and_not_tried_for_ever() {
    var connection = scenario.connected(ROTATING);
    var was = scenario.now(connection);
    var altered = was.credentials().bytes();
    altered[altered.length - 1] ^= 1;
    scenario.store.saveQuietly(
        was, was.next(scenario.clock.instant()).resealed(new Sealed(altered)).build());

    scenario.pass(Duration.ofMinutes(50));

    var now = scenario.now(connection);
    assertThat(now.status()).isEqualTo(ConnectionStatus.ERROR);
    assertThat(now.statusReason()).contains("credentials_unreadable");
    assertThat(now.health()).isEqualTo(Health.UNHEALTHY);
    assertThat(now.upkeep().dueAt()).isEmpty();
    assertThat(scenario.told(connection)).contains(Connections.FAILED);
    assertThat(scenario.queue.size()).isZero();
    assertThat(scenario.read(connection)).isInstanceOf(Read.NotActive.class);
    assertThat(scenario.refresh(connection, Need.DEMAND)).isInstanceOf(Refreshed.Ended.class);
    assertThat(scenario.now(connection)).as("told once").isEqualTo(now);
  }

  // Crashes

  @Test
  void a_crash_after_the_provider_rotated_ends_in_doubt_and_is_told() {
    var connection = scenario.connected(ROTATING);
    scenario.clock.move(HOUR);
    scenario.store.dieBeforeSaving(1);
    assertThatThrownBy(() -> scenario.read(connection)).isInstanceOf(DyingConnections.Died.class);
    assertThat(scenario.now(connection).upkeep().hold()).isPresent();

    scenario.pass(Duration.ofMinutes(2));

    var now = scenario.now(connection);
    assertThat(now.status()).isEqualTo(ConnectionStatus.ERROR);
    assertThat(now.statusReason()).contains("rotation_in_doubt");
    assertThat(now.health()).isEqualTo(Health.UNHEALTHY);
    assertThat(now.upkeep().dueAt()).isEmpty();
    assertThat(scenario.told(connection)).contains(Connections.FAILED);
    assertThat(scenario.provider.calls()).hasSize(2);
  }

  @Test
  void a_crash_at_a_provider_that_does_not_rotate_is_recovered_from() {
    scenario.provider.rotating(false);
    var connection = scenario.connected(LASTING);
    scenario.clock.move(HOUR);
    scenario.store.dieBeforeSaving(1);
    assertThatThrownBy(() -> scenario.read(connection)).isInstanceOf(DyingConnections.Died.class);

    scenario.pass(Duration.ofMinutes(2));

    assertThat(scenario.now(connection).status()).isEqualTo(ConnectionStatus.ACTIVE);
    assertThat(scenario.accessToken(connection)).isEqualTo("at-2");
  }

  @Test
  void a_crash_at_a_provider_that_still_takes_the_old_token_is_recovered_from() {
    var connection = scenario.connected(ROTATING);
    scenario.clock.move(HOUR);
    scenario.store.dieBeforeSaving(1);
    assertThatThrownBy(() -> scenario.read(connection)).isInstanceOf(DyingConnections.Died.class);
    scenario.provider.then(
        json("{\"access_token\":\"again\",\"expires_in\":3600,\"refresh_token\":\"rt-9\"}"));

    scenario.pass(Duration.ofMinutes(2));

    assertThat(scenario.now(connection).status()).isEqualTo(ConnectionStatus.ACTIVE);
    assertThat(scenario.now(connection).upkeep().inDoubt()).isFalse();
    assertThat(scenario.accessToken(connection)).isEqualTo("again");
  }

  @Test
  void while_a_lease_lasts_a_reader_does_not_call_though_its_holder_died() {
    var connection = scenario.connected(ROTATING);
    scenario.clock.move(HOUR);
    scenario.store.dieBeforeSaving(1);
    assertThatThrownBy(() -> scenario.read(connection)).isInstanceOf(DyingConnections.Died.class);

    var read =
        scenario
            .credentials(time -> scenario.clock.move(time))
            .read(scenario.tenant, connection.id(), CAUSE);

    assertThat(read).isInstanceOf(Read.InProgress.class);
    assertThat(scenario.provider.calls()).hasSize(1);
  }

  @Test
  void an_answer_that_was_lost_leaves_a_doubt_and_a_refusal_then_says_so() {
    var connection = scenario.connected(ROTATING);
    scenario.clock.move(HOUR);
    scenario.provider.then(json("<html>"), error("invalid_grant"));

    assertThat(scenario.read(connection)).isInstanceOf(Read.Failing.class);
    assertThat(scenario.now(connection).upkeep().inDoubt()).isTrue();
    scenario.pass(Duration.ofMinutes(2));

    assertThat(scenario.now(connection).statusReason()).contains("rotation_in_doubt");
  }

  // Losers

  @Test
  void a_loser_never_drops_the_only_good_token() throws Exception {
    var connection = scenario.connected(ROTATING);
    scenario.clock.move(HOUR);
    var reached = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    scenario.provider.then(scenario.provider.held(reached, go));
    try (var slow = new Running<>(() -> scenario.refresh(connection, Need.USE))) {
      await(reached);
      scenario.clock.move(Upkeep.LEASE);

      assertThat(scenario.refresh(connection, Need.USE)).isInstanceOf(Refreshed.Ended.class);
      assertThat(scenario.now(connection).statusReason()).contains("rotation_in_doubt");
      go.countDown();

      assertThat(slow.result()).isInstanceOf(Refreshed.Renewed.class);
    }
    var now = scenario.now(connection);
    assertThat(now.status()).isEqualTo(ConnectionStatus.ACTIVE);
    assertThat(now.statusReason()).isEmpty();
    assertThat(now.health()).isEqualTo(Health.HEALTHY);
    assertThat(scenario.token(connection).refreshToken().map(Secret::reveal)).contains("rt-1");
    assertThat(scenario.told(connection)).contains(Connections.RECOVERED);
  }

  @Test
  void whoever_lost_the_lease_saves_what_he_got_while_another_calls() {
    var connection = scenario.connected(ROTATING);
    scenario.clock.move(HOUR);
    var firstReached = new CountDownLatch(1);
    var firstGo = new CountDownLatch(1);
    var secondReached = new CountDownLatch(1);
    var secondGo = new CountDownLatch(1);
    scenario.provider.then(
        scenario.provider.held(firstReached, firstGo),
        (exchange, call) -> {
          secondReached.countDown();
          await(secondGo);
          error("invalid_grant").to(exchange, call);
        });
    try (var first = new Running<>(() -> scenario.refresh(connection, Need.USE))) {
      await(firstReached);
      scenario.clock.move(Upkeep.LEASE);
      try (var second = new Running<>(() -> scenario.refresh(connection, Need.USE))) {
        await(secondReached);
        firstGo.countDown();
        assertThat(first.result()).isInstanceOf(Refreshed.Renewed.class);
        secondGo.countDown();

        assertThat(second.result())
            .as("the end of a token that has a successor is none")
            .isInstanceOf(Refreshed.Renewed.class);
      }
    }
    assertThat(scenario.now(connection).status()).isEqualTo(ConnectionStatus.ACTIVE);
    assertThat(scenario.accessToken(connection)).isEqualTo("at-1");
  }

  @Test
  void what_a_new_authorization_replaced_is_not_brought_back() {
    var connection = scenario.connected(ROTATING);
    scenario.clock.move(HOUR);
    during(
        () -> scenario.refresh(connection, Need.USE),
        () -> {
          var was = scenario.now(connection);
          var anew =
              scenario
                  .connections
                  .credentials(was)
                  .with(
                      new Token(
                          Secret.of("anew"),
                          Optional.of(Secret.of("rt-anew")),
                          Optional.of(scenario.after(HOUR)),
                          scenario.clock.instant(),
                          scenario.provider.origin(),
                          Optional.empty()));
          scenario.connections.reconnect(
              was,
              new Connections.Wish(
                  new ConnectionStore.Grounds(
                      scenario.integrations.find(scenario.tenant, was.integration()).orElseThrow(),
                      Optional.empty()),
                  Optional.empty(),
                  Optional.empty(),
                  List.of(),
                  new Connections.Authorized(
                      ROTATING, anew, List.of(), Health.HEALTHY, Optional.empty(), Upkeep.NONE)),
              CAUSE);
        });

    assertThat(scenario.accessToken(connection)).isEqualTo("anew");
    assertThat(scenario.now(connection).credentialsVersion()).isEqualTo(2);
  }

  @Test
  void a_rename_during_a_refresh_keeps_lease_and_tokens() {
    var connection = scenario.connected(ROTATING);
    scenario.clock.move(HOUR);
    during(
        () -> scenario.refresh(connection, Need.USE),
        () -> {
          scenario.connections.rename(
              scenario.now(connection),
              new Connections.Names(
                  new Change.Set<>("renamed"), new Change.Keep<>(), Optional.of(List.of("x"))),
              CAUSE);
          assertThat(scenario.now(connection).upkeep().hold()).isPresent();
          assertThat(scenario.refresh(connection, Need.USE)).isInstanceOf(Refreshed.Held.class);
        });

    assertThat(scenario.now(connection).alias()).contains("renamed");
    assertThat(scenario.now(connection).tags()).containsExactly("x");
    assertThat(scenario.accessToken(connection)).isEqualTo("at-1");
  }

  @Test
  void a_suspension_during_a_refresh_stays_and_so_do_the_tokens() {
    var connection = scenario.connected(ROTATING);
    scenario.clock.move(HOUR);
    during(
        () -> scenario.refresh(connection, Need.USE),
        () -> scenario.connections.suspend(scenario.now(connection), CAUSE));

    assertThat(scenario.now(connection).status()).isEqualTo(ConnectionStatus.SUSPENDED);
    assertThat(scenario.now(connection).upkeep().dueAt()).isEmpty();
    assertThat(scenario.accessToken(connection)).isEqualTo("at-1");
    assertThat(scenario.read(connection)).isInstanceOf(Read.NotActive.class);

    scenario.resume(connection);
    scenario.pass(HOUR);
    assertThat(scenario.accessToken(connection)).isEqualTo("at-2");
  }

  @Test
  void a_deletion_during_a_refresh_stays() {
    var connection = scenario.connected(ROTATING);
    scenario.clock.move(HOUR);
    during(
        () -> scenario.refresh(connection, Need.USE),
        () -> scenario.connections.delete(scenario.now(connection), CAUSE));

    assertThat(scenario.store.find(scenario.tenant, connection.id())).isEmpty();
    assertThat(scenario.told(connection)).isEmpty();
    assertThat(scenario.provider.calls())
        .as("what came of it is given back")
        .extracting(call -> call.form().getOrDefault("token", ""))
        .containsExactly("", "rt-1", "at-1");
  }

  // What is final, and what is not

  @Test
  void invalid_grant_is_final_at_once() {
    var connection = scenario.connected(ROTATING);
    scenario.clock.move(HOUR);
    scenario.provider.always(error("invalid_grant"));

    assertThat(scenario.read(connection)).isInstanceOf(Read.NotActive.class);

    var now = scenario.now(connection);
    assertThat(now.status()).isEqualTo(ConnectionStatus.ERROR);
    assertThat(now.statusReason()).contains("invalid_grant");
    assertThat(now.health()).isEqualTo(Health.UNHEALTHY);
    assertThat(now.upkeep().dueAt()).isEmpty();
    assertThat(scenario.told(connection)).contains(Connections.EXPIRED);
    scenario.passQuickly(connection, Duration.ofDays(2));
    assertThat(scenario.read(connection)).isInstanceOf(Read.NotActive.class);
    assertThat(scenario.provider.calls()).hasSize(1);
  }

  @Test
  void a_provider_s_own_word_for_it_is_as_final() {
    var connection = scenario.connected(ROTATING);
    scenario.clock.move(HOUR);
    scenario.provider.always(json("{\"error\":\"bad_refresh_token\"}"));

    scenario.read(connection);

    assertThat(scenario.now(connection).status()).isEqualTo(ConnectionStatus.ERROR);
    assertThat(scenario.told(connection)).contains(Connections.EXPIRED);
  }

  @Test
  void whoever_demands_it_recovers_a_connection_in_error() {
    var connection = scenario.connected(ROTATING);
    scenario.clock.move(HOUR);
    scenario.provider.then(error("invalid_grant"), error("invalid_grant"));
    scenario.read(connection);

    assertThat(scenario.refresh(connection, Need.DEMAND)).isInstanceOf(Refreshed.Ended.class);
    assertThat(scenario.told(connection)).as("it is known").isEmpty();
    assertThat(scenario.refresh(connection, Need.DEMAND)).isInstanceOf(Refreshed.Renewed.class);

    assertThat(scenario.now(connection).status()).isEqualTo(ConnectionStatus.ACTIVE);
    assertThat(scenario.told(connection)).contains(Connections.RECOVERED);
  }

  @Test
  void an_outage_of_a_day_ends_active() {
    var connection = scenario.connected(ROTATING);
    scenario.provider.always(status(503));

    scenario.passQuickly(connection, Duration.ofHours(25));

    var failing = scenario.now(connection);
    assertThat(failing.status()).isEqualTo(ConnectionStatus.ACTIVE);
    assertThat(failing.statusReason()).contains("refresh_failing");
    assertThat(failing.health()).isEqualTo(Health.UNHEALTHY);
    assertThat(scenario.provider.calls()).hasSizeBetween(22, 60);

    scenario.provider.always(scenario.provider::grant);
    scenario.passQuickly(connection, Duration.ofMinutes(75));

    var now = scenario.now(connection);
    assertThat(now.status()).isEqualTo(ConnectionStatus.ACTIVE);
    assertThat(now.statusReason()).isEmpty();
    assertThat(now.health()).isEqualTo(Health.HEALTHY);
    assertThat(now.upkeep().failures()).isZero();
    assertThat(scenario.accessToken(connection)).startsWith("at-").isNotEqualTo("at-0");
  }

  @Test
  void an_outage_is_told_once_and_only_when_the_token_has_ended() {
    var connection = scenario.connected(LASTING);
    scenario.provider.rotating(false).always(status(500));
    scenario.pass(Duration.ofMinutes(50));
    assertThat(scenario.provider.calls()).isNotEmpty();
    assertThat(scenario.now(connection).health()).isEqualTo(Health.UNCHECKED);
    assertThat(scenario.told(connection)).isEmpty();
    assertThat(scenario.read(connection)).as("it is good still").isInstanceOf(Read.Usable.class);

    scenario.clock.move(Duration.ofMinutes(20));
    scenario.refresh(connection, Need.DEMAND);
    assertThat(scenario.told(connection)).contains(Connections.FAILING);
    scenario.refresh(connection, Need.DEMAND);
    assertThat(scenario.told(connection)).isEmpty();

    scenario.provider.always(scenario.provider::grant);
    scenario.refresh(connection, Need.DEMAND);
    assertThat(scenario.told(connection)).contains(Connections.RECOVERED);
  }

  @Test
  void the_end_of_a_token_is_told_though_its_provider_is_left_alone() {
    var connection = scenario.connected(LASTING);
    scenario.provider.rotating(false).then(status(503, "retry-after", "7200"));
    scenario.pass(Duration.ofMinutes(58));
    assertThat(scenario.provider.calls()).hasSize(1);
    assertThat(scenario.now(connection).health()).isEqualTo(Health.UNCHECKED);
    var notBefore = scenario.now(connection).upkeep().notBefore().orElseThrow();

    scenario.pass(Duration.ofMinutes(3));

    var ended = scenario.now(connection);
    assertThat(ended.health()).isEqualTo(Health.UNHEALTHY);
    assertThat(ended.statusReason()).contains("refresh_failing");
    assertThat(scenario.told(connection)).contains(Connections.FAILING);
    assertThat(ended.upkeep().dueAt()).contains(notBefore);
    scenario.pass(Duration.ofMinutes(10));
    assertThat(scenario.now(connection)).as("told once").isEqualTo(ended);
    scenario.pass(Duration.between(scenario.clock.instant(), notBefore).plusMinutes(1));
    assertThat(scenario.provider.calls()).hasSize(2);
    assertThat(scenario.told(connection)).contains(Connections.RECOVERED);
  }

  @Test
  void an_outage_of_a_week_is_an_error() {
    var connection = scenario.connected(CLIENT);
    scenario.provider.always(status(503));
    scenario.refresh(connection, Need.DEMAND);
    scenario.clock.move(Duration.ofDays(7).minusSeconds(1));
    assertThat(scenario.refresh(connection, Need.DEMAND)).isInstanceOf(Refreshed.Failed.class);
    scenario.clock.move(Duration.ofSeconds(1));

    assertThat(scenario.refresh(connection, Need.DEMAND)).isInstanceOf(Refreshed.Ended.class);

    assertThat(scenario.now(connection).status()).isEqualTo(ConnectionStatus.ERROR);
    assertThat(scenario.now(connection).statusReason()).contains("refresh_failed");
    assertThat(scenario.told(connection)).contains(Connections.FAILED);
    assertThat(scenario.now(connection).upkeep().dueAt()).isEmpty();
  }

  @Test
  void a_failure_from_before_it_was_idle_makes_no_end_of_a_later_one() {
    var connection = scenario.connected(LASTING, Optional.of(Duration.ofDays(7)));
    scenario.provider.rotating(false).then(status(503, "retry-after", "1800"));
    scenario.pass(Duration.ofMinutes(1));
    scenario.clock.move(Duration.ofDays(7).minusMinutes(14));
    scenario.refresh(connection, Need.DUE);
    assertThat(scenario.now(connection).upkeep().failures()).isEqualTo(1);

    scenario.pass(Duration.ofMinutes(40));

    var idle = scenario.now(connection);
    assertThat(idle.upkeep()).as("nobody tries it any more").isEqualTo(Upkeep.NONE);
    assertThat(idle.statusReason()).as("of a token that has ended").contains("refresh_failing");
    scenario.clock.move(Duration.ofDays(30));
    scenario.provider.then(status(503));
    assertThat(scenario.read(connection)).isInstanceOf(Read.Failing.class);
    assertThat(scenario.now(connection).status()).isEqualTo(ConnectionStatus.ACTIVE);
    scenario.pass(Duration.ofMinutes(1));
    assertThat(scenario.now(connection).statusReason()).isEmpty();
    assertThat(scenario.accessToken(connection)).isEqualTo("at-1");
  }

  @Test
  void a_failure_before_it_was_idle_is_forgotten_while_the_token_is_good() {
    var connection = scenario.connected(ENDING, Optional.of(Duration.ofDays(14)));
    scenario.provider.then(status(503));
    scenario.refresh(connection, Need.DEMAND);
    assertThat(scenario.now(connection).statusReason()).contains("refresh_failing");

    scenario.pass(Duration.ofMinutes(2));

    var now = scenario.now(connection);
    assertThat(now.statusReason()).isEmpty();
    assertThat(now.upkeep().failures()).isZero();
    assertThat(now.upkeep().failingSince()).isEmpty();
    assertThat(now.upkeep().dueAt()).as("its refresh token is kept alive").isPresent();
    assertThat(scenario.provider.calls()).hasSize(1);
  }

  @Test
  void a_provider_that_asks_to_be_left_alone_is_left_alone() {
    var connection = scenario.connected(ROTATING);
    scenario.clock.move(HOUR);
    scenario.provider.then(status(429, "retry-after", "1800"));
    assertThat(scenario.read(connection)).isInstanceOf(Read.Failing.class);

    assertThat(scenario.now(connection).upkeep().notBefore())
        .contains(scenario.after(HOUR.dividedBy(2)));
    assertThat(scenario.now(connection).upkeep().inDoubt()).as("it did nothing").isFalse();
    assertThat(scenario.read(connection))
        .isEqualTo(new Read.Failing(scenario.now(connection), HOUR.dividedBy(2)));
    scenario.pass(Duration.ofMinutes(29));
    assertThat(scenario.provider.calls()).hasSize(1);
    scenario.pass(Duration.ofMinutes(2));

    assertThat(scenario.provider.calls()).hasSize(2);
    assertThat(scenario.accessToken(connection)).isEqualTo("at-1");
  }

  @Test
  void a_client_that_the_provider_refuses_is_no_end_of_the_token() {
    var connection = scenario.connected(ROTATING);
    scenario.clock.move(HOUR);
    scenario.provider.then(error("invalid_client"));

    assertThat(scenario.read(connection)).isInstanceOf(Read.Failing.class);
    assertThat(scenario.now(connection).status()).isEqualTo(ConnectionStatus.ACTIVE);
    assertThat(scenario.now(connection).statusReason()).contains("client_refused");
    scenario.pass(Duration.ofMinutes(1));

    assertThat(scenario.now(connection).statusReason()).isEmpty();
    assertThat(scenario.accessToken(connection)).isEqualTo("at-1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"invalid_request", "unauthorized_client", "server_error", "whatever"})
  void any_other_refusal_is_tried_again(String word) {
    var connection = scenario.connected(LASTING);
    scenario.clock.move(HOUR);
    scenario.provider.then(error(word));

    assertThat(scenario.read(connection)).isInstanceOf(Read.Failing.class);
    scenario.pass(Duration.ofMinutes(1));

    assertThat(scenario.now(connection).status()).isEqualTo(ConnectionStatus.ACTIVE);
    assertThat(scenario.accessToken(connection)).isEqualTo("at-1");
  }

  @Test
  void a_call_ends_in_time_whatever_the_provider_does() {
    try (var hasty =
        new RefreshScenario(
            stack, stack.newTenant(), SettableClock.atRealTime(), Duration.ofMillis(300))) {
      var connection = hasty.connected(ROTATING);
      hasty.clock.move(HOUR);
      hasty.provider.then(hasty.provider.after(Duration.ofSeconds(20)));

      assertThat(hasty.read(connection)).isInstanceOf(Read.Failing.class);

      assertThat(hasty.now(connection).upkeep().inDoubt()).isTrue();
      assertThat(hasty.now(connection).status()).isEqualTo(ConnectionStatus.ACTIVE);
    }
  }

  // Where a token may go

  @Test
  void a_changed_token_url_never_sees_an_old_token() {
    var connection = scenario.connected(ROTATING);
    try (var elsewhere = new TokenServer()) {
      turn(scenario.integration(scenario.provider.url()), elsewhere.url());
      scenario.clock.move(HOUR);

      assertThat(scenario.read(connection)).isInstanceOf(Read.NotActive.class);
      assertThat(scenario.refresh(connection, Need.DEMAND)).isInstanceOf(Refreshed.NotActive.class);
      scenario.pass(Duration.ofMinutes(5));

      assertThat(elsewhere.calls()).isEmpty();
      assertThat(scenario.provider.calls()).isEmpty();
      assertThat(scenario.now(connection).status()).isEqualTo(ConnectionStatus.PENDING_AUTH);
      assertThat(scenario.now(connection).statusReason()).contains("integration_changed");
      assertThat(scenario.told(connection)).contains(Integrations.REAUTHORIZATION_DEMANDED);
    }
  }

  // As if whoever changed the integration died before he came to its connections.
  private void turn(Integration was, String tokenUrl) {
    var now =
        new Integration(
            was.tenant(),
            was.id(),
            was.provider(),
            was.mode(),
            was.clientId(),
            was.clientSecret(),
            was.webhookSecret(),
            was.earlierWebhookSecrets(),
            was.scopes(),
            was.redirectUrls(),
            Optional.of("{\"tokenUrl\":\"" + tokenUrl + "\"}"),
            was.createdAt(),
            scenario.clock.instant(),
            was.version() + 1);
    scenario.integrationStore.save(
        now,
        false,
        ChangeMark.next(
            Integrations.UPDATED,
            scenario.clock.instant(),
            CAUSE,
            new java.security.SecureRandom()));
  }

  private QueueMessage message(Connection connection, long credentialsVersion) {
    return new QueueMessage(
        "m",
        RefreshMessages.write(
            new RefreshMessage(connection.tenant(), connection.id(), credentialsVersion)),
        1);
  }

  /// Does something while a refresh waits for its provider.
  private void during(java.util.function.Supplier<Refreshed> refresh, Runnable meanwhile) {
    var reached = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    scenario.provider.then(scenario.provider.held(reached, go));
    try (var running = new Running<>(refresh)) {
      await(reached);
      meanwhile.run();
      go.countDown();
      running.result();
    }
  }

  private static void await(BooleanSupplier condition) {
    var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /// Something that runs beside the test.
  private static final class Running<T> implements AutoCloseable {
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private final Thread thread;

    Running(java.util.function.Supplier<T> work) {
      thread =
          Thread.startVirtualThread(() -> {
            try {
              result.complete(work.get());
            } catch (Throwable failed) {
              result.completeExceptionally(failed);
            }
          });
    }

    T result() {
      return result.orTimeout(60, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
      thread.interrupt();
    }
  }
}
