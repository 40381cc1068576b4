package wasl.refresh;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import wasl.queue.Outcome;
import wasl.queue.QueueMessage;
import wasl.road.TimedMessages;

/// A refresh queue that goes by the test's clock.
final class TimedRefreshQueue implements RefreshQueue {
  private final TimedMessages messages;

  TimedRefreshQueue(InstantSource clock) {
    messages = new TimedMessages(clock, Duration.ofSeconds(270));
  }

  @Override
  public void send(List<Entry> entries) {
    entries.forEach(entry -> messages.send(RefreshMessages.write(entry.message()), entry.delay()));
  }

  int size() {
    return messages.size();
  }

  List<QueueMessage> take() {
    return messages.take();
  }

  void settle(List<QueueMessage> taken, List<Outcome> outcomes) {
    messages.settle(taken, outcomes);
  }
}
