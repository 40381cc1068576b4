package wasl.local.host;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One handler and its thread: like a Lambda sandbox, it does everything on that one.
final class Instance {
  private final String function;
  private final ExecutorService thread;
  private volatile @Nullable RequestStreamHandler handler;

  Instance(String function, ClassLoader loader) {
    this.function = function;
    this.thread =
        Executors.newSingleThreadExecutor(task -> {
          Thread made = new Thread(task, function);
          made.setDaemon(true);
          made.setContextClassLoader(loader);
          return made;
        });
  }

  boolean isReady() {
    return handler != null;
  }

  Future<?> init(Callable<RequestStreamHandler> constructor) {
    return thread.submit(() -> {
      handler = constructor.call();
      return handler;
    });
  }

  Future<byte[]> submit(Invocation invocation) {
    return thread.submit(() -> {
      RequestStreamHandler ready = handler;
      if (ready == null) {
        throw new IllegalStateException(function + " was not initialized");
      }
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      ready.handleRequest(
          new ByteArrayInputStream(invocation.event()), answer, HostContext.of(invocation));
      return answer.toByteArray();
    });
  }

  /// Interrupts what runs, and tells when nothing runs any more.
  void end(Runnable ended) {
    thread.shutdownNow();
    Thread.startVirtualThread(() -> {
      try {
        while (!thread.awaitTermination(1, TimeUnit.HOURS)) {
          System.err.println(function + ": an invocation past its timeout still runs");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      ended.run();
    });
  }
}
