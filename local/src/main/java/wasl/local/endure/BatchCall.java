package wasl.local.endure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import wasl.local.intercept.AwsAnswer;
import wasl.local.intercept.AwsCall;
import wasl.local.intercept.Interceptor;

/// A call that does several things, of which some may fail while its answer is 200.
///
/// @param input the call's whole input
record BatchCall(AwsCall call, ObjectNode input) {
  private static final JsonMapper JSON = new JsonMapper();

  private static final Set<String> OF_SQS =
      Set.of("SendMessageBatch", "DeleteMessageBatch", "ChangeMessageVisibilityBatch");
  private static final Set<String> OF_DYNAMODB = Set.of("BatchWriteItem", "BatchGetItem");

  static Optional<BatchCall> of(AwsCall call) {
    boolean known =
        switch (call.service()) {
          case "sqs" -> OF_SQS.contains(call.operation());
          case "events" -> call.operation().equals("PutEvents");
          case "dynamodb" -> OF_DYNAMODB.contains(call.operation());
          default -> false;
        };
    return known ? parsed(call) : Optional.empty();
  }

  private static Optional<BatchCall> parsed(AwsCall call) {
    try {
      return JSON.readTree(call.body()) instanceof ObjectNode input
              && new BatchCall(call, input).size() > 0
          ? Optional.of(new BatchCall(call, input))
          : Optional.empty();
    } catch (IOException e) {
      // What cannot be read is the service's to refuse.
      return Optional.empty();
    }
  }

  /// Of how many things a part may fail. DynamoDB's batches count as one: all unprocessed.
  int size() {
    return call.service().equals("dynamodb")
        ? input.path("RequestItems").size() > 0 ? 1 : 0
        : input.path("Entries").size();
  }

  /// The places of the entries that hold this text.
  List<Integer> containing(String text) {
    List<Integer> places = new ArrayList<>();
    for (int at = 0; at < input.path("Entries").size(); at++) {
      if (input.path("Entries").path(at).toString().contains(text)) {
        places.add(at);
      }
    }
    return places;
  }

  /// Passes on what shall not fail, and answers for all.
  AwsAnswer without(List<Integer> failing, Interceptor.Next next) throws IOException {
    if (call.service().equals("dynamodb")) {
      return answer(unprocessed());
    }
    ArrayNode passed = JSON.createArrayNode();
    for (int at = 0; at < size(); at++) {
      if (!failing.contains(at)) {
        passed.add(input.path("Entries").path(at));
      }
    }
    ObjectNode answered = JSON.createObjectNode();
    if (!passed.isEmpty()) {
      AwsAnswer answer = next.pass(with(passed));
      if (answer.status() != 200) {
        return answer;
      }
      answered = (ObjectNode) JSON.readTree(answer.body());
    }
    return answer(
        call.service().equals("events")
            ? ofEvents(failing, answered)
            : ofMessages(failing, answered));
  }

  private ObjectNode unprocessed() {
    ObjectNode out = JSON.createObjectNode();
    if (call.operation().equals("BatchGetItem")) {
      out.putObject("Responses");
      out.set("UnprocessedKeys", input.path("RequestItems"));
    } else {
      out.set("UnprocessedItems", input.path("RequestItems"));
    }
    return out;
  }

  // By place: an answer's entries stand in the order of the request's.
  private ObjectNode ofEvents(List<Integer> failing, ObjectNode answered) {
    ObjectNode out = JSON.createObjectNode();
    ArrayNode entries = JSON.createArrayNode();
    int passed = 0;
    for (int at = 0; at < size(); at++) {
      if (failing.contains(at)) {
        entries
            .addObject()
            .put("ErrorCode", "InternalFailure")
            .put("ErrorMessage", "An internal error occurred");
      } else {
        entries.add(answered.path("Entries").path(passed++));
      }
    }
    out.put("FailedEntryCount", failing.size() + answered.path("FailedEntryCount").asInt());
    out.set("Entries", entries);
    return out;
  }

  // By id.
  private ObjectNode ofMessages(List<Integer> failing, ObjectNode answered) {
    if (!answered.has("Successful")) {
      answered.putArray("Successful");
    }
    ArrayNode failed =
        answered.path("Failed") instanceof ArrayNode already
            ? already
            : answered.putArray("Failed");
    for (int at : failing) {
      failed
          .addObject()
          .put("Id", input.path("Entries").path(at).path("Id").asText())
          .put("SenderFault", false)
          .put("Code", "InternalError")
          .put("Message", "An internal error occurred");
    }
    return answered;
  }

  private AwsCall with(ArrayNode entries) throws IOException {
    ObjectNode less = input.deepCopy();
    less.set("Entries", entries);
    return new AwsCall(
        call.service(),
        call.operation(),
        call.accessKey(),
        call.method(),
        call.target(),
        call.headers(),
        JSON.writeValueAsBytes(less));
  }

  private static AwsAnswer answer(JsonNode body) {
    return new AwsAnswer(
        200,
        Map.of("content-type", List.of("application/x-amz-json-1.0")),
        body.toString().getBytes(StandardCharsets.UTF_8));
  }
}
