package wasl.web;

import java.util.List;
import java.util.function.Function;

/// What a request's handling came to: a value, or a problem for the caller.
public sealed interface Result<T> {
  record Ok<T>(T value) implements Result<T> {}

  record Failed<T>(Problem problem) implements Result<T> {}

  static <T> Result<T> ok(T value) {
    return new Ok<>(value);
  }

  static <T> Result<T> failed(Problem problem) {
    return new Failed<>(problem);
  }

  /// 404, as of a record that is not there or is another project's.
  static <T> Result<T> notFound() {
    return new Failed<>(Problem.notFound());
  }

  /// 422 with one fault.
  static <T> Result<T> invalid(String pointer, String detail) {
    return new Failed<>(Problem.invalid(List.of(new Problem.Fault(pointer, detail))));
  }

  default <R> Result<R> map(Function<T, R> then) {
    return switch (this) {
      case Ok<T>(T value) -> new Ok<>(then.apply(value));
      case Failed<T>(Problem problem) -> new Failed<>(problem);
    };
  }

  default <R> Result<R> then(Function<T, Result<R>> then) {
    return switch (this) {
      case Ok<T>(T value) -> then.apply(value);
      case Failed<T>(Problem problem) -> new Failed<>(problem);
    };
  }
}
