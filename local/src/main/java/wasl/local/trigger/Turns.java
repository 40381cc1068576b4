package wasl.local.trigger;

/// How many batches of a queue are worked on at once.
///
/// As at Lambda it begins with five and grows while all are busy: a function that is called for
/// each message alone, as often as may be, does the work of ten calls for what one could do.
final class Turns {
  private static final int FIRST = 5;
  private static final long GROWS_AFTER_NANOS = 200_000_000;

  private final int most;
  private int limit;
  private int taken;

  /// @param most the mapping's maximum
  Turns(int most) {
    this.most = most;
    this.limit = Math.min(FIRST, most);
  }

  /// Waits until one more may be worked on.
  synchronized void take() throws InterruptedException {
    long deadline = System.nanoTime() + GROWS_AFTER_NANOS;
    while (taken >= limit) {
      long left = deadline - System.nanoTime();
      if (left > 0) {
        wait(left / 1_000_000, (int) (left % 1_000_000));
      } else if (limit < most) {
        limit++;
      } else {
        wait();
      }
    }
    taken++;
  }

  synchronized void giveBack() {
    taken--;
    notifyAll();
  }

  /// The same, for a turn that found nothing to do.
  synchronized void giveBackIdle() {
    limit = Math.min(FIRST, most);
    giveBack();
  }
}
