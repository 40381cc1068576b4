package wasl.outbound;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import wasl.queue.Outcome;
import wasl.queue.QueueMessage;

/// Works through a batch of the delivery queue, each message on a virtual thread of its own, and
/// answers in time whatever single receivers do.
public final class DeliveryWorker {
  private final DeliveryRoad road;
  private final Sweeps sweeps;

  public DeliveryWorker(DeliveryRoad road, Sweeps sweeps) {
    this.road = road;
    this.sweeps = sweeps;
  }

  /// The outcomes stand in the order of the messages.
  public List<Outcome> handle(List<QueueMessage> messages) {
    var tasks = new ArrayList<Callable<Outcome>>();
    var companions = new Companions(messages.size());
    for (var message : messages) {
      tasks.add(() -> handle(message, companions));
    }
    var threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      var running =
          threads.invokeAll(
              tasks, DeliverySettings.BATCH_DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
      return running.stream().map(DeliveryWorker::outcome).toList();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return messages.stream().map(message -> unfinished()).toList();
    } finally {
      // Not closed: closing waits for those that are late.
      threads.shutdownNow();
    }
  }

  private Outcome handle(QueueMessage message, Companions companions) {
    try (var seat = companions.seat()) {
      return switch (DeliveryMessages.read(message.body())) {
        case DeliveryMessage.Deliver deliver -> road.deliver(deliver, seat);
        case DeliveryMessage.Sweep sweep -> {
          seat.decide();
          yield sweeps.sweep(sweep);
        }
      };
    }
  }

  private static Outcome outcome(Future<Outcome> ended) {
    try {
      return ended.get();
    } catch (CancellationException late) {
      return unfinished();
    } catch (ExecutionException e) {
      return new Outcome.GiveUp("delivery: " + name(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return unfinished();
    }
  }

  // The class alone: a message may quote what was being handled.
  private static String name(ExecutionException e) {
    var cause = e.getCause();
    return (cause == null ? e : cause).getClass().getSimpleName();
  }

  // Once the lease has ended, another may send; if this one was recorded after all, the message is
  // stale by then.
  private static Outcome unfinished() {
    return new Outcome.RetryAfter(DeliverySettings.LEASE, "not finished in time");
  }
}
