package wasl.aws.crt;

import java.time.Duration;

/// The time that the calls of one invocation have together, so that a provider gets its 503 before
/// it stops listening. A handler has one invocation at a time, and starts the budget anew for each.
public final class CallBudget {
  private final Duration whole;
  private volatile long end;

  public CallBudget(Duration whole) {
    this.whole = whole;
    start();
  }

  public void start() {
    end = System.nanoTime() + whole.toNanos();
  }

  /// What is left, at most `most`; zero or less when the time is up.
  long leftMillis(Duration most) {
    return Math.min(most.toMillis(), (end - System.nanoTime()) / 1_000_000);
  }
}
