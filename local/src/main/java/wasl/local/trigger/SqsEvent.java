package wasl.local.trigger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import wasl.local.template.QueueMapping;

/// Writes received messages as Lambda's event source mapping does.
///
/// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
final class SqsEvent {
  private SqsEvent() {}

  static ObjectNode of(List<JsonNode> messages, QueueMapping mapping) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    var records = event.putArray("Records");
    String region = mapping.queueArn().split(":", -1)[3];
    for (JsonNode message : messages) {
      ObjectNode record = records.addObject();
      record.put("messageId", message.path("MessageId").asText());
      record.put("receiptHandle", message.path("ReceiptHandle").asText());
      record.put("body", message.path("Body").asText());
      ObjectNode attributes = record.putObject("attributes");
      message
          .path("Attributes")
          .properties()
          .forEach(attribute -> attributes.put(attribute.getKey(), attribute.getValue().asText()));
      ObjectNode own = record.putObject("messageAttributes");
      for (Map.Entry<String, JsonNode> attribute : message.path("MessageAttributes").properties()) {
        own.set(attribute.getKey(), attribute(attribute.getValue()));
      }
      record.put("md5OfBody", message.path("MD5OfBody").asText());
      if (message.has("MD5OfMessageAttributes")) {
        record.put("md5OfMessageAttributes", message.path("MD5OfMessageAttributes").asText());
      }
      record.put("eventSource", "aws:sqs");
      record.put("eventSourceARN", mapping.queueArn());
      record.put("awsRegion", region);
    }
    return event;
  }

  private static ObjectNode attribute(JsonNode attribute) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    if (attribute.has("StringValue")) {
      result.set("stringValue", attribute.path("StringValue"));
    }
    if (attribute.has("BinaryValue")) {
      result.set("binaryValue", attribute.path("BinaryValue"));
    }
    result.putArray("stringListValues");
    result.putArray("binaryListValues");
    result.set("dataType", attribute.path("DataType"));
    return result;
  }
}
