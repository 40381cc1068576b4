package wasl.queue;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/// Does the work for each item of a batch at once, on virtual threads; what becomes of one item is
/// nothing to the others.
public final class Batch {
  private Batch() {}

  /// What the work for one item came to.
  public sealed interface Result<T> {
    record Got<T>(T value) implements Result<T> {}

    record Threw<T>(RuntimeException why) implements Result<T> {}

    /// The value, or what `otherwise` makes of the exception.
    default T orElse(Function<RuntimeException, T> otherwise) {
      return switch (this) {
        case Got<T>(T value) -> value;
        case Threw<T>(RuntimeException why) -> otherwise.apply(why);
      };
    }
  }

  /// The results stand in the order of the items. Returns when all work has ended.
  public static <I, T> List<Result<T>> each(List<I> items, Function<I, T> work) {
    if (items.size() == 1) {
      return List.of(result(() -> work.apply(items.getFirst())));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = items.stream().map(item -> threads.submit(() -> work.apply(item))).toList();
      return running.stream().<Result<T>>map(Batch::result).toList();
    }
  }

  private static <T> Result<T> result(Future<T> running) {
    return result(() -> {
      try {
        return running.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException why) {
          throw why;
        }
        throw e;
      }
    });
  }

  private static <T> Result<T> result(Callable<T> work) {
    try {
      return new Result.Got<>(work.call());
    } catch (RuntimeException why) {
      return new Result.Threw<>(why);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Result.Threw<>(new IllegalStateException("interrupted", e));
    } catch (Exception e) {
      return new Result.Threw<>(new IllegalStateException(e));
    }
  }
}
