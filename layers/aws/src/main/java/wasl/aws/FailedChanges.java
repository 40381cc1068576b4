package wasl.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import wasl.audit.Told;
import wasl.queue.Outcome;
import wasl.queue.QueueMessage;

/// Tells what Lambda gave up to tell: reads it back from the stream, where it lies for 24 hours.
///
/// A message says where in the stream a batch lay that failed too often. It waits longer each time
/// that telling fails again, for [#PATIENCE]; then it fails, and so comes to the dead-letter queue
/// while there is still time to mend what is wrong and bring it back.
public final class FailedChanges {
  static final Duration PATIENCE = Duration.ofHours(12);
  private static final Duration SHORTEST_WAIT = Duration.ofSeconds(10);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);

  // An open shard has a next page however often it is asked.
  private static final int MOST_PAGES = 200;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final DynamoDbStreamsClient streams;
  private final InstantSource clock;

  public FailedChanges(DynamoDbStreamsClient streams, InstantSource clock) {
    this.streams = streams;
    this.clock = clock;
  }

  /// Where in a stream a batch lay, both ends included.
  ///
  /// @param since when the first of its records was written
  /// @param givenUpAt when Lambda gave up
  private record Pointer(
      String streamArn,
      String shardId,
      String first,
      String last,
      Instant since,
      Instant givenUpAt) {
    /// Throws `IllegalArgumentException` for what is no pointer.
    static Pointer read(String body) {
      try {
        var note = JSON.readTree(body);
        var batch = note.path("DDBStreamBatchInfo");
        return new Pointer(
            text(batch, "streamArn"),
            text(batch, "shardId"),
            text(batch, "startSequenceNumber"),
            text(batch, "endSequenceNumber"),
            Instant.parse(text(batch, "approximateArrivalOfFirstRecord")),
            Instant.parse(text(note, "timestamp")));
      } catch (JsonProcessingException | DateTimeParseException notOne) {
        throw new IllegalArgumentException("not a note of Lambda's on a failed batch", notOne);
      }
    }

    private static String text(JsonNode object, String name) {
      var value = object.path(name);
      if (!value.isTextual()) {
        throw new IllegalArgumentException("a note of Lambda's without " + name);
      }
      return value.asText();
    }

    boolean isBehind(String sequenceNumber) {
      return number(sequenceNumber).compareTo(number(last)) > 0;
    }

    private static BigInteger number(String sequenceNumber) {
      return new BigInteger(sequenceNumber);
    }
  }

  /// The outcomes stand in the order of the messages.
  ///
  /// @param road tells until a time, and answers one outcome for each change
  /// @param until nothing is begun afterwards
  public List<Outcome> handle(
      List<QueueMessage> messages,
      Instant until,
      BiFunction<List<Told>, Instant, List<Outcome>> road) {
    var outcomes = new HashMap<Integer, Outcome>();
    // The earliest first, as far as they came together: a record's changes are told in their order.
    IntStream.range(0, messages.size())
        .boxed()
        .sorted(Comparator.comparing(at -> since(messages.get(at))))
        .forEach(at -> outcomes.put(at, outcome(messages.get(at), until, road)));
    return IntStream.range(0, messages.size())
        .mapToObj(at ->
            Optional.ofNullable(outcomes.get(at))
                .orElseThrow(() -> new AssertionError("each message has one outcome")))
        .toList();
  }

  private static BigInteger since(QueueMessage message) {
    try {
      return Pointer.number(Pointer.read(message.body()).first());
    } catch (IllegalArgumentException unreadable) {
      return BigInteger.ZERO;
    }
  }

  private Outcome outcome(
      QueueMessage message, Instant until, BiFunction<List<Told>, Instant, List<Outcome>> road) {
    if (!clock.instant().isBefore(until)) {
      return new Outcome.RetryAfter(Duration.ZERO, "out of time");
    }
    Pointer pointer;
    try {
      pointer = Pointer.read(message.body());
    } catch (IllegalArgumentException unreadable) {
      return new Outcome.GiveUp("unreadable pointer");
    }
    try {
      return settled(pointer, road.apply(told(pointer), until));
    } catch (TrimmedDataAccessException | ResourceNotFoundException gone) {
      return new Outcome.GiveUp("the stream keeps these changes no longer");
    } catch (RuntimeException why) {
      return again(pointer, why.getClass().getSimpleName());
    }
  }

  private Outcome settled(Pointer pointer, List<Outcome> outcomes) {
    var why = Optional.<String>empty();
    for (var outcome : outcomes) {
      switch (outcome) {
        case Outcome.Done() -> {}
        // It is not read better by being read again.
        case Outcome.GiveUp giveUp -> {
          return giveUp;
        }
        case Outcome.RetryAfter(var delay, var reason) -> why = why.or(() -> Optional.of(reason));
      }
    }
    return why.map(reason -> again(pointer, reason)).orElse(Outcome.DONE);
  }

  // Half as long again as it has waited.
  private Outcome again(Pointer pointer, String why) {
    var now = clock.instant();
    if (now.isAfter(pointer.since().plus(PATIENCE))) {
      return new Outcome.GiveUp(why);
    }
    var half = Duration.between(pointer.givenUpAt(), now).dividedBy(2);
    var wait = half.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : half;
    return new Outcome.RetryAfter(wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait, why);
  }

  private List<Told> told(Pointer pointer) {
    var told = new ArrayList<Told>();
    var iterator = iterator(pointer);
    for (int page = 0; iterator != null; page++) {
      if (page == MOST_PAGES) {
        throw new IllegalStateException("a batch of more than " + MOST_PAGES + " pages");
      }
      var asked = iterator;
      var answer = streams.getRecords(r -> r.shardIterator(asked));
      for (var record : answer.records()) {
        if (pointer.isBehind(record.dynamodb().sequenceNumber())) {
          return told;
        }
        var pk =
            Objects.requireNonNull(record.dynamodb().keys().get(ItemKeys.PK), "every item has it");
        ChangeItem.read(pk.s(), () -> images(record)).ifPresent(told::add);
        if (record.dynamodb().sequenceNumber().equals(pointer.last())) {
          return told;
        }
      }
      iterator = answer.nextShardIterator();
    }
    return told;
  }

  private @Nullable String iterator(Pointer pointer) {
    return streams
        .getShardIterator(r ->
            r.streamArn(pointer.streamArn())
                .shardId(pointer.shardId())
                .shardIteratorType(ShardIteratorType.AT_SEQUENCE_NUMBER)
                .sequenceNumber(pointer.first()))
        .shardIterator();
  }

  private static ChangeItem.Images images(Record record) {
    var images = record.dynamodb();
    return new ChangeItem.Images(
        item(images.hasOldImage(), images.oldImage()),
        item(images.hasNewImage(), images.newImage()));
  }

  private static Optional<Item> item(boolean present, Map<String, AttributeValue> image) {
    return present ? Optional.of(DynamoTable.item(image)) : Optional.empty();
  }
}
