package wasl.refresh;

import java.time.Duration;
import java.util.List;

/// The queue before the worker that refreshes tokens.
public interface RefreshQueue {
  /// @param delay at most 15 minutes; rounded up to whole seconds
  record Entry(RefreshMessage message, Duration delay) {
    public Entry {
      if (delay.isNegative()) {
        delay = Duration.ZERO;
      }
    }
  }

  /// Sends all; durable when it returns. Throws if any could not be sent, some may be sent then.
  void send(List<Entry> entries);
}
