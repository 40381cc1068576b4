package wasl.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RoleTest {
  private static final Set<Scope> ALL = Set.of(Scope.values());

  @Test
  void lets_a_viewer_read_everything_but_credentials() {
    assertThat(Role.VIEWER.scopes())
        .isEqualTo(
            ALL.stream()
                .filter(
                    scope -> scope.wireName().endsWith(":read") && scope != Scope.CREDENTIALS_READ)
                .collect(Collectors.toSet()));
  }

  @Test
  void lets_a_developer_also_write_and_see_data() {
    assertThat(Role.DEVELOPER.scopes())
        .containsAll(Role.VIEWER.scopes())
        .contains(Scope.EVENTS_DATA, Scope.CONNECTIONS_WRITE, Scope.API_KEYS_WRITE)
        .doesNotContain(
            Scope.PROJECTS_WRITE,
            Scope.CREDENTIALS_WRITE,
            Scope.CREDENTIALS_READ,
            Scope.EVENTS_RAW);
  }

  @Test
  void lets_an_administrator_do_all_but_make_projects() {
    assertThat(Role.ADMIN.scopes()).hasSize(ALL.size() - 1).doesNotContain(Scope.PROJECTS_WRITE);
  }

  @Test
  void knows_scopes_by_their_names() {
    assertThat(Arrays.stream(Scope.values()).map(Scope::wireName))
        .contains("inbound-webhooks:write", "events:raw", "api-keys:read")
        .allSatisfy(name -> assertThat(Scope.of(name)).isPresent());
    assertThat(Scope.of("events:eat")).isEmpty();
  }
}
