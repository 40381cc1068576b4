package wasl.local.trigger;

import static wasl.local.endpoint.AwsService.DYNAMODB_STREAMS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import wasl.local.endpoint.AwsEndpoint;
import wasl.local.trigger.Checkpoint.After;
import wasl.local.trigger.Checkpoint.Beginning;
import wasl.local.trigger.Checkpoint.Finished;

/// A table's stream at an AWS endpoint; every call may throw what `AwsEndpoint` throws.
record TableStream(AwsEndpoint aws, String arn) {

  /// @param parent the shard whose records come before this one's
  /// @param isClosed whether nothing will be added to it
  record Shard(String id, Optional<String> parent, boolean isClosed) {}

  /// @param next where to read on; empty at the end of a closed shard
  record Page(List<StreamRecord> records, Optional<String> next) {}

  List<Shard> shards() {
    List<Shard> shards = new ArrayList<>();
    Optional<String> last = Optional.empty();
    do {
      ObjectNode input = aws.input().put("StreamArn", arn);
      last.ifPresent(shard -> input.put("ExclusiveStartShardId", shard));
      JsonNode stream =
          aws.call(DYNAMODB_STREAMS, "DescribeStream", input).path("StreamDescription");
      stream.path("Shards").forEach(shard -> shards.add(shard(shard)));
      last = text(stream, "LastEvaluatedShardId");
    } while (last.isPresent());
    return shards;
  }

  private static Shard shard(JsonNode shard) {
    return new Shard(
        shard.path("ShardId").asText(),
        text(shard, "ParentShardId"),
        text(shard.path("SequenceNumberRange"), "EndingSequenceNumber").isPresent());
  }

  /// Where to read a shard from.
  String iterator(String shard, Checkpoint from) {
    ObjectNode input = aws.input().put("StreamArn", arn).put("ShardId", shard);
    switch (from) {
      case Beginning() -> input.put("ShardIteratorType", "TRIM_HORIZON");
      case After(String sequenceNumber) ->
          input
              .put("ShardIteratorType", "AFTER_SEQUENCE_NUMBER")
              .put("SequenceNumber", sequenceNumber);
      case Finished() -> throw new IllegalArgumentException(shard + " was read to its end");
    }
    return aws.call(DYNAMODB_STREAMS, "GetShardIterator", input).path("ShardIterator").asText();
  }

  Page read(String iterator, int limit) {
    ObjectNode input = aws.input().put("ShardIterator", iterator).put("Limit", limit);
    JsonNode answer = aws.call(DYNAMODB_STREAMS, "GetRecords", input);
    return new Page(
        answer.path("Records").valueStream().map(record -> StreamRecord.of(record, arn)).toList(),
        text(answer, "NextShardIterator"));
  }

  private static Optional<String> text(JsonNode object, String name) {
    return Optional.ofNullable(object.path(name).textValue());
  }
}
