package wasl.outbound;

import java.util.List;
import java.util.Optional;
import wasl.access.Tenant;

/// Keeps outbound webhooks.
public interface OutboundWebhookStore {
  /// Strongly consistent.
  Optional<OutboundWebhook> find(Tenant tenant, OutboundWebhookId id);

  /// All of a tenant's; eventually consistent.
  List<OutboundWebhook> all(Tenant tenant);

  /// @param nextCursor what to ask with for the rest; empty at the end
  record Page(List<OutboundWebhook> webhooks, Optional<String> nextCursor) {
    public Page {
      webhooks = List.copyOf(webhooks);
    }
  }

  /// Newest first.
  Page list(Tenant tenant, int limit, Optional<String> cursor);

  /// Puts it unless it is there; answers the one that is there now.
  OutboundWebhook create(OutboundWebhook webhook);

  /// Stores the next version; false where another change came between.
  boolean save(OutboundWebhook webhook);

  /// False where there was none.
  boolean delete(Tenant tenant, OutboundWebhookId id);
}
