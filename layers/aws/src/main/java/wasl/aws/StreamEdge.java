package wasl.aws;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import wasl.audit.Told;
import wasl.queue.Outcome;

/// Stands between the stream of table `Connections` and whoever tells of its changes: records in,
/// the place of the first failure out.
///
/// Of a batch Lambda is told the lowest sequence number that failed, and brings it again from there
/// on: what is told after a failure comes twice, so telling twice must come to the same. What stays
/// a failure goes to the function's on-failure queue in the end.
public final class StreamEdge {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonFactory PARSER = new JsonFactory();
  private static final String OF_STREAM = "aws:dynamodb";

  private final Log log;

  public StreamEdge(Log log) {
    this.log = log;
  }

  /// Whether an event comes from a stream: a function may have other triggers too.
  public static boolean isOne(byte[] event) throws IOException {
    try (var json = PARSER.createParser(event)) {
      for (var token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token == JsonToken.FIELD_NAME && json.currentName().equals("eventSource")) {
          return OF_STREAM.equals(json.nextTextValue());
        }
      }
    }
    return false;
  }

  /// Handles one invocation.
  ///
  /// @param requestId the invocation's
  /// @param worker answers one outcome for each that is told, in their order
  public void handle(
      byte[] event,
      OutputStream answer,
      String requestId,
      Function<List<Told>, List<Outcome>> worker)
      throws IOException {
    var inRequest = log.forRequest(requestId);
    var streamed = streamed(JSON.readTree(event));
    var outcomes = outcomes(streamed, worker, inRequest);
    var failed = new ArrayList<BigInteger>();
    for (int at = 0; at < streamed.size(); at++) {
      if (!isTold(streamed.get(at), outcomes.get(at), inRequest)) {
        failed.add(new BigInteger(streamed.get(at).sequenceNumber()));
      }
    }
    var failures = JSON.createObjectNode();
    var items = failures.putArray("batchItemFailures");
    failed.stream()
        .min(BigInteger::compareTo)
        .ifPresent(lowest ->
            streamed.stream()
                .map(Streamed::sequenceNumber)
                .filter(number -> new BigInteger(number).equals(lowest))
                .findFirst()
                // As it was given, leading zeros and all.
                .ifPresent(number -> items.addObject().put("itemIdentifier", number)));
    JSON.writeValue(answer, failures);
  }

  private record Streamed(String sequenceNumber, Told told) {}

  private static List<Outcome> outcomes(
      List<Streamed> streamed, Function<List<Told>, List<Outcome>> worker, Log log) {
    try {
      var outcomes = worker.apply(streamed.stream().map(Streamed::told).toList());
      if (outcomes.size() != streamed.size()) {
        throw new IllegalStateException(
            outcomes.size() + " outcomes for " + streamed.size() + " changes");
      }
      return outcomes;
    } catch (RuntimeException thrown) {
      // Said as failures and not thrown on, so that each change's line is in the log.
      log.error("batch failed").with(thrown).write();
      return streamed.stream()
          .<Outcome>map(each -> new Outcome.GiveUp("the batch failed"))
          .toList();
    }
  }

  private static boolean isTold(Streamed streamed, Outcome outcome, Log log) {
    var why =
        switch (outcome) {
          case Outcome.Done() -> "";
          case Outcome.RetryAfter(var delay, var reason) -> reason;
          case Outcome.GiveUp(var reason) -> reason;
        };
    if (outcome instanceof Outcome.Done) {
      return true;
    }
    var line = log.warn("change not told").count(Metric.MESSAGE_FAILED);
    if (streamed.told() instanceof Told.Change change) {
      line.with("change", change.mark().id())
          .with("kind", change.mark().kind())
          .with("subject", change.subject());
    }
    line.with("sequenceNumber", streamed.sequenceNumber()).with("why", why).write();
    return false;
  }

  private static List<Streamed> streamed(JsonNode event) {
    var streamed = new ArrayList<Streamed>();
    for (var each : event.path("Records")) {
      var record = each.path("dynamodb");
      ChangeItem.read(record.at("/Keys/pk/S").asText(), () -> images(record))
          .ifPresent(
              told -> streamed.add(new Streamed(record.path("SequenceNumber").asText(), told)));
    }
    return streamed;
  }

  private static ChangeItem.Images images(JsonNode record) {
    return new ChangeItem.Images(item(record.path("OldImage")), item(record.path("NewImage")));
  }

  private static Optional<Item> item(JsonNode image) {
    return image.isMissingNode() ? Optional.empty() : Optional.of(new Item(map(image)));
  }

  private static Map<String, Object> map(JsonNode attributes) {
    var out = new LinkedHashMap<String, Object>();
    attributes
        .properties()
        .forEach(attribute -> out.put(attribute.getKey(), value(attribute.getValue())));
    return out;
  }

  // `{"S": "text"}`: one field, whose name is the type.
  private static Object value(JsonNode typed) {
    var field = typed.properties().iterator().next();
    var value = field.getValue();
    return switch (field.getKey()) {
      case "S" -> value.asText();
      case "N" -> new BigDecimal(value.asText());
      case "BOOL" -> value.asBoolean();
      case "B" -> Base64.getDecoder().decode(value.asText());
      case "L" -> value.valueStream().map(StreamEdge::value).toList();
      case "M" -> map(value);
      default -> throw new IllegalStateException("an attribute of type " + field.getKey());
    };
  }
}
