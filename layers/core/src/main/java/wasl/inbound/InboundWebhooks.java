package wasl.inbound;

import java.util.List;
import java.util.Optional;
import wasl.access.Tenant;

/// Keeps inbound webhooks, each findable by its id and by every live token of its URL.
public interface InboundWebhooks {
  /// Stores a new one; false where its id is taken already.
  boolean create(InboundWebhook webhook);

  Optional<InboundWebhook> find(Tenant tenant, InboundWebhookId id);

  /// Newest first, at most `limit`; of those made before `cursor`, where one is given.
  ///
  /// @param cursor the last one of the page before
  List<InboundWebhook> list(Tenant tenant, Optional<InboundWebhook> cursor, int limit);

  /// Replaces `was`; false where another writer came between. A token that `now` no longer has
  /// leads nowhere from then on.
  ///
  /// @param now of version `was.version() + 1`
  boolean save(InboundWebhook was, InboundWebhook now);

  /// Deletes it and all that its tokens lead to; false where another writer came between.
  boolean delete(InboundWebhook webhook);
}
