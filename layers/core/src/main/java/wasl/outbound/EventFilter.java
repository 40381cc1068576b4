package wasl.outbound;

import java.util.List;

/// Which events an outbound webhook gets.
public sealed interface EventFilter {
  /// Every provider's and every published event; none of Wasl's own.
  record Everything() implements EventFilter {}

  /// By type; `*` stands for any characters, dots included. Wasl's own events only by entries that
  /// have a `:`, as their types do.
  record Types(List<String> types) implements EventFilter {
    public Types {
      types = List.copyOf(types);
    }
  }

  /// By an EventBridge pattern, matched against the event as it is on the bus. Wasl's own events
  /// only where it constrains `source`, `detail-type` or `detail.type`.
  ///
  /// @param json as given
  record Pattern(String json) implements EventFilter {}
}
