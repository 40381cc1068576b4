package wasl.road;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import wasl.queue.Outcome;
import wasl.queue.QueueMessage;

/// A queue whose delays go by the test's clock: a real queue's go by real time, and a test would
/// have to wait for them.
public final class TimedMessages {
  private record Waiting(QueueMessage message, Instant visibleAt) {}

  private final InstantSource clock;
  private final Duration visibility;
  private final List<Waiting> waiting = new ArrayList<>();

  /// @param visibility after which a message that was given up comes again
  public TimedMessages(InstantSource clock, Duration visibility) {
    this.clock = clock;
    this.visibility = visibility;
  }

  public synchronized void send(String body, Duration delay) {
    if (delay.compareTo(Duration.ofMinutes(15)) > 0) {
      throw new IllegalArgumentException("a queue delays no longer than 15 minutes");
    }
    put(new QueueMessage(UUID.randomUUID().toString(), body, 1), delay);
  }

  /// How many messages there are, visible or not.
  public synchronized int size() {
    return waiting.size();
  }

  public synchronized void clear() {
    waiting.clear();
  }

  /// What is visible now, taken off.
  public synchronized List<QueueMessage> take() {
    var now = clock.instant();
    var visible = waiting.stream().filter(each -> !each.visibleAt.isAfter(now)).limit(10).toList();
    waiting.removeAll(visible);
    return visible.stream().map(Waiting::message).toList();
  }

  /// Puts back what is not done, as the queue does.
  public synchronized void settle(List<QueueMessage> messages, List<Outcome> outcomes) {
    for (int at = 0; at < messages.size(); at++) {
      var message = messages.get(at);
      var again = new QueueMessage(message.id(), message.body(), message.receiveCount() + 1);
      switch (outcomes.get(at)) {
        case Outcome.Done() -> {}
        case Outcome.RetryAfter(Duration delay, String why) -> put(again, delay);
        case Outcome.GiveUp(String why) -> put(again, visibility);
      }
    }
  }

  private void put(QueueMessage message, Duration delay) {
    waiting.add(new Waiting(message, clock.instant().plus(delay)));
  }
}
