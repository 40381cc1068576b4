package wasl.aws;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import wasl.vault.DataKeys;
import wasl.web.Headers;
import wasl.web.Problem;
import wasl.web.Response;

/// Turns API Gateway's HTTP events (payload format 2.0) into requests, and answers into what API
/// Gateway takes.
///
/// Reads with the streaming parser: data binding costs 150 ms of a cold start.
public final class HttpEdge {
  private static final JsonFactory JSON = new JsonFactory();

  // Throttling and a failing AWS zone are over in seconds, or in much longer.
  private static final Duration TRY_AGAIN = Duration.ofSeconds(5);

  private HttpEdge() {}

  /// The event came from something else than API Gateway: a direct invocation.
  public static final class NotHttp extends RuntimeException {
    private final transient byte[] event;

    NotHttp(byte[] event) {
      super("not an HTTP event of payload format 2.0");
      this.event = event;
    }

    /// The event as it came.
    public byte[] event() {
      return event;
    }
  }

  /// Reads an HTTP event; ignores fields that it does not know. Throws [NotHttp] for any other.
  public static HttpEvent read(InputStream in) throws IOException {
    var bytes = in.readAllBytes();
    var fields = new Fields();
    try (var json = JSON.createParser(bytes)) {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        fields.readEvent(json);
      }
    }
    if (!fields.version.equals("2.0") || fields.method.isEmpty()) {
      throw new NotHttp(bytes);
    }
    return fields.event();
  }

  /// Writes an answer; a body that is not text goes as base64.
  public static void write(Response response, OutputStream out) throws IOException {
    try (var json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("statusCode", response.status());
      json.writeObjectFieldStart("headers");
      for (var header : response.headers().entrySet()) {
        json.writeStringField(header.getKey(), header.getValue());
      }
      json.writeEndObject();
      if (!response.cookies().isEmpty()) {
        json.writeArrayFieldStart("cookies");
        for (var cookie : response.cookies()) {
          json.writeString(cookie);
        }
        json.writeEndArray();
      }
      var text = isText(response.headers().getOrDefault("content-type", ""));
      json.writeBooleanField("isBase64Encoded", !text);
      json.writeStringField(
          "body",
          text
              ? new String(response.body(), StandardCharsets.UTF_8)
              : Base64.getEncoder().encodeToString(response.body()));
      json.writeEndObject();
    }
  }

  /// Answers one HTTP event, and logs one line about it.
  ///
  /// Whatever `answer` throws becomes a bare 503 where AWS is at fault for now ([Outage]), else a
  /// bare 500, each with the request id: the caller learns nothing, the log the classes of the
  /// exception and its causes.
  public static void handle(
      InputStream in,
      OutputStream out,
      Context context,
      Log log,
      Function<HttpEvent, Response> answer)
      throws IOException {
    handle(in, out, log, (event, line) -> answer.apply(event));
  }

  /// As the first, for a function that has more to say in that line, or something to count.
  public static void handle(
      InputStream in, OutputStream out, Log log, BiFunction<HttpEvent, Log.Line, Response> answer)
      throws IOException {
    handle(in, out, log, answer, HttpEdge::asJson);
  }

  /// As the first, for a function that speaks to people: what goes wrong is told in its words.
  public static void handle(
      InputStream in,
      OutputStream out,
      Log log,
      BiFunction<HttpEvent, Log.Line, Response> answer,
      BiFunction<HttpEvent, Problem, Response> words)
      throws IOException {
    long start = System.nanoTime();
    answer(read(in), out, log, answer, words, start);
  }

  /// As the first, for a function that is also invoked directly.
  ///
  /// @param direct answers such an event: JSON in, JSON out; what it throws fails the invocation
  public static void handle(
      InputStream in,
      OutputStream out,
      Context context,
      Log log,
      Function<HttpEvent, Response> answer,
      Function<byte[], byte[]> direct)
      throws IOException {
    long start = System.nanoTime();
    HttpEvent event;
    try {
      event = read(in);
    } catch (NotHttp other) {
      out.write(direct.apply(other.event()));
      log.forRequest(context.getAwsRequestId())
          .info("invoked directly")
          .with("durationMs", millisSince(start))
          .write();
      return;
    }
    answer(event, out, log, (http, line) -> answer.apply(http), HttpEdge::asJson, start);
  }

  private static void answer(
      HttpEvent event,
      OutputStream out,
      Log log,
      BiFunction<HttpEvent, Log.Line, Response> answer,
      BiFunction<HttpEvent, Problem, Response> words,
      long start)
      throws IOException {
    var scoped = log.forRequest(event.requestId());
    var line = scoped.info("answered");
    var response = guarded(event, scoped, line, answer, words);
    write(response, out);
    if (response.status() >= 400 && response.status() < 500) {
      line.count(Metric.REQUEST_REFUSED);
    }
    line.with("method", event.method())
        .with("status", response.status())
        .with("bytes", event.body().length)
        .with("durationMs", millisSince(start))
        .write();
  }

  private static Response guarded(
      HttpEvent event,
      Log log,
      Log.Line line,
      BiFunction<HttpEvent, Log.Line, Response> answer,
      BiFunction<HttpEvent, Problem, Response> words) {
    try {
      return answer.apply(event, line);
    } catch (DataKeys.KeyGone erased) {
      // Of a project that was erased while this was on its way there is nothing any more.
      return words.apply(event, Problem.notFound());
    } catch (RuntimeException e) {
      if (Outage.is(e)) {
        log.error("unavailable").with(e).count(Metric.REQUEST_FAILED).write();
        return words.apply(event, Problem.unavailable(TRY_AGAIN));
      }
      log.error("unexpected").with(e).count(Metric.REQUEST_FAILED).write();
      return words.apply(
          event,
          new Problem(
              500,
              "internal",
              "Something went wrong here",
              "the log of this request says more; its id is the instance"));
    }
  }

  private static Response asJson(HttpEvent event, Problem problem) {
    return problem.response(event.requestId());
  }

  private static long millisSince(long start) {
    return (System.nanoTime() - start) / 1_000_000;
  }

  private static boolean isText(String contentType) {
    return contentType.isEmpty()
        || contentType.startsWith("text/")
        || contentType.startsWith("application/json")
        || contentType.startsWith("application/x-ndjson")
        || contentType.startsWith("application/problem+json");
  }

  /// What is gathered of an event while it is read.
  private static final class Fields {
    private String version = "";
    private String rawPath = "/";
    private String rawQuery = "";
    private String body = "";
    private boolean base64;
    private String domainName = "";
    private String requestId = "";
    private String method = "";
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final Map<String, String> pathParameters = new LinkedHashMap<>();
    private final List<String> cookies = new ArrayList<>();

    private void readEvent(JsonParser json) throws IOException {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var name = json.currentName();
        json.nextToken();
        switch (name) {
          case "version" -> version = json.getText();
          case "rawPath" -> rawPath = json.getText();
          case "rawQueryString" -> rawQuery = json.getText();
          case "headers" -> readTexts(json, headers);
          case "pathParameters" -> readTexts(json, pathParameters);
          case "cookies" -> readCookies(json);
          case "requestContext" -> readContext(json);
          case "isBase64Encoded" -> base64 = json.currentToken() == JsonToken.VALUE_TRUE;
          case "body" -> body = json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : "";
          default -> json.skipChildren();
        }
      }
    }

    private void readContext(JsonParser json) throws IOException {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        json.skipChildren();
        return;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var name = json.currentName();
        json.nextToken();
        switch (name) {
          case "domainName" -> domainName = json.getText();
          case "requestId" -> requestId = json.getText();
          case "http" -> readHttp(json);
          default -> json.skipChildren();
        }
      }
    }

    private void readHttp(JsonParser json) throws IOException {
      var http = new LinkedHashMap<String, String>();
      readTexts(json, http);
      method = http.getOrDefault("method", "");
    }

    private void readCookies(JsonParser json) throws IOException {
      if (json.currentToken() != JsonToken.START_ARRAY) {
        json.skipChildren();
        return;
      }
      while (json.nextToken() == JsonToken.VALUE_STRING) {
        cookies.add(json.getText());
      }
    }

    private static void readTexts(JsonParser json, Map<String, String> into) throws IOException {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        json.skipChildren();
        return;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var name = json.currentName();
        if (json.nextToken() == JsonToken.VALUE_STRING) {
          into.put(name, json.getText());
        } else {
          json.skipChildren();
        }
      }
    }

    private HttpEvent event() {
      if (!cookies.isEmpty()) {
        headers.put("cookie", String.join("; ", cookies));
      }
      return new HttpEvent(
          requestId,
          method,
          rawPath,
          rawQuery,
          pathParameters,
          new Headers(headers),
          base64 ? Base64.getDecoder().decode(body) : body.getBytes(StandardCharsets.UTF_8),
          domainName);
    }
  }
}
