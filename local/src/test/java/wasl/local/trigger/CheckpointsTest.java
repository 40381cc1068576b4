package wasl.local.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import wasl.local.trigger.Checkpoint.After;
import wasl.local.trigger.Checkpoint.Beginning;
import wasl.local.trigger.Checkpoint.Finished;
import wasl.local.trigger.Checkpoints.Reading;

class CheckpointsTest {
  private static final Reading READING = new Reading("change-publisher", "arn:…/stream/1");
  private static final Reading OTHER = new Reading("other", "arn:…/stream/1");

  private final List<String> kept = new ArrayList<>();

  @Test
  void what_was_put_is_found_again_by_the_next_run() {
    Checkpoints first = Checkpoints.open(Optional.empty(), kept::add);
    first.begin(READING, Map.of("a", new Finished(), "b", new Beginning()));
    first.put(READING, "c", new After("0007"));

    Checkpoints next = Checkpoints.open(Optional.of(kept.getLast()), kept::add);

    assertThat(next.of(READING, "a")).isEqualTo(new Finished());
    assertThat(next.of(READING, "b")).isEqualTo(new Beginning());
    assertThat(next.of(READING, "c")).isEqualTo(new After("0007"));
    assertThat(next.of(READING, "d")).isEqualTo(new Beginning());
    assertThat(next.of(OTHER, "c")).isEqualTo(new Beginning());
    assertThat(next.know(READING)).isTrue();
    assertThat(next.know(OTHER)).isFalse();
  }

  @Test
  void a_stream_that_was_begun_without_shards_is_known() {
    Checkpoints.open(Optional.empty(), kept::add).begin(READING, Map.of());

    assertThat(Checkpoints.open(Optional.of(kept.getLast()), kept::add).know(READING)).isTrue();
  }

  @Test
  void what_cannot_be_kept_is_not_visible() {
    Checkpoints checkpoints =
        Checkpoints.open(
            Optional.empty(),
            text -> {
              throw new UncheckedIOException("full", new java.io.IOException());
            });

    assertThatThrownBy(() -> checkpoints.put(READING, "a", new Finished()))
        .isInstanceOf(UncheckedIOException.class);
    assertThat(checkpoints.of(READING, "a")).isEqualTo(new Beginning());
  }

  @Test
  void shards_that_are_gone_are_forgotten_and_told() {
    Checkpoints checkpoints = Checkpoints.open(Optional.empty(), kept::add);
    checkpoints.begin(READING, Map.of("old", new After("1"), "here", new After("2")));

    assertThat(checkpoints.keepOnly(READING, Set.of("here", "new")))
        .isEqualTo(Map.of("old", new After("1")));
    int writes = kept.size();
    assertThat(checkpoints.keepOnly(READING, Set.of("here", "new"))).isEmpty();
    assertThat(kept).hasSize(writes);
    assertThat(checkpoints.of(READING, "here")).isEqualTo(new After("2"));
  }

  @Test
  void nothing_is_kept_after_the_end() {
    Checkpoints checkpoints = Checkpoints.open(Optional.empty(), kept::add);
    checkpoints.close();

    checkpoints.put(READING, "a", new Finished());

    assertThat(kept).isEmpty();
    assertThat(checkpoints.of(READING, "a")).isEqualTo(new Beginning());
  }

  @Test
  void what_nobody_can_read_is_refused_and_not_begun_anew() {
    assertThatThrownBy(() -> Checkpoints.open(Optional.of("{"), kept::add))
        .isInstanceOf(UncheckedIOException.class);
    assertThatThrownBy(() -> Checkpoints.open(Optional.of("{\"version\":9}"), kept::add))
        .hasMessageContaining("unknown version 9");
  }
}
