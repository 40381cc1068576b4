package wasl.local.template;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// A table's stream whose records go to a function.
///
/// @param start where a stream is begun that was never read before
/// @param batchSize records of one call at most
/// @param batchingWindow how long a batch that is not full may wait for more records
/// @param filters patterns of event-ruler's; only records that match one of them reach the
///   function; empty: all do
/// @param partialFailures whether the function's answer names the records that failed
/// @param onFailure where it is told which records were given up
public record StreamMapping(
    String function,
    String functionArn,
    String streamArn,
    Start start,
    int batchSize,
    Duration batchingWindow,
    List<String> filters,
    boolean partialFailures,
    Patience patience,
    Optional<FailureQueue> onFailure) {

  /// The beginning of a stream: its oldest record, or the first that comes from now on.
  public enum Start {
    TRIM_HORIZON,
    LATEST
  }

  /// When records that fail are given up.
  ///
  /// @param bisect whether a batch that fails is cut in two, so that the bad record is found
  /// @param retries of a batch that is not cut; empty: without end
  /// @param age of a record; empty: as old as the stream keeps it
  public record Patience(boolean bisect, OptionalInt retries, Optional<Duration> age) {}

  /// A queue for notes on records that were given up.
  public record FailureQueue(String arn, String url) {}

  public StreamMapping {
    filters = List.copyOf(filters);
  }
}
