package wasl.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wasl.connection.RefreshPlan.Facts;
import wasl.vault.Secret;

class RefreshPlanTest {
  private static final Instant NOW = Instant.parse("2026-11-20T15:00:00Z");
  private static final Duration WEEK = Duration.ofDays(7);

  private final RefreshPlan plan = new RefreshPlan(WEEK, new Random(7));

  private static Facts facts(Optional<Duration> life) {
    var token =
        new Token(
            Secret.of("at"),
            Optional.of(Secret.of("rt")),
            life.map(NOW::plus),
            NOW,
            "https://tokens.example",
            Optional.empty());
    return new Facts(token, true, NOW, Optional.empty());
  }

  private static Facts keptAlive(Facts facts, Duration refreshTokenLife) {
    return new Facts(facts.token(), true, facts.lastUse(), Optional.of(refreshTokenLife));
  }

  @ParameterizedTest
  @CsvSource({"86400, 900", "3600, 900", "1800, 900", "600, 300", "300, 150", "10, 5"})
  void a_token_is_due_a_quarter_of_an_hour_or_half_of_its_life_before_it_ends(
      long life, long margin) {
    for (int round = 0; round < 100; round++) {
      var dueAt = plan.dueAt(facts(Optional.of(Duration.ofSeconds(life))), NOW).orElseThrow();

      assertThat(dueAt)
          .isBeforeOrEqualTo(NOW.plusSeconds(life - margin))
          .isAfterOrEqualTo(NOW.plusMillis(1000 * (life - margin) - 200 * margin));
    }
  }

  @Test
  void a_token_that_has_ended_is_due_now_and_not_in_the_past() {
    assertThat(plan.dueAt(facts(Optional.of(Duration.ofHours(1))), NOW.plus(WEEK.minusHours(1))))
        .contains(NOW.plus(WEEK.minusHours(1)));
  }

  @Test
  void whoever_looks_when_it_is_time_finds_it_due() {
    var random = new Random(11);
    for (int round = 0; round < 20_000; round++) {
      var life =
          random.nextBoolean()
              ? Optional.of(Duration.ofSeconds(random.nextLong(1, 20 * 86_400)))
              : Optional.<Duration>empty();
      var facts = facts(life).usedAt(NOW.plusSeconds(random.nextLong(10 * 86_400)));
      if (random.nextBoolean()) {
        facts = keptAlive(facts, Duration.ofSeconds(random.nextLong(60, 40 * 86_400)));
      }
      var now = NOW.plusSeconds(random.nextLong(40 * 86_400));

      var dueAt = plan.dueAt(facts, now);

      // Else the look at it is followed by another, and that by another.
      if (dueAt.isPresent()) {
        assertThat(plan.isDue(facts, dueAt.get())).as("%s at %s", facts, now).isTrue();
      }
    }
  }

  @Test
  void a_token_without_an_end_is_never_due() {
    assertThat(plan.dueAt(facts(Optional.empty()), NOW)).isEmpty();
    assertThat(plan.isDue(facts(Optional.empty()), NOW.plus(Duration.ofDays(1000)))).isFalse();
  }

  @Test
  void what_nobody_used_for_a_week_is_left_alone() {
    var facts = facts(Optional.of(WEEK.plusMinutes(15)));

    assertThat(plan.dueAt(facts, NOW)).as("a little earlier by chance").isPresent();
    assertThat(plan.isDue(facts, NOW.plus(WEEK).minusSeconds(1))).isTrue();
    assertThat(plan.isDue(facts, NOW.plus(WEEK))).isFalse();
    assertThat(plan.isDue(facts.usedAt(NOW.plusSeconds(60)), NOW.plus(WEEK))).isTrue();
    assertThat(plan.dueAt(facts(Optional.of(WEEK.plusHours(1))), NOW)).isEmpty();
  }

  @Test
  void a_refresh_token_that_ends_unused_is_used_when_three_quarters_of_its_life_are_over() {
    var facts = keptAlive(facts(Optional.of(WEEK.plusHours(1))), Duration.ofDays(40));

    assertThat(plan.dueAt(facts, NOW)).contains(NOW.plus(Duration.ofDays(30)));
    assertThat(plan.isDue(facts, NOW.plus(Duration.ofDays(30)).minusSeconds(1))).isFalse();
    assertThat(plan.isDue(facts, NOW.plus(Duration.ofDays(30)))).isTrue();
  }

  @Test
  void a_refresh_token_that_ends_before_the_token_is_used_before_it_ends() {
    var facts = keptAlive(facts(Optional.of(Duration.ofHours(10))), Duration.ofHours(4));

    assertThat(plan.dueAt(facts, NOW)).contains(NOW.plus(Duration.ofHours(3)));
  }

  @Test
  void what_is_due_by_plan_is_due_when_its_time_comes() {
    for (long life : new long[] {1, 10, 300, 3600, 86_400}) {
      var facts = facts(Optional.of(Duration.ofSeconds(life)));
      assertThat(plan.isDue(facts, plan.dueAt(facts, NOW).orElseThrow())).isTrue();
    }
    var ending = keptAlive(facts(Optional.empty()), Duration.ofDays(40));
    assertThat(plan.isDue(ending, plan.dueAt(ending, NOW).orElseThrow())).isTrue();
  }

  @Test
  void what_nothing_renews_is_looked_at_when_it_ends() {
    var facts = facts(Optional.of(Duration.ofDays(60)));
    var unrenewable = new Facts(facts.token(), false, NOW, Optional.empty());

    assertThat(plan.dueAt(unrenewable, NOW)).contains(NOW.plus(Duration.ofDays(60)));
  }
}
