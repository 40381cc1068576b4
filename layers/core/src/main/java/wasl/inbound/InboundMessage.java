package wasl.inbound;

import java.time.Instant;
import java.util.Optional;
import wasl.access.Tenant;
import wasl.connection.ConnectionId;
import wasl.connection.IntegrationId;
import wasl.event.ArchivedBody;
import wasl.event.BodyRef;
import wasl.event.EventId;
import wasl.event.EventKey;

/// What travels on the inbound queue, from those who accept to the event router.
public sealed interface InboundMessage {
  int VERSION = 1;

  /// A larger message goes to the archive first, and travels as a reference.
  int MOST_BYTES = 200 * 1024;

  Tenant tenant();

  /// The body itself, or where the archive keeps it already.
  sealed interface Body {
    record Inline(ArchivedBody body) implements Body {}

    record ByReference(BodyRef ref) implements Body {}
  }

  /// A verified webhook of a provider.
  ///
  /// @param owner within what the provider's event ids are unique
  /// @param webhookSpec the `webhook` section as JSON where it stands in the integration's
  ///   `config`, so that an event accepted under it is read by it, whatever becomes of the
  ///   integration; absent where the provider's manifest has it
  /// @param requestId the key of an event that has neither id nor signed time
  record Received(
      Tenant tenant,
      InboundWebhookId webhook,
      String owner,
      String provider,
      IntegrationId integration,
      Optional<ConnectionId> connection,
      Optional<String> webhookSpec,
      String requestId,
      Body body)
      implements InboundMessage {}

  /// An event that the user published; its body is `data`.
  record Published(Tenant tenant, EventId id, EventKey key, String type, Instant at, Body body)
      implements InboundMessage {}

  /// Put this event on the bus again, as this run.
  record Replay(Tenant tenant, EventId id, int run) implements InboundMessage {}

  /// Replay every event that matches, page by page; each page's message sends the next.
  record ReplayRange(
      Tenant tenant,
      String job,
      Optional<String> type,
      Optional<String> status,
      Instant since,
      Instant until,
      Optional<String> cursor)
      implements InboundMessage {}
}
