package wasl.local.endure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AccountTest {
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

  private final Account account = new Account();

  @Test
  void a_webhook_that_came_to_both_places_under_one_id_is_accounted_for() {
    accepted("a");
    account.onBus("a", "evt_a", "1");
    account.delivered("a", "evt_a", true, NOW);

    assertThat(account.statement())
        .isEqualTo(
            new Account.Statement(
                1,
                1,
                1,
                1,
                1,
                List.of(),
                List.of(),
                0,
                0,
                0,
                Set.of(),
                Map.of(200, 1),
                Optional.of(NOW)));
    assertThat(account.statement().isGood()).isTrue();
  }

  @Test
  void an_accepted_webhook_that_is_missing_at_either_place_is_lost() {
    accepted("nowhere");
    accepted("bus-only");
    account.onBus("bus-only", "evt_b", "1");
    accepted("receiver-only");
    account.delivered("receiver-only", "evt_c", true, NOW);

    assertThat(account.statement().lost()).containsExactly("bus-only", "nowhere", "receiver-only");
    assertThat(account.statement().isGood()).isFalse();
  }

  @Test
  void one_that_was_never_answered_2xx_is_not_lost() {
    account.sent("a");
    account.answered("a", 503, NOW);
    account.sent("a");
    account.answered("a", Account.NO_ANSWER, NOW);

    assertThat(account.statement().lost()).isEmpty();
    assertThat(account.statement().requests()).isEqualTo(2);
    assertThat(account.statement().answers()).isEqualTo(Map.of(503, 1, 0, 1));
  }

  @Test
  void repeats_are_counted_and_need_the_same_id() {
    accepted("a");
    account.onBus("a", "evt_a", "1");
    account.onBus("a", "evt_a", "1");
    account.onBus("a", "evt_a", "2");
    account.delivered("a", "evt_a", true, NOW);
    account.delivered("a", "evt_a", true, NOW.plusSeconds(1));

    assertThat(account.statement().repeats()).isEqualTo(1);
    assertThat(account.statement().repeatedOnBus()).isEqualTo(1);
    assertThat(account.statement().isGood()).isTrue();

    account.delivered("a", "evt_other", true, NOW);

    assertThat(account.statement().ambiguous()).containsExactly("a");
    assertThat(account.statement().isGood()).isFalse();
  }

  @Test
  void a_forged_delivery_is_none() {
    accepted("a");
    account.onBus("a", "evt_a", "1");
    account.delivered("a", "evt_a", false, NOW);

    assertThat(account.statement().delivered()).isZero();
    assertThat(account.statement().forged()).isEqualTo(1);
  }

  @Test
  void an_event_that_nobody_sent_is_told() {
    account.onBus("b", "evt_b", "1");

    assertThat(account.statement().strangers()).containsExactly("b");
    assertThat(account.statement().isGood()).isFalse();
  }

  private void accepted(String id) {
    account.sent(id);
    account.answered(id, 200, NOW);
  }
}
