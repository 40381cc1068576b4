package wasl.event;

import wasl.id.Ids;

/// An event's id: `evt_…` where Wasl made it, else the id that the user published it under.
///
/// A published id has 1 to 256 characters of visible ASCII without `.`: Standard Webhooks joins id,
/// time and body by dots.
public record EventId(String value) {
  public static final String PREFIX = "evt_";
  public static final int MOST_CHARACTERS = 256;

  public EventId {
    if (!isOne(value)) {
      throw new IllegalArgumentException("not an event id");
    }
  }

  /// Whether this text can be an event's id.
  public static boolean isOne(String value) {
    return !value.isEmpty()
        && value.length() <= MOST_CHARACTERS
        && value.chars().allMatch(c -> c > ' ' && c < 127 && c != '.');
  }

  /// The id of an event of this time and key.
  public static EventId of(java.time.Instant time, EventKey key) {
    return new EventId(Ids.of(PREFIX, time, key.bytes()));
  }

  @Override
  public String toString() {
    return value;
  }
}
