package wasl.aws;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// Writes a function's log: one JSON object a line, with the function, the request and the event in
/// every one, and CloudWatch's embedded metrics where a line counts something.
///
/// Give it ids, sizes, verdicts, names of classes; never a body, a header or a secret. That holds
/// for an exception's message too, so of exceptions it writes only their classes and frames.
public final class Log {
  /// Of its metrics in CloudWatch.
  public static final String NAMESPACE = "Wasl";

  private static final int MOST_FRAMES = 12;
  private static final int MOST_CAUSES = 5;
  private static final JsonFactory JSON = new JsonFactory();

  private final String function;
  private final PrintStream out;
  private final InstantSource clock;
  private final String requestId;
  private final String eventId;

  public Log(String function, PrintStream out, InstantSource clock) {
    this(function, out, clock, "", "");
  }

  private Log(
      String function, PrintStream out, InstantSource clock, String requestId, String eventId) {
    this.function = function;
    this.out = out;
    this.clock = clock;
    this.requestId = requestId;
    this.eventId = eventId;
  }

  /// The log of a function, under the name that Lambda runs it by.
  ///
  /// @param function its name where Lambda gave it none
  public static Log ofFunction(String function) {
    return new Log(
        System.getenv().getOrDefault("AWS_LAMBDA_FUNCTION_NAME", function),
        System.out,
        InstantSource.system());
  }

  /// The same log, in an invocation.
  public Log forRequest(String id) {
    return new Log(function, out, clock, id, eventId);
  }

  /// The same log, about one event or, in a batch, one message.
  public Log forEvent(String id) {
    return new Log(function, out, clock, requestId, id);
  }

  public Line info(String message) {
    return new Line("INFO", message);
  }

  public Line warn(String message) {
    return new Line("WARN", message);
  }

  public Line error(String message) {
    return new Line("ERROR", message);
  }

  /// A line being made; [#write()] ends it.
  public final class Line {
    private final String level;
    private final String message;
    private final Map<String, Object> fields = new LinkedHashMap<>();
    private final Map<Metric, Long> metrics = new EnumMap<>(Metric.class);

    private Line(String level, String message) {
      this.level = level;
      this.message = message;
    }

    public Line with(String name, String value) {
      fields.put(name, value);
      return this;
    }

    public Line with(String name, long value) {
      fields.put(name, value);
      return this;
    }

    /// Names the exception's class and frames, and those of its causes, without their messages.
    public Line with(Throwable thrown) {
      var text = new StringBuilder();
      Throwable cause = thrown;
      for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++, cause = cause.getCause()) {
        text.append(depth == 0 ? "" : "\ncaused by ").append(cause.getClass().getName());
        var frames = cause.getStackTrace();
        for (int at = 0; at < Math.min(frames.length, MOST_FRAMES); at++) {
          text.append("\n  at ").append(frames[at]);
        }
      }
      return with("error", thrown.getClass().getName()).with("stack", text.toString());
    }

    /// Adds to a metric.
    public Line count(Metric metric, long many) {
      metrics.merge(metric, many, Long::sum);
      return this;
    }

    public Line count(Metric metric) {
      return count(metric, 1);
    }

    /// Writes the line, in one write, so that lines of parallel threads do not mix.
    public void write() {
      var line = new ByteArrayOutputStream(512);
      try (var json = JSON.createGenerator(line)) {
        write(json);
      } catch (IOException e) {
        throw new UncheckedIOException("writes to memory only", e);
      }
      line.write('\n');
      out.write(line.toByteArray(), 0, line.size());
      out.flush();
    }

    private void write(JsonGenerator json) throws IOException {
      json.writeStartObject();
      json.writeNumberField("timestamp", clock.millis());
      json.writeStringField("level", level);
      json.writeStringField("function", function);
      json.writeStringField("requestId", requestId);
      json.writeStringField("eventId", eventId);
      json.writeStringField("message", message);
      for (var field : fields.entrySet()) {
        if (field.getValue() instanceof Long number) {
          json.writeNumberField(field.getKey(), number);
        } else {
          json.writeStringField(field.getKey(), field.getValue().toString());
        }
      }
      if (!metrics.isEmpty()) {
        writeMetrics(json);
      }
      json.writeEndObject();
    }

    // CloudWatch's embedded metric format: the declaration under "_aws", the values beside it.
    private void writeMetrics(JsonGenerator json) throws IOException {
      for (var metric : metrics.entrySet()) {
        json.writeNumberField(metric.getKey().cloudWatchName(), metric.getValue());
      }
      json.writeObjectFieldStart("_aws");
      json.writeNumberField("Timestamp", clock.millis());
      json.writeArrayFieldStart("CloudWatchMetrics");
      json.writeStartObject();
      json.writeStringField("Namespace", NAMESPACE);
      json.writeArrayFieldStart("Dimensions");
      json.writeStartArray();
      json.writeString("function");
      json.writeEndArray();
      json.writeEndArray();
      json.writeArrayFieldStart("Metrics");
      for (var metric : metrics.keySet()) {
        json.writeStartObject();
        json.writeStringField("Name", metric.cloudWatchName());
        json.writeStringField("Unit", "Count");
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeEndArray();
      json.writeEndObject();
    }
  }
}
