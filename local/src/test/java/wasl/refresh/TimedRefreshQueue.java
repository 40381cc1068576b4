package wasl.refresh;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import wasl.queue.Outcome;
import wasl.queue.QueueMessage;

/// A refresh queue whose delays go by the test's clock: a real queue's go by real time, and a test
/// would have to wait for them.
final class TimedRefreshQueue implements RefreshQueue {
  private record Waiting(QueueMessage message, Instant visibleAt) {}

  private final InstantSource clock;
  private final List<Waiting> waiting = new ArrayList<>();

  TimedRefreshQueue(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public synchronized void send(List<Entry> entries) {
    for (var entry : entries) {
      if (entry.delay().compareTo(Duration.ofMinutes(15)) > 0) {
        throw new IllegalArgumentException("a queue delays no longer than 15 minutes");
      }
      waiting.add(
          new Waiting(
              new QueueMessage(
                  UUID.randomUUID().toString(), RefreshMessages.write(entry.message()), 1),
              clock.instant().plus(entry.delay())));
    }
  }

  synchronized int size() {
    return waiting.size();
  }

  synchronized void clear() {
    waiting.clear();
  }

  /// What is visible now, taken off.
  synchronized List<QueueMessage> take() {
    var now = clock.instant();
    var visible = waiting.stream().filter(each -> !each.visibleAt.isAfter(now)).limit(10).toList();
    waiting.removeAll(visible);
    return visible.stream().map(Waiting::message).toList();
  }

  /// Puts back what is not done, as the queue does.
  synchronized void settle(List<QueueMessage> messages, List<Outcome> outcomes) {
    for (int at = 0; at < messages.size(); at++) {
      var message = messages.get(at);
      switch (outcomes.get(at)) {
        case Outcome.Done() -> {}
        case Outcome.RetryAfter(Duration delay, String why) -> back(message, delay);
        case Outcome.GiveUp(String why) -> back(message, Duration.ofSeconds(270));
      }
    }
  }

  private void back(QueueMessage message, Duration delay) {
    waiting.add(
        new Waiting(
            new QueueMessage(message.id(), message.body(), message.receiveCount() + 1),
            clock.instant().plus(delay)));
  }
}
