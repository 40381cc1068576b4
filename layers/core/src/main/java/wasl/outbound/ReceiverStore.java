package wasl.outbound;

import java.time.Instant;
import java.util.List;
import wasl.access.Tenant;

/// Keeps how receivers fare, and the slots that bound what is in flight to each.
public interface ReceiverStore {
  Receiver find(Tenant tenant, OutboundWebhookId webhook);

  /// Counts one more failure in a row; answers the record after it. The attempt that was counted
  /// last counts no second time, should its recording have been cut off.
  Receiver failed(
      Tenant tenant, OutboundWebhookId webhook, DeliveryId delivery, int attempt, Instant at);

  /// Holds everything back until then; a later hold that stands is kept.
  void hold(Tenant tenant, OutboundWebhookId webhook, Instant until);

  /// Says that `webhook:failing` was raised for the failures since then.
  void told(Tenant tenant, OutboundWebhookId webhook, Instant failingSince);

  /// It answered: forgets the failures since then, not those of a later row.
  void recovered(Tenant tenant, OutboundWebhookId webhook, Instant failingSince);

  /// Forgets everything: the webhook was enabled anew, or deleted.
  void forget(Tenant tenant, OutboundWebhookId webhook);

  /// One of the leases that bound the deliveries in flight to one webhook.
  record Slot(Tenant tenant, OutboundWebhookId webhook, int number, String owner) {}

  /// Takes free slots, as many as are wanted or as there are, by one write.
  ///
  /// @param slots how many there are altogether
  /// @param until when they free themselves, should their holder die
  List<Slot> take(
      Tenant tenant, OutboundWebhookId webhook, int wanted, int slots, Instant now, Instant until);

  /// Gives slots of one webhook, taken together, back by one write.
  ///
  /// @param freeAt from when others may take them
  void release(List<Slot> taken, Instant freeAt);
}
