package wasl.local.trigger;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ends the waiting of threads, without breaking off what they do.
final class Stop {
  private final CountDownLatch called = new CountDownLatch(1);

  void call() {
    called.countDown();
  }

  boolean isCalled() {
    return called.getCount() == 0;
  }

  /// Waits; returns at once, and true, when it is called.
  boolean comesWithin(Duration time) {
    try {
      return called.await(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
