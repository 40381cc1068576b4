package wasl.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IdsTest {
  private final Random random = new Random(7);

  @Test
  void ids_sort_by_the_time_that_they_were_made() {
    var ids = new ArrayList<String>();
    var time = Instant.parse("2026-11-20T00:00:00Z");
    for (int at = 0; at < 200; at++) {
      ids.add(Ids.next("con_", time.plusMillis(at * 997L), random));
    }

    assertThat(ids).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void an_id_gives_back_the_time_and_the_bytes_that_it_was_made_of() {
    var sixteen = new byte[16];
    for (int round = 0; round < 500; round++) {
      random.nextBytes(sixteen);
      var time = Instant.ofEpochMilli(random.nextLong(1L << 47));
      var id = Ids.of("evt_", time, sixteen);

      assertThat(Ids.unguessablePart("evt_", id)).isEqualTo(sixteen);
      assertThat(Ids.madeAt("evt_", id)).isEqualTo(time);
    }
  }

  @Test
  void the_form_of_an_id_does_not_change() {
    assertThat(Ids.of("evt_", Instant.parse("2026-11-20T00:00:00Z"), new byte[16]))
        .isEqualTo("evt_03yEwV4hd7eToJpJmw9CMedVe0MfFg");
  }

  @Test
  void refuses_what_is_no_id_of_the_kind() {
    var id = Ids.next("con_", Instant.EPOCH, random);

    assertThat(Ids.isOne("con_", id)).isTrue();
    for (var wrong :
        new String[] {
          "",
          "con_",
          id.substring(1),
          id + "0",
          id.replace("con_", "int_"),
          "con_" + "-".repeat(30),
          "con_" + "z".repeat(30)
        }) {
      assertThat(Ids.isOne("con_", wrong)).as(wrong).isFalse();
      assertThatThrownBy(() -> Ids.check("con_", wrong))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void base62_refuses_what_does_not_fit() {
    assertThatThrownBy(() -> Base62.decode("zzz", 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Base62.decode("0-0", 2)).isInstanceOf(IllegalArgumentException.class);
    assertThat(Base62.decode(Base62.encode(new byte[] {-1, -1}), 2)).isEqualTo(new byte[] {-1, -1});
  }
}
