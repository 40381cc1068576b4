package wasl.local.host;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.lang.reflect.InvocationTargetException;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The instances of one function's handler: one invocation each at a time, more on demand.
final class InstancePool {
  // Lambda gives 10 s to init; a laptop with everything else on it starts slower.
  private static final long INIT_SECONDS = 30;

  private final String function;
  private final String handlerClass;
  private final ClassLoader loader;
  private final Semaphore free;
  // Last in, first out, as Lambda does: the warmest instance works.
  private final Deque<Instance> idle = new ConcurrentLinkedDeque<>();

  InstancePool(String function, String handlerClass, ClassLoader loader, int concurrency) {
    this.function = function;
    this.handlerClass = handlerClass;
    this.loader = loader;
    this.free = new Semaphore(concurrency);
  }

  InvocationResult invoke(Invocation invocation) {
    if (!free.tryAcquire()) {
      return new InvocationResult.Throttled();
    }
    Instance instance = idle.poll();
    if (instance == null) {
      instance = new Instance(function, loader);
    }
    return run(instance, invocation);
  }

  private InvocationResult run(Instance instance, Invocation invocation) {
    boolean keep = false;
    try {
      if (!instance.isReady()) {
        await(instance.init(this::newHandler), INIT_SECONDS * 1000);
      }
      Future<byte[]> answer = instance.submit(invocation);
      byte[] payload = await(answer, invocation.timeoutMillis());
      keep = true;
      return new InvocationResult.Answered(payload);
    } catch (TimeoutException e) {
      return new InvocationResult.TimedOut();
    } catch (ExecutionException e) {
      Throwable cause = causeOf(e);
      cause.printStackTrace();
      // Lambda keeps an instance whose handler threw, and drops one that failed to start or is
      // broken beyond that.
      keep = cause instanceof Exception && instance.isReady();
      return new InvocationResult.Failed(
          cause.getClass().getSimpleName(), String.valueOf(cause.getMessage()));
    } finally {
      giveBack(instance, keep);
    }
  }

  // A constructor's own words, such as which variable is wrong, stand behind what reflection says.
  private static Throwable causeOf(ExecutionException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return cause instanceof InvocationTargetException wrapped && wrapped.getCause() != null
        ? wrapped.getCause()
        : cause;
  }

  private void giveBack(Instance instance, boolean keep) {
    if (keep) {
      idle.push(instance);
      free.release();
    } else {
      // What still runs there counts until it has ended.
      instance.end(free::release);
    }
  }

  private static <T> T await(Future<T> future, long millis)
      throws ExecutionException, TimeoutException {
    try {
      return future.get(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ExecutionException(e);
    }
  }

  private RequestStreamHandler newHandler() throws ReflectiveOperationException {
    Class<?> type = Class.forName(handlerClass, true, loader);
    return type.asSubclass(RequestStreamHandler.class).getConstructor().newInstance();
  }
}
