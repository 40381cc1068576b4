package wasl.event;

import java.util.Optional;

/// Where an event comes from, as the bus says it: `wasl.<provider>`, `wasl` for Wasl's own,
/// `wasl.app` for published ones.
public record EventSource(String value) {
  public static final EventSource WASL = new EventSource("wasl");
  public static final EventSource APP = new EventSource("wasl.app");

  public EventSource {
    if (!value.equals("wasl") && !value.startsWith("wasl.")) {
      throw new IllegalArgumentException("not a source of Wasl");
    }
  }

  public static EventSource ofProvider(String provider) {
    return new EventSource("wasl." + provider);
  }

  /// The provider's id, where a provider it is.
  public Optional<String> provider() {
    return equals(WASL) || equals(APP) ? Optional.empty() : Optional.of(value.substring(5));
  }

  @Override
  public String toString() {
    return value;
  }
}
