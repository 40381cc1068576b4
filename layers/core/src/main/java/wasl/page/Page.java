package wasl.page;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// A part of a list, newest first. Where a filter lets few through, it may have fewer items than
/// were asked for, or none, and yet a position to go on from.
///
/// @param next the position to go on from; empty at the end
public record Page<T>(List<T> items, Optional<String> next) {
  public Page {
    items = List.copyOf(items);
  }

  /// The page of one more than was asked for, if there are more.
  ///
  /// @param found at most `limit + 1`
  /// @param position where an item stands in the list
  public static <T> Page<T> of(List<T> found, int limit, Function<T, String> position) {
    return found.size() <= limit
        ? new Page<>(found, Optional.empty())
        : new Page<>(found.subList(0, limit), Optional.of(position.apply(found.get(limit - 1))));
  }

  public <R> Page<R> map(Function<T, R> each) {
    return new Page<>(items.stream().map(each).toList(), next);
  }
}
