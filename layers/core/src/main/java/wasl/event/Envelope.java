package wasl.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import wasl.access.Tenant;

/// The one form in which every event flows through Wasl; on the bus it is the `detail`.
///
/// @param timestamp when it happened
/// @param provider the provider's id, for events from a provider
/// @param connection the connection's id, where one is known
/// @param data one JSON value, as the provider sent it: its bytes are written through unchanged
/// @param run 0 for the first routing, then one more for each replay, redelivery or recovery
public record Envelope(
    EventId id,
    String type,
    Instant timestamp,
    Tenant tenant,
    Optional<String> provider,
    Optional<String> connection,
    Payload data,
    int run) {
  public static final int VERSION = 1;

  /// Larger data stays off the bus; `dataRef` stands instead.
  public static final int MOST_DATA_BYTES_ON_BUS = 200 * 1024;

  private static final JsonFactory JSON = new JsonFactory();

  /// What an envelope carries: the data itself, or where it lies.
  public sealed interface Payload {
    /// @param json one JSON value in UTF-8
    record Inline(byte[] json) implements Payload {
      @Override
      public boolean equals(Object other) {
        return other instanceof Inline that && java.util.Arrays.equals(json, that.json);
      }

      @Override
      public int hashCode() {
        return java.util.Arrays.hashCode(json);
      }

      @Override
      public String toString() {
        return "Inline(" + json.length + " bytes)";
      }
    }

    /// @param ref where the archive keeps the body
    record ByReference(BodyRef ref) implements Payload {}

    /// Inline up to the bus's limit, else by reference.
    static Payload of(byte[] json, BodyRef ref) {
      return json.length <= MOST_DATA_BYTES_ON_BUS ? new Inline(json) : new ByReference(ref);
    }
  }

  public Envelope {
    timestamp = timestamp.truncatedTo(ChronoUnit.MILLIS);
  }

  /// `{id, type, timestamp, project, environment, provider?, connection?, data | dataRef, run,
  /// version}`.
  public byte[] detail() {
    return write(json -> {
      json.writeStringField("id", id.value());
      json.writeStringField("type", type);
      json.writeStringField("timestamp", time(timestamp));
      json.writeStringField("project", tenant.project().value());
      json.writeStringField("environment", tenant.environment().wireName());
      if (provider.isPresent()) {
        json.writeStringField("provider", provider.get());
      }
      if (connection.isPresent()) {
        json.writeStringField("connection", connection.get());
      }
      switch (data) {
        case Payload.Inline(byte[] raw) -> writeRaw(json, "data", raw);
        case Payload.ByReference(BodyRef ref) -> json.writeStringField("dataRef", ref.toString());
      }
      json.writeNumberField("run", run);
      json.writeNumberField("version", VERSION);
    });
  }

  /// What a receiver of an outbound webhook gets: `{id, type, timestamp, data, connection?,
  /// provider?}`.
  ///
  /// @param fullData the data, also where the envelope itself has only a reference
  public byte[] delivered(byte[] fullData) {
    return write(json -> {
      json.writeStringField("id", id.value());
      json.writeStringField("type", type);
      json.writeStringField("timestamp", time(timestamp));
      writeRaw(json, "data", fullData);
      if (connection.isPresent()) {
        json.writeStringField("connection", connection.get());
      }
      if (provider.isPresent()) {
        json.writeStringField("provider", provider.get());
      }
    });
  }

  /// RFC 3339 in UTC with milliseconds, always of the same width, so that text order is time order.
  public static String time(Instant time) {
    return TIME.format(time.atOffset(java.time.ZoneOffset.UTC));
  }

  /// The type as EventBridge's `detail-type` takes it: at most 128 of `[A-Za-z0-9_.:/-]`, others
  /// become `_`.
  public String detailType() {
    var out = new StringBuilder();
    for (int at = 0; at < type.length() && out.length() < 128; at++) {
      char c = type.charAt(at);
      boolean allowed =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "_.:/-".indexOf(c) >= 0;
      out.append(allowed ? c : '_');
    }
    return out.toString();
  }

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", java.util.Locale.ROOT);

  private interface Fields {
    void writeTo(JsonGenerator json) throws IOException;
  }

  private static byte[] write(Fields fields) {
    var out = new ByteArrayOutputStream();
    try (var json = JSON.createGenerator(out)) {
      json.writeStartObject();
      fields.writeTo(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  // Raw, so that numbers and key order stay exactly as they were sent.
  private static void writeRaw(JsonGenerator json, String name, byte[] raw) throws IOException {
    json.writeFieldName(name);
    json.writeRawValue(new String(raw, StandardCharsets.UTF_8));
  }
}
