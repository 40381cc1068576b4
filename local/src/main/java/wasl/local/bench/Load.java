package wasl.local.bench;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import wasl.local.scene.Api;
import wasl.local.scene.Road;

/// Sends signed webhooks at a rate, each at its time whether or not the ones before were answered:
/// a server that stalls shows as latency and not as fewer requests (coordinated omission).
final class Load {
  /// One webhook that was sent.
  ///
  /// @param status 0 where no answer came
  /// @param due when it was to be sent; all times by `System.nanoTime`
  record Sent(String eventId, int status, long due, long answered) {
    boolean isAccepted() {
      return status / 100 == 2;
    }
  }

  private final Api api;
  private final Road road;
  private final InstantSource clock;

  Load(Api api, Road road, InstantSource clock) {
    this.api = api;
    this.road = road;
    this.clock = clock;
  }

  /// Sends so many and waits for their answers.
  ///
  /// @param name makes their ids unlike those of other runs
  /// @param perSecond how many a second
  List<Sent> send(String name, int count, double perSecond) throws InterruptedException {
    var sending = new ArrayList<Future<Sent>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long start = System.nanoTime();
      for (int at = 0; at < count; at++) {
        long due = start + (long) (at * 1e9 / perSecond);
        var id = "evt_" + name + "_" + at;
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
          LockSupport.parkNanos(left);
          if (Thread.interrupted()) {
            throw new InterruptedException("while sending");
          }
        }
        sending.add(threads.submit(one(id, due)));
      }
    }
    var sent = new ArrayList<Sent>(count);
    for (var each : sending) {
      try {
        sent.add(each.get());
      } catch (ExecutionException e) {
        throw new IllegalStateException("sending failed", e.getCause());
      }
    }
    return sent;
  }

  private Callable<Sent> one(String id, long due) {
    return () -> {
      var webhook = road.webhook(id, clock.instant());
      int status;
      try {
        status = api.post(road.inboundUrl(), webhook.body(), webhook.headers()).status();
      } catch (IOException noAnswer) {
        status = 0;
      }
      return new Sent(id, status, due, System.nanoTime());
    };
  }
}
