package wasl.event;

import java.util.Locale;

/// How far an event has come: `accepted` (claimed, not yet on the bus), `routed`, or `dead` (its
/// message went to the dead-letter queue; a redrive, a later copy or a replay takes it up again).
public enum EventStatus {
  ACCEPTED,
  ROUTED,
  DEAD;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
