package wasl.outbound;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import wasl.queue.Outcome;
import wasl.queue.QueueMessage;
import wasl.road.TimedMessages;

/// A delivery queue that goes by the test's clock.
final class TimedQueue implements DeliveryQueue {
  private final TimedMessages messages;
  private int failures;

  TimedQueue(InstantSource clock) {
    messages = new TimedMessages(clock, Duration.ofSeconds(150));
  }

  /// The next so many sends die before anything is sent.
  synchronized void breakNext(int times) {
    failures = times;
  }

  @Override
  public synchronized void send(List<Entry> entries) {
    if (failures > 0) {
      failures--;
      throw new IllegalStateException("died here");
    }
    entries.forEach(entry -> messages.send(DeliveryMessages.write(entry.message()), entry.delay()));
  }

  int size() {
    return messages.size();
  }

  void clear() {
    messages.clear();
  }

  List<QueueMessage> take() {
    return messages.take();
  }

  void settle(List<QueueMessage> taken, List<Outcome> outcomes) {
    messages.settle(taken, outcomes);
  }
}
