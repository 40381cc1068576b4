package wasl.event;

import java.util.List;
import java.util.Optional;

/// Puts envelopes on the bus.
public interface EventBus {
  /// @param source the bus event's source
  record Entry(EventSource source, Envelope envelope) {}

  /// An entry that the bus has not.
  ///
  /// @param passes whether the same may succeed in a while
  record Refusal(String why, boolean passes) {}

  /// Puts all; the answer has one place for each entry, empty where the bus has it, else why it has
  /// not. An entry that failed fails alone.
  List<Optional<Refusal>> put(List<Entry> entries);
}
