package wasl.local.endure;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import wasl.local.scene.Api;
import wasl.local.scene.Road;
import wasl.local.scene.Signed;

/// Sends webhooks as a provider does: whatever is not answered 2xx is sent again, under its own id,
/// until it is.
final class Provider implements AutoCloseable {
  // Each tenth webhook is sent twice at once, as providers do now and then.
  private static final int TWICE_EACH = 10;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);

  private final Api api;
  private final Account account;
  private final InstantSource clock;
  private final Road road;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile boolean closed;

  private Provider(Api api, Account account, InstantSource clock, Road road) {
    this.api = api;
    this.account = account;
    this.clock = clock;
    this.road = road;
  }

  /// Sets up a road from Stripe to the receiver.
  static Provider connected(
      Api api, Account account, CountingReceiver receiver, InstantSource clock)
      throws IOException, InterruptedException {
    Road road = Road.build(api);
    receiver.trust(road.deliverTo(receiver.url()));
    return new Provider(api, account, clock, road);
  }

  /// Begins to send one; returns at once.
  void send(String id, int number) {
    int copies = number % TWICE_EACH == 0 ? 2 : 1;
    for (int copy = 0; copy < copies; copy++) {
      waiting.incrementAndGet();
      threads.execute(() -> {
        try {
          sendUntilAccepted(id);
        } finally {
          waiting.decrementAndGet();
        }
      });
    }
  }

  /// How many were not answered 2xx yet.
  int waiting() {
    return waiting.get();
  }

  @Override
  public void close() {
    closed = true;
    threads.shutdownNow();
    try {
      threads.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sendUntilAccepted(String id) {
    Duration pause = FIRST_PAUSE;
    try {
      while (!closed && !isAccepted(id)) {
        Thread.sleep(pause);
        pause =
            pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
                ? pause.multipliedBy(2)
                : LONGEST_PAUSE;
      }
    } catch (InterruptedException e) {
      // The run is over.
      Thread.currentThread().interrupt();
    }
  }

  private boolean isAccepted(String id) throws InterruptedException {
    Signed signed = road.webhook(id, clock.instant());
    account.sent(id);
    int status;
    try {
      status = api.post(road.inboundUrl(), signed.body(), signed.headers()).status();
    } catch (IOException e) {
      status = Account.NO_ANSWER;
    }
    account.answered(id, status, clock.instant());
    return status / 100 == 2;
  }
}
