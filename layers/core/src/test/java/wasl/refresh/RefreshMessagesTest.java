package wasl.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.connection.ConnectionId;
import wasl.id.Ids;

class RefreshMessagesTest {
  private static final Instant NOW = Instant.parse("2026-11-20T15:00:00Z");
  private static final Tenant TENANT =
      new Tenant(new ProjectId(Ids.of(ProjectId.PREFIX, NOW, new byte[16])), Environment.STAGING);
  private static final ConnectionId CONNECTION =
      new ConnectionId(Ids.of(ConnectionId.PREFIX, NOW, new byte[16]));

  @Test
  void the_text_is_frozen() {
    var message = new RefreshMessage(TENANT, CONNECTION, 12);
    var text =
        ("{\"v\":1,\"project\":\"%s\",\"environment\":\"staging\",\"connection\":\"%s\","
                + "\"credentialsVersion\":12}")
            .formatted(TENANT.project(), CONNECTION);

    assertThat(RefreshMessages.write(message)).isEqualTo(text);
    assertThat(RefreshMessages.read(text)).isEqualTo(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "[]",
        "{}",
        "{\"v\":1}",
        "{\"v\":2,\"project\":\"p\"}",
        "{\"v\":1,\"project\":\"p\",\"environment\":\"dev\",\"connection\":\"c\"}"
      })
  void refuses_what_is_no_message(String text) {
    assertThatThrownBy(() -> RefreshMessages.read(text))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
