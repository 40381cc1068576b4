package wasl.local.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.event.ruler.JsonRuleCompiler;
import wasl.local.template.Resources.Made;
import wasl.local.template.StreamMapping.FailureQueue;
import wasl.local.template.StreamMapping.Patience;
import wasl.local.template.StreamMapping.Start;

/// Reads a function's event of type `DynamoDB`, within the limits that Lambda sets.
///
/// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-dynamodb.html
/// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
final class StreamEvent {
  static final Set<String> PROPERTIES =
      Set.of(
          "Stream",
          "StartingPosition",
          "BatchSize",
          "MaximumBatchingWindowInSeconds",
          "ParallelizationFactor",
          "MaximumRetryAttempts",
          "MaximumRecordAgeInSeconds",
          "BisectBatchOnFunctionError",
          "FunctionResponseTypes",
          "FilterCriteria",
          "DestinationConfig",
          "Enabled");

  private static final int NO_LIMIT = -1;

  private final JsonNode properties;
  private final BiConsumer<String, String> faults;

  /// @param faults gets what is wrong: the path below the event's properties, and the fault
  StreamEvent(JsonNode properties, BiConsumer<String, String> faults) {
    this.properties = properties;
    this.faults = faults;
  }

  /// Tells every fault of what is said literally; an intrinsic is judged when it has its value.
  void check() {
    stream();
    startingPosition();
    batchSize();
    batchingWindow();
    retries();
    age();
    if (number("ParallelizationFactor", 1, 1, 10) != 1) {
      faults.accept("ParallelizationFactor", "locally a shard has one batch at a time");
    }
    responseTypes();
    filters();
    destination();
  }

  /// @param properties resolved, and without a fault
  /// @param queueUrl of a queue by its name
  static StreamMapping mapping(Made function, JsonNode properties, UnaryOperator<String> queueUrl) {
    StreamEvent event = new StreamEvent(properties, StreamEvent::impossible);
    int retries = event.retries();
    int age = event.age();
    return new StreamMapping(
        function.ref(),
        Objects.requireNonNull(function.attributes().get("Arn")),
        properties.path("Stream").asText(),
        Start.valueOf(properties.path("StartingPosition").asText()),
        event.batchSize(),
        Duration.ofSeconds(event.batchingWindow()),
        properties
            .path("FilterCriteria")
            .path("Filters")
            .valueStream()
            .map(filter -> filter.path("Pattern").asText())
            .toList(),
        !properties.path("FunctionResponseTypes").isEmpty(),
        new Patience(
            properties.path("BisectBatchOnFunctionError").asBoolean(false),
            retries == NO_LIMIT ? OptionalInt.empty() : OptionalInt.of(retries),
            age == NO_LIMIT ? Optional.empty() : Optional.of(Duration.ofSeconds(age))),
        Optional.of(properties.at("/DestinationConfig/OnFailure/Destination").asText())
            .filter(arn -> !arn.isEmpty())
            .map(arn ->
                new FailureQueue(arn, queueUrl.apply(arn.substring(arn.lastIndexOf(':') + 1)))));
  }

  private static void impossible(String path, String fault) {
    throw new AssertionError("checked before: " + path + ": " + fault);
  }

  private void stream() {
    JsonNode stream = properties.path("Stream");
    if (stream.isMissingNode()) {
      faults.accept("Stream", "an event of a stream names its stream");
    } else if (!isIntrinsic(stream) && !isStream(stream.asText())) {
      faults.accept("Stream", "is no ARN of a table's stream: " + stream.asText());
    }
  }

  private static boolean isStream(String arn) {
    return arn.startsWith("arn:aws:dynamodb:") && arn.contains("/stream/");
  }

  // Lambda begins a table's stream at no other time.
  private void startingPosition() {
    JsonNode start = properties.path("StartingPosition");
    boolean known = Stream.of(Start.values()).anyMatch(each -> each.name().equals(start.asText()));
    if (!isIntrinsic(start) && !known) {
      faults.accept("StartingPosition", "is one of " + List.of(Start.values()));
    }
  }

