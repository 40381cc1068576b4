package wasl.access;

import java.util.Locale;
import java.util.Optional;

/// The side of a project that a record belongs to.
public enum Environment {
  DEV,
  STAGING,
  PROD;

  /// As it stands in JSON, keys and API keys: `dev`, `staging`, `prod`.
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The inverse of [#wireName()].
  public static Optional<Environment> of(String wireName) {
    for (var environment : values()) {
      if (environment.wireName().equals(wireName)) {
        return Optional.of(environment);
      }
    }
    return Optional.empty();
  }
}
