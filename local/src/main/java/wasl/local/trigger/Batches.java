package wasl.local.trigger;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import wasl.local.endpoint.AwsFault;
import wasl.local.template.StreamMapping;

/// Puts a shard's records together as Lambda does: those that pass the filter, until they are
/// enough for a call, or as many as one can carry, or the batching window is over.
final class Batches {
  // Lambda takes 6 MB; the frame around the records needs a little of it.
  private static final int LARGEST_EVENT = 6_000_000;
  private static final int LARGEST_PAGE = 100;
  private static final Duration WAIT = Duration.ofMillis(200);

  /// @param records for the function; may be none
  /// @param readTo the last record that was read, which may not have passed the filter; empty if
  ///   there was none
  record Batch(List<StreamRecord> records, Optional<String> readTo) {}

  private final ShardReader reader;
  private final StreamMapping mapping;
  private final RecordFilter filter;
  private final Stop stop;
  private final Deque<StreamRecord> ahead = new ArrayDeque<>();

  Batches(ShardReader reader, StreamMapping mapping, RecordFilter filter, Stop stop) {
    this.reader = reader;
    this.mapping = mapping;
    this.filter = filter;
    this.stop = stop;
  }

  /// Whether the shard is closed and all of it was given out.
  boolean areOver() {
    return reader.hasEnded() && ahead.isEmpty();
  }

  /// The next batch; without records if there are none now.
  Batch next() {
    List<StreamRecord> records = new ArrayList<>();
    Optional<String> readTo = Optional.empty();
    int size = 0;
    long windowEnds = 0;
    while (true) {
      while (!ahead.isEmpty()) {
        StreamRecord record = ahead.element();
        if (filter.passes(record.event())) {
          if (!records.isEmpty() && size + record.size() > LARGEST_EVENT) {
            return new Batch(records, readTo);
          }
          if (records.isEmpty()) {
            windowEnds = System.nanoTime() + mapping.batchingWindow().toNanos();
          }
          records.add(record);
          size += record.size() + 1;
        }
        ahead.remove();
        readTo = Optional.of(record.sequenceNumber());
      }
      long left = windowEnds - System.nanoTime();
      boolean full = records.size() == mapping.batchSize();
      boolean windowIsOver = !records.isEmpty() && left <= 0;
      if (full || windowIsOver || reader.hasEnded() || stop.isCalled()) {
        return new Batch(records, readTo);
      }
      boolean more = readAhead(records);
      if (!more && records.isEmpty()) {
        return new Batch(records, readTo);
      }
      if (!more) {
        stop.comesWithin(Duration.ofNanos(Math.min(left, WAIT.toNanos())));
      }
    }
  }

  // Never more than the batch lacks, so that it is full when all of them were looked at.
  private boolean readAhead(List<StreamRecord> records) {
    int missing = mapping.batchSize() - records.size();
    try {
      ahead.addAll(reader.read(Math.min(missing, LARGEST_PAGE)));
    } catch (AwsFault | UncheckedIOException e) {
      // What is in hand already is not to wait for the end of the trouble.
      if (records.isEmpty()) {
        throw e;
      }
    }
    return !ahead.isEmpty();
  }
}
