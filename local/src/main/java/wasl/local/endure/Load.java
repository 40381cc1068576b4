package wasl.local.endure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import wasl.local.scene.Api;

/// Everything around a running bundle that sends, watches and receives, and the account of it.
final class Load implements AutoCloseable {
  private final Account account = new Account();
  private final Api api;
  private final CountingReceiver receiver;
  private final BusListener bus;
  private final Provider provider;

  private Load(Stack stack, InstantSource clock) throws IOException, InterruptedException {
    this.api = new Api(stack.api(), stack.apiKey());
    this.receiver = CountingReceiver.start(account, clock);
    this.bus = BusListener.start(stack, account);
    this.provider = Provider.connected(api, account, receiver, clock);
  }

  /// Sets the bundle up; returns once webhooks can be sent.
  static Load on(Stack stack, InstantSource clock) throws InterruptedException {
    try {
      return new Load(stack, clock);
    } catch (IOException e) {
      throw new UncheckedIOException("the bundle could not be set up: " + e.getMessage(), e);
    }
  }

  Account account() {
    return account;
  }

  Provider provider() {
    return provider;
  }

  /// Waits for something that comes by itself. Answers whether it came in time.
  static boolean awaited(Duration atMost, Condition condition) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > end) {
        return false;
      }
      Thread.sleep(Duration.ofMillis(250));
    }
    return true;
  }

  /// Looked at several times a second.
  @FunctionalInterface
  interface Condition {
    boolean holds() throws InterruptedException;
  }

  @Override
  public void close() {
    provider.close();
    bus.close();
    receiver.close();
    api.close();
  }
}
