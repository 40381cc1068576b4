package wasl.outbound;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.DateTimeException;
import java.time.Instant;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.event.EventId;
import wasl.event.EventSource;

/// An event as EventBridge gives it to a target, read as far as the fan-out needs it.
///
/// @param text the whole event, for matching
/// @param about the outbound webhook that an event of Wasl's own is about; empty for none
record BusEvent(
    String text,
    String about,
    Tenant tenant,
    EventId id,
    EventSource source,
    String type,
    Instant timestamp,
    int run) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /// Throws `IllegalArgumentException` for what is no event of Wasl's.
  static BusEvent read(String text) {
    try {
      var whole = JSON.readTree(text);
      var detail = whole.path("detail");
      return new BusEvent(
          text,
          detail.path("data").path(OwnEvents.SUBJECT).asText(""),
          new Tenant(
              new ProjectId(word(detail, "project")),
              Environment.of(word(detail, "environment"))
                  .orElseThrow(() -> new IllegalArgumentException("no such environment"))),
          new EventId(word(detail, "id")),
          new EventSource(word(whole, "source")),
          word(detail, "type"),
          Instant.parse(word(detail, "timestamp")),
          detail.path("run").asInt());
    } catch (JsonProcessingException | DateTimeException e) {
      // The cause is left out: its message quotes the text.
      throw new IllegalArgumentException("not an event of Wasl's");
    }
  }

  private static String word(JsonNode json, String name) {
    var value = json.path(name).textValue();
    if (value == null) {
      throw new IllegalArgumentException("an event without " + name);
    }
    return value;
  }

  /// Whether this is an event of Wasl's own that is about this webhook: it is not told about
  /// itself, or its failure would feed on itself.
  boolean isAbout(OutboundWebhookId webhook) {
    return source.equals(EventSource.WASL) && about.equals(webhook.value());
  }
}
