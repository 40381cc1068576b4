package wasl.connection;

import java.util.Locale;
import java.util.Optional;

/// What the last check of a connection's credentials found.
public enum Health {
  /// Stored as they were given; nobody asked the provider yet.
  UNCHECKED,
  HEALTHY,
  UNHEALTHY;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The inverse of [#wireName()].
  public static Optional<Health> of(String wireName) {
    for (var health : values()) {
      if (health.wireName().equals(wireName)) {
        return Optional.of(health);
      }
    }
    return Optional.empty();
  }
}
