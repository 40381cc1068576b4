package wasl.refresh;

import java.time.Duration;
import wasl.access.Cause;

/// Is told what became of each token call.
public interface RefreshListener {
  /// @param took the call, without what was saved before and after it
  void called(Refreshed outcome, Duration took, Cause cause);
}
