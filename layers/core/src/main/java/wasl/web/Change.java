package wasl.web;

import java.util.Optional;
import java.util.function.Function;

/// What a request wants done with a field that a record has already: a field left out is kept,
/// `null` clears it.
public sealed interface Change<T> {
  record Keep<T>() implements Change<T> {}

  record Clear<T>() implements Change<T> {}

  record Set<T>(T value) implements Change<T> {}

  /// The field after the change.
  default Optional<T> on(Optional<T> before) {
    return switch (this) {
      case Keep<T>() -> before;
      case Clear<T>() -> Optional.empty();
      case Set<T>(T value) -> Optional.of(value);
    };
  }

  default <R> Change<R> map(Function<T, R> each) {
    return switch (this) {
      case Keep<T>() -> new Keep<>();
      case Clear<T>() -> new Clear<>();
      case Set<T>(T value) -> new Set<>(each.apply(value));
    };
  }
}
