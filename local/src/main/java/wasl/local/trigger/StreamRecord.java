package wasl.local.trigger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/// A change of a table's item, as Lambda tells it to a function.
///
/// https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
///
/// @param at about when the item was changed: AWS rounds down to the second, DynamoDB Local to the
///   minute
/// @param event how it stands in the function's event
/// @param size of that, in bytes
record StreamRecord(String sequenceNumber, Instant at, ObjectNode event, int size) {

  /// @param record as `GetRecords` answers it
  static StreamRecord of(JsonNode record, String streamArn) {
    ObjectNode change = (ObjectNode) record.path("dynamodb");
    Instant at = Instant.ofEpochSecond(change.path("ApproximateCreationDateTime").asLong());
    // The service writes whole seconds as a fraction.
    change.put("ApproximateCreationDateTime", at.getEpochSecond());
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    for (String same : List.of("eventID", "eventName", "eventVersion", "eventSource")) {
      event.set(same, record.path(same));
    }
    event.set("awsRegion", record.path("awsRegion"));
    event.set("dynamodb", change);
    // Who deleted, where it was time to live; Lambda spells it otherwise than the service.
    if (record.hasNonNull("userIdentity")) {
      event
          .putObject("userIdentity")
          .put("principalId", record.at("/userIdentity/PrincipalId").asText())
          .put("type", record.at("/userIdentity/Type").asText());
    }
    event.put("eventSourceARN", streamArn);
    return new StreamRecord(
        change.path("SequenceNumber").asText(),
        at,
        event,
        event.toString().getBytes(StandardCharsets.UTF_8).length);
  }

  /// What a function is given.
  static byte[] event(List<StreamRecord> records) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    var all = event.putArray("Records");
    records.forEach(record -> all.add(record.event()));
    return event.toString().getBytes(StandardCharsets.UTF_8);
  }
}
