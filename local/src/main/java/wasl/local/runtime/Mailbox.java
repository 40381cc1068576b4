package wasl.local.runtime;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// What one process of a function is given to do, and what it does.
public final class Mailbox implements AutoCloseable {
  private final String address;
  private final String accessKey;
  private final Runnable onClose;
  private final BlockingQueue<Step> steps = new LinkedBlockingQueue<>();
  // Empty: there will be no more.
  private final BlockingQueue<Optional<Work>> works = new LinkedBlockingQueue<>();

  Mailbox(String address, String accessKey, Runnable onClose) {
    this.address = address;
    this.accessKey = accessKey;
    this.onClose = onClose;
  }

  /// What the process must find in `AWS_LAMBDA_RUNTIME_API`.
  public String address() {
    return address;
  }

  /// What a process must find in `AWS_CONTAINER_CREDENTIALS_FULL_URI`, if its keys are not in its
  /// environment: under SnapStart it outlives them.
  public String credentials() {
    return "http://" + address + RuntimeApi.CREDENTIALS;
  }

  /// Hands work to the process, which is or will be waiting; the time of doing so.
  public long give(Work work) {
    long now = System.nanoTime();
    works.add(Optional.of(work));
    return now;
  }

  /// What the process does next; waits for it.
  ///
  /// @throws TimeoutException if it does nothing for so long
  public Step next(Duration patience) throws InterruptedException, TimeoutException {
    Step step = steps.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    if (step == null) {
      throw new TimeoutException("nothing within " + patience);
    }
    return step;
  }

  /// Who waits for work or for a step waits no longer.
  @Override
  public void close() {
    onClose.run();
    works.add(Optional.empty());
    steps.add(new Step.Ended(System.nanoTime()));
  }

  String accessKey() {
    return accessKey;
  }

  void did(Step step) {
    steps.add(step);
  }

  Optional<Work> take() throws InterruptedException {
    return works.take();
  }
}
