package wasl.inbound;

import java.util.Optional;
import wasl.access.ChangeMark;
import wasl.access.Tenant;
import wasl.connection.ConnectionId;
import wasl.connection.IntegrationId;
import wasl.page.Page;
import wasl.page.PageRequest;

/// Keeps inbound webhooks, each findable by its id and by every live token of its URL.
public interface InboundWebhooks {
  /// Which to list; an absent condition lets all pass.
  record Filter(Optional<IntegrationId> integration, Optional<ConnectionId> connection) {}

  /// Stores a new one; false where the connection or integration that it belongs to is not there
  /// any more.
  boolean create(InboundWebhook webhook, ChangeMark change);

  Optional<InboundWebhook> find(Tenant tenant, InboundWebhookId id);

  /// Newest first.
  Page<InboundWebhook> list(Tenant tenant, Filter filter, PageRequest page);

  /// Replaces `was`; false where another writer came between. A token that `now` no longer has
  /// leads nowhere from then on.
  ///
  /// @param now of version `was.version() + 1`
  boolean save(InboundWebhook was, InboundWebhook now, ChangeMark change);

  /// Deletes it and all that its tokens lead to; false where another writer came between.
  boolean delete(InboundWebhook webhook, ChangeMark change);
}
