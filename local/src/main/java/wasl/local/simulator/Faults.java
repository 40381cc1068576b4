package wasl.local.simulator;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The faults that are still to come. They end with the process: who breaks a provider wants to see
/// it break, not to find it broken another day.
final class Faults {
  private final InstantSource clock;
  private final List<Fault> faults = new ArrayList<>();

  Faults(InstantSource clock) {
    this.clock = clock;
  }

  synchronized void add(Fault fault) {
    faults.add(fault);
  }

  synchronized void clear() {
    faults.clear();
  }

  /// The oldest fault that strikes this call, counted as done.
  synchronized Optional<Fault.Kind> strike(Part part, String host, CallKind call) {
    Instant now = clock.instant();
    faults.removeIf(fault -> fault.isOver(now));
    for (int at = 0; at < faults.size(); at++) {
      Fault fault = faults.get(at);
      if (fault.strikes(part, host, call)) {
        faults.set(at, fault.afterStrike());
        return Optional.of(fault.kind());
      }
    }
    return Optional.empty();
  }
}
