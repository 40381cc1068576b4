package wasl.event;

import java.util.Locale;

/// How far an event has come: `accepted` (claimed, not yet on the bus), `routed`, or `dead` (its
/// message went to the dead-letter queue; a redrive, a later copy or a replay takes it up again).
///
/// One whose router was killed at its message's last receive stays `accepted` with the message in
/// the dead-letter queue: nobody is left who knows, and no time that passed proves it, since a
/// queue may be behind. The queue's alarm says so, and a redrive takes it up all the same.
public enum EventStatus {
  ACCEPTED,
  ROUTED,
  DEAD;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
