package wasl.outbound;

import java.util.List;
import java.util.Optional;
import wasl.access.ChangeMark;
import wasl.access.Tenant;
import wasl.page.Page;
import wasl.page.PageRequest;

/// Keeps outbound webhooks.
public interface OutboundWebhookStore {
  /// Strongly consistent.
  Optional<OutboundWebhook> find(Tenant tenant, OutboundWebhookId id);

  /// All of a tenant's; eventually consistent.
  List<OutboundWebhook> all(Tenant tenant);

  /// Newest first.
  Page<OutboundWebhook> list(Tenant tenant, PageRequest page);

  /// Stores a new one; false where its tenant has so many already. Of those who race for the last
  /// place one gets it.
  boolean create(OutboundWebhook webhook, int most, ChangeMark change);

  /// Stores the next version; false where another change came between.
  boolean save(OutboundWebhook webhook, ChangeMark change);

  /// False where there was none.
  boolean delete(Tenant tenant, OutboundWebhookId id, ChangeMark change);
}
