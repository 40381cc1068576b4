package wasl.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import wasl.access.Cause;
import wasl.access.ChangeMark;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;

class ToldTest {
  private static final Instant NOW = Instant.parse("2026-11-20T10:00:00.123Z");

  // Suspended by a call whose answer was lost, resumed, suspended by the same call sent again.
  @Test
  void what_is_done_twice_by_one_repeated_call_is_two_changes() {
    assertThat(suspended(NOW).identity()).isEqualTo(suspended(NOW).identity());
    assertThat(suspended(NOW).identity()).isNotEqualTo(suspended(NOW.plusMillis(1)).identity());
  }

  private static Told.Change suspended(Instant at) {
    return new Told.Change(
        "key",
        new Tenant(new ProjectId("prj_" + "0".repeat(30)), Environment.DEV),
        "con_1",
        new ChangeMark("chg_" + "0".repeat(30), "connection.suspended", at, Cause.wasl("request")),
        Optional.empty());
  }
}
