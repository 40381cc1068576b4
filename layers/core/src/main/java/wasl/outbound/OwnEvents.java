package wasl.outbound;

import java.time.Instant;
import java.util.Map;
import wasl.access.Tenant;

/// Raises Wasl's own events about outbound webhooks and deliveries.
public interface OwnEvents {
  /// The field of an event's data that names the outbound webhook it is about.
  String SUBJECT = "outboundWebhook";

  /// @param type `webhook:failing`
  /// @param about its subject, and when or why: the same happening, told twice, is one event
  /// @param data one JSON object
  record OwnEvent(Tenant tenant, String type, String about, Instant at, Map<String, Object> data) {
    public OwnEvent {
      data = Map.copyOf(data);
    }
  }

  /// Durable when it returns; throws where it could not be raised.
  void raise(OwnEvent event);
}
