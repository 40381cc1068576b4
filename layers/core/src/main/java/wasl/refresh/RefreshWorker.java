package wasl.refresh;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import wasl.access.Cause;
import wasl.connection.ConnectionStore;
import wasl.connection.Upkeep;
import wasl.queue.DueScan;
import wasl.queue.Outcome;
import wasl.queue.QueueMessage;

/// Works through a batch of the refresh queue, each message on a virtual thread of its own.
public final class RefreshWorker {
  // A call takes 27 s at most, and the function that runs this ends after 45.
  private static final Duration BATCH_DEADLINE = Duration.ofSeconds(40);

  private final ConnectionStore connections;
  private final Refresher refresher;
  private final InstantSource clock;

  public RefreshWorker(ConnectionStore connections, Refresher refresher, InstantSource clock) {
    this.connections = connections;
    this.refresher = refresher;
    this.clock = clock;
  }

  /// The outcomes stand in the order of the messages.
  ///
  /// @param request the invocation's id
  public List<Outcome> handle(List<QueueMessage> messages, String request) {
    var cause = Cause.wasl(request);
    var threads = Executors.newVirtualThreadPerTaskExecutor();
    var running =
        messages.stream()
            .map(message ->
                CompletableFuture.supplyAsync(() -> handle(message, cause), threads)
                    .completeOnTimeout(
                        new Outcome.RetryAfter(Upkeep.LEASE, "not finished in time"),
                        BATCH_DEADLINE.toMillis(),
                        TimeUnit.MILLISECONDS))
            .toList();
    // Not closed: closing waits for what is late. Nothing is interrupted either: what is late may
    // have a token in its hands that it gets once.
    threads.shutdown();
    return running.stream().map(RefreshWorker::outcome).toList();
  }

  private Outcome handle(QueueMessage queued, Cause cause) {
    var message = RefreshMessages.read(queued.body());
    var found = connections.find(message.tenant(), message.connection());
    if (found.isEmpty() || found.get().credentialsVersion() != message.credentialsVersion()) {
      return Outcome.DONE;
    }
    return switch (refresher.refresh(found.get(), Need.DUE, cause)) {
      case Refreshed.PutOff(var _, Instant notBefore) -> early(notBefore);
      case Refreshed.NotDue(var _, Optional<Instant> dueAt) ->
          dueAt.map(this::early).orElse(Outcome.DONE);
      // A failure of the provider's is none of the message's: the scan brings the next try.
      case Refreshed.Failed _ -> Outcome.DONE;
      // Its holder concludes it, or the scan finds that it did not.
      case Refreshed.Held _ -> Outcome.DONE;
      case Refreshed.Renewed _,
          Refreshed.Ended _,
          Refreshed.Nothing _,
          Refreshed.NotActive _,
          Refreshed.Gone _ ->
          Outcome.DONE;
    };
  }

  // What waits longer is in the index, and the scan sends a message of its own.
  private Outcome early(Instant time) {
    var rest = Duration.between(clock.instant(), time);
    return rest.compareTo(DueScan.AHEAD) <= 0
        ? new Outcome.RetryAfter(rest, "not due yet")
        : Outcome.DONE;
  }

  private static Outcome outcome(CompletableFuture<Outcome> running) {
    try {
      return running.join();
    } catch (CompletionException e) {
      // The class alone: a message may quote what was being handled.
      var cause = e.getCause();
      return new Outcome.GiveUp(
          "refresh: " + (cause == null ? e : cause).getClass().getSimpleName());
    }
  }
}
