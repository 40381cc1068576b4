package wasl.local.trigger;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import wasl.local.endpoint.AwsFault;
import wasl.local.trigger.Checkpoint.After;
import wasl.local.trigger.Checkpoint.Beginning;

/// Reads a shard's records in their order, each once, though iterators expire and old records
/// vanish.
final class ShardReader {
  private final TableStream stream;
  private final String shard;
  private final Consumer<String> log;
  private Checkpoint position;
  private Optional<String> iterator = Optional.empty();
  private boolean fromHorizon;
  private boolean ended;

  /// @param from where the first record is expected, not beyond the shard's end
  /// @param log is told when that is no longer there
  ShardReader(TableStream stream, String shard, Checkpoint from, Consumer<String> log) {
    this.stream = stream;
    this.shard = shard;
    this.position = from;
    this.log = log;
  }

  /// How far it has read.
  Checkpoint position() {
    return position;
  }

  /// Whether the shard is closed and holds nothing more.
  boolean hasEnded() {
    return ended;
  }

  /// The next records; none if there are none now.
  ///
  /// @throws AwsFault if the endpoint does not let them be read, or the shard is gone
  /// @throws java.io.UncheckedIOException if the endpoint does not answer
  List<StreamRecord> read(int limit) {
    if (ended) {
      return List.of();
    }
    try {
      String here = iterator.isPresent() ? iterator.get() : opened();
      iterator = Optional.of(here);
      TableStream.Page page = stream.read(here, limit);
      iterator = page.next();
      ended = page.next().isEmpty();
      List<StreamRecord> unread =
          page.records().stream().filter(record -> isAhead(record.sequenceNumber())).toList();
      if (!unread.isEmpty()) {
        position = new After(unread.getLast().sequenceNumber());
        fromHorizon = false;
      }
      return unread;
    } catch (AwsFault e) {
      iterator = Optional.empty();
      switch (e.code()) {
        // A quarter of an hour old; the next call gets a fresh one.
        case "ExpiredIteratorException" -> {}
        // At the horizon too DynamoDB Local says so, as long as all that a shard holds is too old.
        case "TrimmedDataAccessException" -> startAtHorizon("it is trimmed");
        default -> throw e;
      }
      return List.of();
    }
  }

  private String opened() {
    if (fromHorizon) {
      return stream.iterator(shard, new Beginning());
    }
    try {
      return stream.iterator(shard, position);
    } catch (AwsFault e) {
      // A number that is none of this shard's.
      if (!e.code().equals("ValidationException") || !(position instanceof After)) {
        throw e;
      }
      startAtHorizon("it is unknown");
      return stream.iterator(shard, new Beginning());
    }
  }

  private void startAtHorizon(String reason) {
    if (!fromHorizon && position instanceof After(String sequenceNumber)) {
      log.accept(
          "the checkpoint "
              + sequenceNumber
              + " of "
              + shard
              + " is of no use, "
              + reason
              + "; reading on at TRIM_HORIZON");
    }
    fromHorizon = true;
  }

  private boolean isAhead(String sequenceNumber) {
    return !(position instanceof After(String last))
        || new BigInteger(sequenceNumber).compareTo(new BigInteger(last)) > 0;
  }
}
