package wasl.outbound;

import java.time.Instant;
import java.util.Optional;
import wasl.access.Tenant;

/// What travels on the delivery queue.
public sealed interface DeliveryMessage {
  int VERSION = 1;

  Tenant tenant();

  /// Make this attempt.
  ///
  /// @param attempt its number: where the delivery has gone on since, the message is stale
  record Deliver(Tenant tenant, DeliveryId delivery, int attempt) implements DeliveryMessage {}

  /// Do something with many of a webhook's deliveries, page by page: each page's message sends the
  /// next.
  ///
  /// @param job the same for all pages
  /// @param cursor where this page begins; empty for the first
  record Sweep(
      Tenant tenant,
      OutboundWebhookId webhook,
      Task task,
      String job,
      Instant since,
      Instant until,
      Optional<String> cursor)
      implements DeliveryMessage {}

  /// What a sweep does.
  enum Task {
    /// Every dead or cancelled delivery goes out again, in a new run.
    RECOVER,
    /// The webhook was disabled or deleted: what is pending is cancelled.
    CANCEL,
    /// The webhook was resumed: what is pending is sent.
    WAKE
  }
}
