package wasl.local.trigger;

import static wasl.local.endpoint.AwsService.SQS;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import wasl.local.endpoint.AwsEndpoint;
import wasl.local.endpoint.AwsFault;
import wasl.local.function.Invoker;
import wasl.local.host.InvocationResult;
import wasl.local.host.InvocationResult.Throttled;
import wasl.local.template.StreamMapping;
import wasl.local.template.StreamMapping.FailureQueue;
import wasl.local.trigger.FailureNote.Condition;

/// Brings a shard's batches to the function, each record until it is done or given up, and none
/// before those that stand before it.
final class Delivery {
  // Lambda waits longer; but a note after one minute is late enough for who tries something out.
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  // DynamoDB Local tells no more of a record's time than the minute; it must not seem too old.
  private static final Duration ROUNDING = Duration.ofMinutes(1);

  /// A batch, or what is left of one.
  ///
  /// @param failures that count, which those after which it was cut do not
  /// @param calls of the function, all of them
  /// @param last what came of the last call
  private record Part(
      List<StreamRecord> records, int failures, int calls, Optional<InvocationResult> last) {
    Part called(InvocationResult result) {
      return new Part(records, failures, calls + 1, Optional.of(result));
    }

    Part failed() {
      return new Part(records, failures + 1, calls, last);
    }

    Part from(int first) {
      return new Part(records.subList(first, records.size()), failures, calls, last);
    }

    Part to(int end) {
      return new Part(records.subList(0, end), failures, calls, last);
    }
  }

  private final StreamMapping mapping;
  private final String shard;
  private final AwsEndpoint aws;
  private final Invoker functions;
  private final InstantSource clock;
  private final Consumer<String> progress;
  private final Consumer<String> log;
  private final Stop stop;

  /// @param progress gets the last record of those that are done or given up; may throw, which ends
  ///   the delivery
  Delivery(
      StreamMapping mapping,
      String shard,
      AwsEndpoint aws,
      Invoker functions,
      InstantSource clock,
      Consumer<String> progress,
      Consumer<String> log,
      Stop stop) {
    this.mapping = mapping;
    this.shard = shard;
    this.aws = aws;
    this.functions = functions;
    this.clock = clock;
    this.progress = progress;
    this.log = log;
    this.stop = stop;
  }

  /// Returns when all records are done or given up, or when it is to stop.
  ///
  /// @return false if it was stopped, perhaps before
  boolean deliver(List<StreamRecord> batch) {
    Deque<Part> parts = new ArrayDeque<>();
    parts.push(new Part(batch, 0, 0, Optional.empty()));
    int failuresInRow = 0;
    while (!parts.isEmpty() && !stop.isCalled()) {
      Part part = parts.pop();
      int old = tooOld(part.records());
      if (old > 0) {
        giveUp(part.to(old), Condition.TOO_OLD);
        parts.push(part.from(old));
      } else if (!part.records().isEmpty()) {
        List<Part> left = call(part);
        left.reversed().forEach(parts::push);
        failuresInRow = left.isEmpty() ? 0 : failuresInRow + 1;
        if (failuresInRow > 0) {
          stop.comesWithin(pause(failuresInRow));
        }
      }
    }
    return !stop.isCalled();
  }

  /// Calls the function with a part, and says what of it is to come again, and how.
  private List<Part> call(Part part) {
    InvocationResult result =
        functions.invoke(mapping.function(), StreamRecord.event(part.records()));
    int done = done(part.records(), result);
    if (done > 0) {
      progress.accept(part.records().get(done - 1).sequenceNumber());
    }
    if (done == part.records().size()) {
      return List.of();
    }
    // What the end of everything looks like is no failure of the function's; and what is throttled
    // never came to it.
    if (stop.isCalled() || result instanceof Throttled) {
      return List.of(part.from(done));
    }
    Part rest = part.called(result).from(done);
    log.accept(
        "%d of %d records of %s failed"
            .formatted(rest.records().size(), part.records().size(), shard));
    return mapping.patience().bisect() && part.records().size() > 1
        ? cut(rest, done)
        : again(rest.failed());
  }

  // To cut is not to try again. Where the function has named a record the cut is before that one.
  private static List<Part> cut(Part rest, int done) {
    int half = rest.records().size() / 2;
    return done > 0 ? List.of(rest) : List.of(rest.to(half), rest.from(half));
  }

  private List<Part> again(Part failed) {
    OptionalInt retries = mapping.patience().retries();
    if (retries.isEmpty() || failed.failures() <= retries.getAsInt()) {
      return List.of(failed);
    }
    giveUp(failed, Condition.RETRIES_EXHAUSTED);
    return List.of();
  }

  private int tooOld(List<StreamRecord> records) {
    Optional<Instant> oldest =
        mapping.patience().age().map(age -> clock.instant().minus(age).minus(ROUNDING));
    int old = 0;
    while (oldest.isPresent()
        && old < records.size()
        && records.get(old).at().isBefore(oldest.get())) {
      old++;
    }
    return old;
  }

  // The first that failed and all after it come again: a later change of an item must not overtake
  // an earlier one.
  private int done(List<StreamRecord> records, InvocationResult result) {
    Set<String> all =
        records.stream().map(StreamRecord::sequenceNumber).collect(Collectors.toSet());
    Set<String> done = BatchVerdict.done(all, mapping.partialFailures(), result);
    int first = 0;
    while (first < records.size() && done.contains(records.get(first).sequenceNumber())) {
      first++;
    }
    return first;
  }

  private static Duration pause(int failuresInRow) {
    Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(failuresInRow - 1, 16));
    return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
  }

  /// Returns when the queue has a note of it, or when it is to stop.
  private void giveUp(Part part, Condition condition) {
    List<StreamRecord> records = part.records();
    log.accept(
        "gives up %d records of %s from %s on: %s"
            .formatted(records.size(), shard, records.getFirst().sequenceNumber(), condition.name));
    if (mapping.onFailure().isPresent()) {
      FailureQueue queue = mapping.onFailure().get();
      ObjectNode note =
          FailureNote.of(
              mapping, shard, records, condition, part.calls(), part.last(), clock.instant());
      while (!sent(queue, note)) {
        if (stop.comesWithin(LONGEST_PAUSE)) {
          return;
        }
      }
    }
    progress.accept(records.getLast().sequenceNumber());
  }

  // Records that were given up without a note would be lost.
  private boolean sent(FailureQueue queue, ObjectNode note) {
    try {
      aws.call(
          SQS,
          "SendMessage",
          aws.input().put("QueueUrl", queue.url()).put("MessageBody", note.toString()));
      return true;
    } catch (AwsFault | UncheckedIOException e) {
      log.accept(e.getMessage());
      return false;
    }
  }
}
