package wasl.connection;

import java.util.Locale;
import java.util.Optional;

/// Where a connection stands: `not_configured → pending_auth → active ⇄ error | suspended`, and
/// `disconnected` at the end.
public enum ConnectionStatus {
  NOT_CONFIGURED,
  PENDING_AUTH,
  ACTIVE,
  ERROR,
  SUSPENDED,
  DISCONNECTED;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The inverse of [#wireName()].
  public static Optional<ConnectionStatus> of(String wireName) {
    for (var status : values()) {
      if (status.wireName().equals(wireName)) {
        return Optional.of(status);
      }
    }
    return Optional.empty();
  }
}
