package wasl.refresh;

import java.time.Duration;

/// Lets time pass.
public interface Pause {
  /// Returns after that time; throws if the thread is to end.
  void last(Duration time);

  /// Of the thread that asks.
  static Pause asleep() {
    return time -> {
      try {
        Thread.sleep(time);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("ended while waiting", e);
      }
    };
  }
}
