package wasl.outbound;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;

/// Writes and reads what travels on the delivery queue. The text is frozen: a message may outlive a
/// release.
public final class DeliveryMessages {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private DeliveryMessages() {}

  public static String write(DeliveryMessage message) {
    var json =
        JSON.createObjectNode()
            .put("v", DeliveryMessage.VERSION)
            .put("project", message.tenant().project().value())
            .put("environment", message.tenant().environment().wireName());
    switch (message) {
      case DeliveryMessage.Deliver deliver ->
          json.put("delivery", deliver.delivery().value()).put("attempt", deliver.attempt());
      case DeliveryMessage.Sweep sweep -> {
        json.put("sweep", sweep.task().name().toLowerCase(Locale.ROOT))
            .put("outboundWebhook", sweep.webhook().value())
            .put("job", sweep.job())
            .put("since", sweep.since().toString())
            .put("until", sweep.until().toString());
        sweep.cursor().ifPresent(cursor -> json.put("cursor", cursor));
      }
    }
    return json.toString();
  }

  /// Throws `IllegalArgumentException` for what is no message of this version or the one before.
  public static DeliveryMessage read(String text) {
    try {
      var json = JSON.readTree(text);
      if (json.path("v").asInt() != DeliveryMessage.VERSION) {
        throw new IllegalArgumentException("not a delivery message of a version that is known");
      }
      var tenant =
          new Tenant(
              new ProjectId(word(json, "project")),
              Environment.of(word(json, "environment"))
                  .orElseThrow(() -> new IllegalArgumentException("no such environment")));
      return json.has("sweep")
          ? sweep(tenant, json)
          : new DeliveryMessage.Deliver(
              tenant, new DeliveryId(word(json, "delivery")), json.path("attempt").asInt());
    } catch (JsonProcessingException | DateTimeException notOne) {
      throw new IllegalArgumentException("not a delivery message", notOne);
    }
  }

  private static DeliveryMessage.Sweep sweep(Tenant tenant, JsonNode json) {
    return new DeliveryMessage.Sweep(
        tenant,
        new OutboundWebhookId(word(json, "outboundWebhook")),
        DeliveryMessage.Task.valueOf(word(json, "sweep").toUpperCase(Locale.ROOT)),
        word(json, "job"),
        Instant.parse(word(json, "since")),
        Instant.parse(word(json, "until")),
        Optional.ofNullable(json.path("cursor").textValue()));
  }

  private static String word(JsonNode json, String name) {
    var value = json.path(name).textValue();
    if (value == null) {
      throw new IllegalArgumentException("a delivery message without " + name);
    }
    return value;
  }
}
