package wasl.local.function;

import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import wasl.local.host.InvocationResult;
import wasl.local.host.InvocationResult.Failed;
import wasl.local.host.InvocationResult.Throttled;

/// The sandboxes of one function: none before its first invocation, more while all are busy.
final class SandboxPool implements AutoCloseable {
  private final Supplier<Sandbox> source;
  private final long patienceMillis;
  // Fair: who has waited longest is next.
  private final Semaphore free;
  // Last in, first out, as Lambda does: the warmest sandbox works.
  private final Deque<Sandbox> idle = new ConcurrentLinkedDeque<>();
  private final Set<Sandbox> all = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /// @param most sandboxes at one time
  /// @param patienceMillis how long to wait for one that is free, before it is too much
  SandboxPool(Supplier<Sandbox> source, int most, long patienceMillis) {
    this.source = source;
    this.patienceMillis = patienceMillis;
    this.free = new Semaphore(most, true);
  }

  InvocationResult invoke(byte[] event) {
    try {
      // Lambda would throttle at once, but it has a thousand where this machine has a few.
      if (!free.tryAcquire(patienceMillis, TimeUnit.MILLISECONDS)) {
        return new Throttled();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Throttled();
    }
    try {
      return invokeInAny(event);
    } finally {
      free.release();
    }
  }

  /// The processes of this moment.
  List<Long> pids() {
    return all.stream().filter(Sandbox::isAlive).map(Sandbox::pid).sorted().toList();
  }

  @Override
  public void close() {
    closed = true;
    all.forEach(Sandbox::close);
  }

  private InvocationResult invokeInAny(byte[] event) {
    for (Sandbox known = idle.poll(); known != null; known = idle.poll()) {
      // One that died at rest has lost nothing, so nobody is to notice.
      if (known.isAlive() && known.untilReady().isEmpty()) {
        return invokeIn(known, event);
      }
      discard(known);
    }
    Sandbox made = source.get();
    all.add(made);
    if (closed) {
      discard(made);
    }
    Optional<Failed> trouble = made.untilReady();
    if (trouble.isPresent()) {
      discard(made);
      return trouble.get();
    }
    return invokeIn(made, event);
  }

  private InvocationResult invokeIn(Sandbox sandbox, byte[] event) {
    InvocationResult result = sandbox.invoke(event);
    if (sandbox.isAlive()) {
      idle.push(sandbox);
    } else {
      discard(sandbox);
    }
    return result;
  }

  private void discard(Sandbox sandbox) {
    all.remove(sandbox);
    sandbox.close();
  }
}
