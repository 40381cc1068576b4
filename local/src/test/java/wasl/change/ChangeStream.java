package wasl.change;

import static wasl.local.endpoint.AwsService.DYNAMODB_STREAMS;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import wasl.local.endpoint.AwsEndpoint;
import wasl.road.EmbeddedStack;

/// The stream of table `Connections`, read from a moment on and brought to a handler as Lambda does
/// it, by the test itself.
final class ChangeStream implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_TRIES = 200;

  private final EmbeddedStack stack;
  private final AwsEndpoint aws;
  private final String arn;

  // What was read of a shard to its end is none any more.
  private final Map<String, Optional<String>> iterators = new HashMap<>();

  /// A record of the stream.
  ///
  /// @param event as it stands in Lambda's event
  record Streamed(String shard, ObjectNode event) {
    String sequenceNumber() {
      return event.at("/dynamodb/SequenceNumber").asText();
    }

    String pk() {
      return event.at("/dynamodb/Keys/pk/S").asText();
    }

    JsonNode before() {
      return event.at("/dynamodb/OldImage");
    }

    JsonNode after() {
      return event.at("/dynamodb/NewImage");
    }

    /// What the mark of the write says; missing where it has none.
    String mark(String name) {
      return after().at("/change/M/" + name + "/S").asText();
    }

    boolean isMarked() {
      return !mark("id").isEmpty();
    }
  }

  /// Begins where the stream ends now.
  ChangeStream(EmbeddedStack stack) {
    this.stack = stack;
    aws = new AwsEndpoint(stack.endpoint(), "us-east-1");
    arn = stack.deployment().streams().getFirst().streamArn();
    shards().forEach(shard -> iterators.put(shard, iterator(shard, "LATEST")));
  }

  String arn() {
    return arn;
  }

  /// What came since the last time, all of it, in the order of each shard.
  List<Streamed> read() {
    var records = new ArrayList<Streamed>();
    for (var shard : shards()) {
      var iterator = iterators.computeIfAbsent(shard, added -> iterator(added, "TRIM_HORIZON"));
      int empty = 0;
      while (iterator.isPresent() && empty < 2) {
        var page =
            aws.call(
                DYNAMODB_STREAMS, "GetRecords", aws.input().put("ShardIterator", iterator.get()));
        page.path("Records").forEach(record -> records.add(streamed(shard, record)));
        empty = page.path("Records").isEmpty() ? empty + 1 : 0;
        iterator = Optional.ofNullable(page.path("NextShardIterator").textValue());
      }
      iterators.put(shard, iterator);
    }
    return records;
  }

  private List<String> shards() {
    var described = aws.call(DYNAMODB_STREAMS, "DescribeStream", aws.input().put("StreamArn", arn));
    return described.at("/StreamDescription/Shards").findValuesAsText("ShardId");
  }

  private Optional<String> iterator(String shard, String type) {
    var input =
        aws.input().put("StreamArn", arn).put("ShardId", shard).put("ShardIteratorType", type);
    return Optional.of(
        aws.call(DYNAMODB_STREAMS, "GetShardIterator", input).path("ShardIterator").asText());
  }

  private Streamed streamed(String shard, JsonNode record) {
    ObjectNode event = record.deepCopy();
    return new Streamed(shard, event.put("eventSourceARN", arn));
  }

  /// The event of a batch.
  static JsonNode event(List<Streamed> batch) {
    var event = JSON.createObjectNode();
    var records = event.putArray("Records");
    batch.forEach(each -> records.add(each.event()));
    return event;
  }

  /// Hands a batch over once, and answers what of it is to come again.
  List<Streamed> once(RequestStreamHandler handler, List<Streamed> batch) {
    var answer = stack.invoke(handler, "change-publisher", event(batch));
    var failed =
        answer.findValuesAsText("itemIdentifier").stream()
            .map(BigInteger::new)
            .reduce(BigInteger::min);
    return failed
        .map(from ->
            batch.stream()
                .dropWhile(each -> new BigInteger(each.sequenceNumber()).compareTo(from) < 0)
                .toList())
        .orElse(List.of());
  }

  /// Hands over what is marked, in batches, each again from its first failure on until none is
  /// left. Answers how many calls that took.
  ///
  /// @param isLost whether the answer to a call does not arrive, so that its batch comes once more
  int bring(
      RequestStreamHandler handler,
      List<Streamed> records,
      int batchSize,
      Predicate<List<Streamed>> isLost) {
    var marked = records.stream().filter(Streamed::isMarked).toList();
    int calls = 0;
    for (int from = 0; from < marked.size(); from += batchSize) {
      var left = marked.subList(from, Math.min(marked.size(), from + batchSize));
      for (int tries = 0; !left.isEmpty(); tries++) {
        if (tries == MOST_TRIES) {
          throw new AssertionError("a batch fails for ever");
        }
        var rest = once(handler, left);
        left = isLost.test(left) ? left : rest;
        calls++;
      }
    }
    return calls;
  }

  int bring(RequestStreamHandler handler, List<Streamed> records) {
    return bring(handler, records, 100, batch -> false);
  }

  @Override
  public void close() {
    aws.close();
  }
}
