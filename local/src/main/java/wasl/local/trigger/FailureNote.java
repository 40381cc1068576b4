package wasl.local.trigger;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import wasl.local.host.InvocationResult;
import wasl.local.host.InvocationResult.Answered;
import wasl.local.template.StreamMapping;

/// What Lambda tells a queue of records that it gives up: where they are, not what they hold.
///
/// https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
final class FailureNote {
  /// Why they were given up, in Lambda's words.
  enum Condition {
    RETRIES_EXHAUSTED("RetryAttemptsExhausted"),
    TOO_OLD("RecordAgeExceeded");

    final String name;

    Condition(String name) {
      this.name = name;
    }
  }

  private FailureNote() {}

  /// @param records of one shard, in their order
  /// @param calls how often the function was called with them
  /// @param last what came of the last of these calls
  static ObjectNode of(
      StreamMapping mapping,
      String shard,
      List<StreamRecord> records,
      Condition condition,
      int calls,
      Optional<InvocationResult> last,
      Instant now) {
    StreamRecord first = records.getFirst();
    StreamRecord end = records.getLast();
    ObjectNode note = JsonNodeFactory.instance.objectNode();
    note.putObject("requestContext")
        .put("requestId", UUID.randomUUID().toString())
        .put("functionArn", mapping.functionArn())
        .put("condition", condition.name)
        .put("approximateInvokeCount", calls);
    last.ifPresent(result -> {
      ObjectNode response =
          note.putObject("responseContext")
              .put("statusCode", 200)
              .put("executedVersion", "$LATEST");
      // An answer that names failures is none of the function's own.
      if (!(result instanceof Answered)) {
        response.put("functionError", "Unhandled");
      }
    });
    note.put("version", "1.0").put("timestamp", now.truncatedTo(ChronoUnit.MILLIS).toString());
    note.putObject("DDBStreamBatchInfo")
        .put("shardId", shard)
        .put("startSequenceNumber", first.sequenceNumber())
        .put("endSequenceNumber", end.sequenceNumber())
        .put("approximateArrivalOfFirstRecord", first.at().toString())
        .put("approximateArrivalOfLastRecord", end.at().toString())
        .put("batchSize", records.size())
        .put("streamArn", mapping.streamArn());
    return note;
  }
}
