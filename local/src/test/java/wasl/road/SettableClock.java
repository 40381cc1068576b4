package wasl.road;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/// A clock that stands still until a test moves it.
public final class SettableClock implements InstantSource {
  private final AtomicReference<Instant> now;

  public SettableClock(Instant now) {
    this.now = new AtomicReference<>(now);
  }

  /// Begins at the real time, in whole milliseconds, so that what is stored is read as it was.
  public static SettableClock atRealTime() {
    return new SettableClock(Instant.ofEpochMilli(InstantSource.system().millis()));
  }

  @Override
  public Instant instant() {
    return now.get();
  }

  public void move(Duration by) {
    now.updateAndGet(time -> time.plus(by));
  }
}