  private int batchSize() {
    return number("BatchSize", 100, 1, 10_000);
  }

  private int batchingWindow() {
    return number("MaximumBatchingWindowInSeconds", 0, 0, 300);
  }

  private int retries() {
    return number("MaximumRetryAttempts", NO_LIMIT, NO_LIMIT, 10_000);
  }

  private int age() {
    int seconds = number("MaximumRecordAgeInSeconds", NO_LIMIT, NO_LIMIT, 604_800);
    if (seconds > NO_LIMIT && seconds < 60) {
      faults.accept("MaximumRecordAgeInSeconds", "is -1 or at least 60");
    }
    return seconds;
  }

  private int number(String name, int otherwise, int least, int most) {
    JsonNode value = properties.path(name);
    if (value.isMissingNode() || isIntrinsic(value)) {
      return otherwise;
    }
    @Nullable Integer number = parsed(value.asText());
    if (number == null || number < least || number > most) {
      faults.accept(name, "is a number from " + least + " to " + most);
      return otherwise;
    }
    return number;
  }

  private static @Nullable Integer parsed(String text) {
    try {
      return Integer.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private void responseTypes() {
    JsonNode types = properties.path("FunctionResponseTypes");
    boolean known =
        types.valueStream().allMatch(type -> type.asText().equals("ReportBatchItemFailures"));
    if (!isIntrinsic(types) && !known) {
      faults.accept("FunctionResponseTypes", "holds ReportBatchItemFailures or nothing");
    }
  }

  private void filters() {
    JsonNode criteria = properties.path("FilterCriteria");
    known(criteria, "FilterCriteria", Set.of("Filters"));
    for (int at = 0; at < criteria.path("Filters").size(); at++) {
      String path = "FilterCriteria.Filters." + at;
      JsonNode filter = criteria.path("Filters").path(at);
      known(filter, path, Set.of("Pattern"));
      String fault = patternFault(filter.path("Pattern"));
      if (fault != null) {
        faults.accept(path + ".Pattern", fault);
      }
    }
  }

  private static @Nullable String patternFault(JsonNode pattern) {
    if (!pattern.isTextual()) {
      return "a pattern is a text that holds JSON";
    }
    return JsonRuleCompiler.check(pattern.textValue());
  }

  private void destination() {
    JsonNode config = properties.path("DestinationConfig");
    known(config, "DestinationConfig", Set.of("OnFailure"));
    JsonNode onFailure = config.path("OnFailure");
    known(onFailure, "DestinationConfig.OnFailure", Set.of("Destination", "Type"));
    if (!onFailure.path("Type").asText("SQS").equals("SQS")) {
      faults.accept("DestinationConfig.OnFailure.Type", "locally a destination is an SQS queue");
    }
    JsonNode queue = onFailure.path("Destination");
    boolean later = Stream.of(config, onFailure, queue).anyMatch(StreamEvent::isIntrinsic);
    if (!config.isMissingNode() && !later && !queue.asText().startsWith("arn:aws:sqs:")) {
      faults.accept(
          "DestinationConfig.OnFailure.Destination", "locally a destination is an SQS queue");
    }
  }

  private void known(JsonNode object, String path, Set<String> names) {
    for (Map.Entry<String, JsonNode> property : object.properties()) {
      if (!names.contains(property.getKey()) && !isIntrinsic(object)) {
        faults.accept(
            path + "." + property.getKey(),
            "the local runtime does not know this property of DynamoDB");
      }
    }
  }

  private static boolean isIntrinsic(JsonNode value) {
    if (!value.isObject() || value.size() != 1) {
      return false;
    }
    String name = value.fieldNames().next();
    return name.equals("Ref") || name.startsWith("Fn::");
  }
}
