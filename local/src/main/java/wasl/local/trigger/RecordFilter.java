package wasl.local.trigger;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import software.amazon.event.ruler.Machine;

/// Decides by AWS's own matcher which records a function gets to see.
final class RecordFilter {
  private final Machine machine = Machine.builder().build();
  private final boolean passesAll;

  /// @param patterns of which one must match; none: everything passes
  /// @throws UncheckedIOException if one is no pattern
  RecordFilter(List<String> patterns) {
    this.passesAll = patterns.isEmpty();
    for (String pattern : patterns) {
      try {
        machine.addRule(pattern, pattern);
      } catch (IOException e) {
        throw new UncheckedIOException("no pattern: " + pattern, e);
      }
    }
  }

  boolean passes(JsonNode record) {
    return passesAll || !machine.rulesForJSONEvent(record).isEmpty();
  }
}
