package wasl.id;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import wasl.id.RepeatableRandom.Work;

class RepeatableRandomTest {
  private static final Instant NOW = Instant.parse("2026-11-20T15:00:00Z");
  private static final byte[] SEED =
      "thirty-two bytes that are random".getBytes(java.nio.charset.StandardCharsets.UTF_8);

  private final RepeatableRandom random = new RepeatableRandom(new Random(1));

  @Test
  void the_same_work_draws_the_same_and_at_its_first_time() {
    var first = random.within(new Work(SEED, NOW, false), () -> drawn(NOW));
    var later = NOW.plus(Duration.ofHours(1));
    var repeated = random.within(new Work(SEED, NOW, true), () -> drawn(later));

    assertThat(repeated).isEqualTo(first).doesNotHaveDuplicates();
  }

  private List<String> drawn(Instant now) {
    return List.of(
        Ids.next("con_", now, random),
        Ids.next("con_", now, random),
        Ids.next("key_", now, random),
        Base62.encode(Ids.draw("secret", 40, random)),
        Long.toString(random.nextLong()),
        Long.toString(random.nextLong()));
  }

  @Test
  void what_is_drawn_for_one_purpose_does_not_depend_on_others() {
    var work = new Work(SEED, NOW, false);
    var alone = random.within(work, () -> Ids.next("con_", NOW, random));
    var after =
        random.within(
            work,
            () -> {
              Ids.next("chg_", NOW, random);
              random.nextBytes(new byte[5]);
              return Ids.next("con_", NOW, random);
            });

    assertThat(after).isEqualTo(alone);
  }

  @Test
  void other_work_draws_something_else_and_so_does_whoever_works_outside() {
    var other = SEED.clone();
    other[0] ^= 1;

    assertThat(
            List.of(
                random.within(new Work(SEED, NOW, false), () -> Ids.next("con_", NOW, random)),
                random.within(new Work(other, NOW, false), () -> Ids.next("con_", NOW, random)),
                Ids.next("con_", NOW, random),
                Ids.next("con_", NOW, random)))
        .doesNotHaveDuplicates();
  }

  @Test
  void only_repeated_work_may_find_its_ids_taken() {
    assertThat(Ids.mayBeTaken(random)).isFalse();
    assertThat(random.<Boolean>within(new Work(SEED, NOW, false), () -> Ids.mayBeTaken(random)))
        .isFalse();
    assertThat(random.<Boolean>within(new Work(SEED, NOW, true), () -> Ids.mayBeTaken(random)))
        .isTrue();
    assertThat(Ids.mayBeTaken(new Random(1))).isFalse();
  }

  @Test
  void shows_no_seed() {
    assertThat(new Work(SEED, NOW, true).toString()).doesNotContain("thirty");
  }
}
