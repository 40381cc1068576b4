package wasl.local.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import wasl.local.bench.Arrivals.Arrival;
import wasl.local.bench.Load.Sent;

class RoadResultTest {
  private static final long MILLI = 1_000_000;

  @Test
  void percentiles_are_values_that_were_measured() {
    var hundred = LongStream.rangeClosed(1, 100).map(each -> 101 - each).toArray();

    assertThat(Spread.of(hundred)).isEqualTo(new Spread(50, 95, 99, 100));
    assertThat(Spread.of(new long[] {7})).isEqualTo(new Spread(7, 7, 7, 7));
    assertThat(Spread.of(new long[0])).isEqualTo(new Spread(0, 0, 0, 0));
  }

  @Test
  void a_webhook_that_waited_to_be_sent_waited_for_its_answer_too() {
    var stalled = new Sent("evt_1", 200, 0, 500 * MILLI);

    var result = RoadResult.of(List.of(stalled), List.of(List.of()));

    assertThat(result.accept().p50()).isEqualTo(500 * MILLI);
  }

  @Test
  void what_was_accepted_and_did_not_arrive_everywhere_is_lost() {
    var sent = List.of(new Sent("evt_1", 200, 0, 10), new Sent("evt_2", 503, 0, 10));
    var arrived = List.of(new Arrival("a", "evt_1", 30));

    var result = RoadResult.of(sent, List.of(arrived, List.of()));

    assertThat(result.notAccepted()).isEqualTo(1);
    assertThat(result.lost()).isEqualTo(1);
    assertThat(result.delivery().max()).isEqualTo(20);
    assertThat(result.isWhole()).isFalse();
  }

  @Test
  void an_arrival_of_the_same_id_at_the_same_receiver_is_a_duplicate() {
    var sent = List.of(new Sent("evt_1", 200, 0, 10));
    var once = new Arrival("a", "evt_1", 5);
    var again = new Arrival("a", "evt_1", 40);

    var result = RoadResult.of(sent, List.of(List.of(once, again), List.of(once)));

    assertThat(result.duplicated()).isEqualTo(1);
    assertThat(result.isWhole()).isTrue();
    assertThat(result.delivery().max()).as("before its sender had read the 2xx").isZero();
  }

  @Test
  void options_have_defaults_and_bounds() {
    assertThat(RoadBench.Options.parse(List.of()))
        .isEqualTo(new RoadBench.Options(Optional.empty(), Optional.empty(), 1, false));
    assertThat(
            RoadBench.Options.parse(
                List.of("--count", "100", "--rate", "5", "--fan-out", "3", "--highest")))
        .isEqualTo(new RoadBench.Options(Optional.of(100), Optional.of(5), 3, true));
    assertThatThrownBy(() -> RoadBench.Options.parse(List.of("--rate", "0")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--rate needs a number from 1 to 100000, not \"0\"");
  }
}
