package wasl.queue;

import java.time.Duration;

/// What became of one queue message. Turned into partial batch failures in one place.
public sealed interface Outcome {
  /// Handled, or found to be handled already: delete the message.
  record Done() implements Outcome {}

  /// Not now: the message is to be seen again after this time.
  record RetryAfter(Duration delay, String why) implements Outcome {}

  /// Failed by a fault of ours or of AWS: counts towards the dead-letter queue.
  record GiveUp(String why) implements Outcome {}

  Outcome DONE = new Done();
}
