package wasl.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// A name for a set of scopes.
public enum Role {
  /// Every `:read` but `credentials:read`.
  VIEWER,

  /// What a viewer may, every `:write` but `projects:write` and `credentials:write`, and
  /// `events:data`.
  DEVELOPER,

  /// Everything but `projects:write`.
  ADMIN;

  public Set<Scope> scopes() {
    return Arrays.stream(Scope.values()).filter(this::has).collect(Collectors.toUnmodifiableSet());
  }

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The inverse of [#wireName()].
  public static Optional<Role> of(String wireName) {
    for (var role : values()) {
      if (role.wireName().equals(wireName)) {
        return Optional.of(role);
      }
    }
    return Optional.empty();
  }

  private boolean has(Scope scope) {
    boolean views = scope.reads() && scope != Scope.CREDENTIALS_READ;
    return switch (this) {
      case VIEWER -> views;
      case DEVELOPER ->
          views
              || scope == Scope.EVENTS_DATA
              || (scope.writes()
                  && scope != Scope.PROJECTS_WRITE
                  && scope != Scope.CREDENTIALS_WRITE);
      case ADMIN -> scope != Scope.PROJECTS_WRITE;
    };
  }
}
