package wasl.inbound;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.connection.ConnectionId;
import wasl.connection.IntegrationId;
import wasl.event.ArchivedBody;
import wasl.event.BodyRef;
import wasl.event.EventId;
import wasl.event.EventKey;
import wasl.inbound.InboundMessage.Body;
import wasl.inbound.InboundMessage.Published;
import wasl.inbound.InboundMessage.Received;
import wasl.inbound.InboundMessage.Replay;
import wasl.inbound.InboundMessage.ReplayRange;
import wasl.web.Headers;

/// Writes and reads the messages of the inbound queue: JSON, frozen, since a message may be read by
/// the next release of this code. Bodies are base64, times milliseconds since 1970.
public final class InboundMessages {
  // A queue refuses some characters that JSON allows; escaped, all text is plain ASCII.
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .configure(com.fasterxml.jackson.core.json.JsonWriteFeature.ESCAPE_NON_ASCII, true)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private InboundMessages() {}

  /// The text is no message of the inbound queue, or one of another version. Says what is wrong
  /// with it, and quotes nothing of it but its version.
  public static final class Malformed extends RuntimeException {
    Malformed(String why) {
      super("not an inbound message: " + why);
    }
  }

  public static String write(InboundMessage message) {
    var out = new StringWriter();
    try (var json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("v", InboundMessage.VERSION);
      switch (message) {
        case Received received -> {
          begin(json, "received", message);
          write(json, received);
        }
        case Published published -> {
          begin(json, "published", message);
          json.writeStringField("id", published.id().value());
          json.writeStringField("key", HexFormat.of().formatHex(published.key().bytes()));
          json.writeStringField("type", published.type());
          json.writeNumberField("at", published.at().toEpochMilli());
          write(json, published.body());
        }
        case Replay replay -> {
          begin(json, "replay", message);
          json.writeStringField("id", replay.id().value());
          json.writeNumberField("run", replay.run());
        }
        case ReplayRange range -> {
          begin(json, "replayRange", message);
          json.writeStringField("job", range.job());
          write(json, "type", range.type());
          write(json, "status", range.status());
          json.writeNumberField("since", range.since().toEpochMilli());
          json.writeNumberField("until", range.until().toEpochMilli());
          write(json, "cursor", range.cursor());
        }
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writes to memory only", e);
    }
    return out.toString();
  }

  /// Reads what [#write] wrote; ignores fields that it does not know. Throws [Malformed] for
  /// anything else.
  public static InboundMessage read(String text) {
    var fields = fields(text);
    fields.demandVersion();
    try {
      return message(fields);
    } catch (IllegalArgumentException e) {
      throw new Malformed("a field has a wrong value");
    }
  }

  private static InboundMessage message(Fields fields) {
    var tenant =
        new Tenant(
            new ProjectId(fields.text("project")),
            Environment.of(fields.text("environment"))
                .orElseThrow(() -> new Malformed("\"environment\" is none")));
    return switch (fields.text("kind")) {
      case "received" ->
          new Received(
              tenant,
              new InboundWebhookId(fields.text("webhook")),
              fields.text("owner"),
              fields.text("provider"),
              new IntegrationId(fields.text("integration")),
              fields.optional("connection").map(ConnectionId::new),
              fields.optional("webhookSpec"),
              fields.text("requestId"),
              fields.body());
      case "published" ->
          new Published(
              tenant,
              new EventId(fields.text("id")),
              new EventKey(HexFormat.of().parseHex(fields.text("key"))),
              fields.text("type"),
              fields.time("at"),
              fields.body());
      case "replay" ->
          new Replay(tenant, new EventId(fields.text("id")), (int) fields.number("run"));
      case "replayRange" ->
          new ReplayRange(
              tenant,
              fields.text("job"),
              fields.optional("type"),
              fields.optional("status"),
              fields.time("since"),
              fields.time("until"),
              fields.optional("cursor"));
      default -> throw new Malformed("\"kind\" is none that this code knows");
    };
  }

  private static void begin(JsonGenerator json, String kind, InboundMessage message)
      throws IOException {
    json.writeStringField("kind", kind);
    json.writeStringField("project", message.tenant().project().value());
    json.writeStringField("environment", message.tenant().environment().wireName());
  }

  private static void write(JsonGenerator json, Received received) throws IOException {
    json.writeStringField("webhook", received.webhook().value());
    json.writeStringField("owner", received.owner());
    json.writeStringField("provider", received.provider());
    json.writeStringField("integration", received.integration().value());
    write(json, "connection", received.connection().map(ConnectionId::value));
    write(json, "webhookSpec", received.webhookSpec());
    json.writeStringField("requestId", received.requestId());
    write(json, received.body());
  }

  private static void write(JsonGenerator json, Body body) throws IOException {
    json.writeObjectFieldStart("body");
    switch (body) {
      case Body.ByReference(BodyRef ref) -> json.writeStringField("ref", ref.toString());
      case Body.Inline(ArchivedBody inline) -> {
        json.writeStringField("method", inline.method());
        json.writeStringField("rawQuery", inline.rawQuery());
        json.writeObjectFieldStart("headers");
        for (var header : inline.headers().values().entrySet()) {
          json.writeStringField(header.getKey(), header.getValue());
        }
        json.writeEndObject();
        json.writeNumberField("receivedAt", inline.receivedAt().toEpochMilli());
        json.writeStringField("base64", Base64.getEncoder().encodeToString(inline.body()));
      }
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, String name, Optional<String> value)
      throws IOException {
    if (value.isPresent()) {
      json.writeStringField(name, value.get());
    }
  }

  private static Fields fields(String text) {
    try (var json = JSON.createParser(text)) {
      var fields = Fields.of(json);
      if (json.nextToken() != null) {
        throw new Malformed("something stands behind its end");
      }
      return fields;
    } catch (IOException e) {
      // Without its cause, which quotes the text.
      throw new Malformed("it is no JSON");
    }
  }

  /// An object's texts and numbers, and its objects by name.
  private record Fields(
      Map<String, String> texts, Map<String, Long> numbers, Map<String, Fields> objects) {

    static Fields of(JsonParser json) throws IOException {
      if (json.currentToken() == null) {
        json.nextToken();
      }
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw new Malformed("it is no JSON object");
      }
      var fields = new Fields(new LinkedHashMap<>(), new HashMap<>(), new HashMap<>());
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var name = json.currentName();
        switch (json.nextToken()) {
          case VALUE_STRING -> fields.texts.put(name, json.getText());
          case VALUE_NUMBER_INT -> fields.numbers.put(name, json.getLongValue());
          case START_OBJECT -> fields.objects.put(name, of(json));
          case null, default -> json.skipChildren();
        }
      }
      return fields;
    }

    void demandVersion() {
      var version = numbers.get("v");
      if (version == null || version != InboundMessage.VERSION) {
        throw new Malformed(
            "its version is "
                + (version == null ? "missing" : version)
                + ", this code reads "
                + InboundMessage.VERSION);
      }
    }

    String text(String name) {
      return present(texts.get(name), name);
    }

    Optional<String> optional(String name) {
      return Optional.ofNullable(texts.get(name));
    }

    long number(String name) {
      return present(numbers.get(name), name);
    }

    Instant time(String name) {
      return Instant.ofEpochMilli(number(name));
    }

    Body body() {
      var body = present(objects.get("body"), "body");
      var ref = body.optional("ref");
      if (ref.isPresent()) {
        return new Body.ByReference(BodyRef.parse(ref.get()));
      }
      return new Body.Inline(
          new ArchivedBody(
              body.text("method"),
              body.text("rawQuery"),
              new Headers(present(body.objects.get("headers"), "headers").texts),
              Base64.getDecoder().decode(body.text("base64")),
              body.time("receivedAt")));
    }

    private static <T> T present(@Nullable T value, String name) {
      if (value == null) {
        throw new Malformed("\"" + name + "\" is missing or of a wrong type");
      }
      return value;
    }
  }
}
