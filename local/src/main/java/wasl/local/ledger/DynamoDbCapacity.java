package wasl.local.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Set;
import java.util.TreeMap;
import wasl.local.endpoint.AwsEndpoint;
import wasl.local.intercept.AwsAnswer;
import wasl.local.intercept.AwsCall;
import wasl.local.intercept.Interceptor;

/// Has DynamoDB itself say what each call costs, table and indexes apart; the caller sees nothing
/// of it.
///
/// DynamoDB Local counts writes by the documented rules (an index whose projected attributes stay
/// as they were costs nothing, one whose key changes costs two writes). Two things it leaves out
/// are added: a read that finds nothing costs as much as the least that finds something, and a
/// write whose condition does not hold costs a write.
final class DynamoDbCapacity {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String WANTED = "ReturnConsumedCapacity";
  private static final String CAPACITY = "ConsumedCapacity";
  private static final Set<String> READS =
      Set.of("GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems");
  private static final Set<String> WRITES =
      Set.of("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems");
  // Both change with the body.
  private static final Set<String> OF_THE_BODY = Set.of("x-amz-crc32", "content-length");

  private final Ledger ledger;

  DynamoDbCapacity(Ledger ledger) {
    this.ledger = ledger;
  }

  AwsAnswer answer(AwsCall call, Interceptor.Next next) throws IOException {
    if (call.operation().equals("GetRecords")) {
      return countStream(call, next);
    }
    boolean read = READS.contains(call.operation());
    if (!read && !WRITES.contains(call.operation())) {
      return next.pass(call);
    }
    var input = (ObjectNode) JSON.readTree(call.body());
    boolean asked = input.has(WANTED);
    var answer = next.pass(with(call, input.put(WANTED, "INDEXES")));
    if (answer.status() != 200) {
      countRefused(call, input, answer);
      return answer;
    }
    var output = (ObjectNode) JSON.readTree(answer.body());
    var capacity = output.path(CAPACITY);
    if (capacity.isArray()) {
      capacity.forEach(each -> count(call, input, each));
    } else {
      count(call, input, capacity);
    }
    if (asked) {
      return answer;
    }
    output.remove(CAPACITY);
    var headers = new TreeMap<>(answer.headers());
    headers
        .keySet()
        .removeIf(name -> OF_THE_BODY.contains(name.toLowerCase(java.util.Locale.ROOT)));
    return new AwsAnswer(200, headers, JSON.writeValueAsBytes(output));
  }

  // A call reads up to 1 MB, for one unit; what Lambda reads for a function is free.
  private AwsAnswer countStream(AwsCall call, Interceptor.Next next) throws IOException {
    var answer = next.pass(call);
    boolean byLambda = call.header("user-agent").filter(AwsEndpoint.USER_AGENT::equals).isPresent();
    if (answer.status() == 200 && !byLambda) {
      var iterator = JSON.readTree(call.body()).path("ShardIterator").asText();
      ledger.count(Meter.DYNAMODB_STREAM_READ_UNIT, "GetRecords " + table(iterator), 1);
    }
    return answer;
  }

  /// `arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/TIME|…`
  private static String table(String iterator) {
    var parts = iterator.split("/", 3);
    return Names.of(parts.length > 1 ? parts[1] : iterator);
  }

  private static AwsCall with(AwsCall call, ObjectNode input) throws IOException {
    return new AwsCall(
        call.service(),
        call.operation(),
        call.accessKey(),
        call.method(),
        call.target(),
        call.headers(),
        JSON.writeValueAsBytes(input));
  }

  private void count(AwsCall call, JsonNode input, JsonNode capacity) {
    var table = Names.of(capacity.path("TableName").asText());
    count(call, input, table, capacity.path("Table").path("CapacityUnits").asDouble());
    for (var index : capacity.path("GlobalSecondaryIndexes").properties()) {
      count(
          call,
          input,
          table + "/" + index.getKey(),
          index.getValue().path("CapacityUnits").asDouble());
    }
  }

  private void count(AwsCall call, JsonNode input, String where, double units) {
    boolean ofIndex = input.has("IndexName");
    // A query of an index says of the table that it read nothing there.
    if (READS.contains(call.operation()) && (!ofIndex || where.contains("/"))) {
      double least = input.path("ConsistentRead").asBoolean() ? 1 : 0.5;
      ledger.count(
          Meter.DYNAMODB_READ_UNIT, call.operation() + " " + where, Math.max(units, least));
    } else if (units > 0) {
      ledger.count(Meter.DYNAMODB_WRITE_UNIT, call.operation() + " " + where, units);
    }
  }

  private void countRefused(AwsCall call, JsonNode input, AwsAnswer answer) throws IOException {
    var type = JSON.readTree(answer.body()).path("__type").asText();
    if (type.endsWith("ConditionalCheckFailedException")) {
      ledger.count(
          Meter.DYNAMODB_WRITE_UNIT,
          call.operation() + " " + Names.of(input.path("TableName").asText()) + ", refused",
          1);
    } else if (type.endsWith("TransactionCanceledException")) {
      ledger.count(
          Meter.DYNAMODB_WRITE_UNIT,
          call.operation() + ", refused",
          2 * input.path("TransactItems").size());
    }
  }
}
