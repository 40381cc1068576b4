package wasl.aws;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import wasl.access.ChangeMark;
import wasl.access.Tenant;
import wasl.aws.DynamoTable.Write;
import wasl.connection.ConnectionId;
import wasl.id.IdTaken;
import wasl.inbound.InboundWebhook;
import wasl.inbound.InboundWebhookId;
import wasl.inbound.InboundWebhooks;
import wasl.page.Page;
import wasl.page.PageRequest;

/// Keeps inbound webhooks in the table `Connections`: a record, and a copy under the hash of each
/// live token, always written together.
public final class DynamoInboundWebhooks implements InboundWebhooks {
  private static final String SAME_VERSION = "#" + InboundWebhookItem.VERSION + " = :was";

  private final DynamoTable table;

  public DynamoInboundWebhooks(DynamoTable connections) {
    this.table = connections;
  }

  @Override
  public boolean create(InboundWebhook webhook, ChangeMark change) {
    var writes = new ArrayList<Write>();
    // Settles a creation that races with the deletion of what the webhook is to belong to.
    writes.add(Write.Check.present(owner(webhook)));
    writes.add(Holders.count(owner(webhook), Holders.WEBHOOKS, 1));
    writes.add(Write.Put.ofDrawnId(ChangeMarks.marked(InboundWebhookItem.record(webhook), change)));
    for (var token : webhook.tokens()) {
      writes.add(Write.Put.ifAbsent(InboundWebhookItem.copy(webhook, token)));
    }
    var held = table.settle(writes);
    if (!held.get(2)) {
      throw new IdTaken("an inbound webhook");
    }
    return !held.contains(false);
  }

  @Override
  public Optional<InboundWebhook> find(Tenant tenant, InboundWebhookId id) {
    return table.get(InboundWebhookItem.key(tenant, id)).map(InboundWebhookItem::read);
  }

  @Override
  public Page<InboundWebhook> list(Tenant tenant, Filter filter, PageRequest page) {
    var conditions = new ArrayList<String>();
    var values = new HashMap<String, Object>();
    filter
        .integration()
        .ifPresent(integration -> {
          conditions.add("#integration = :integration");
          values.put("integration", integration.value());
        });
    filter
        .connection()
        .ifPresent(connection -> {
          conditions.add("#connection = :connection");
          values.put("connection", connection.value());
        });
    return table
        .page(
            ItemKeys.list(tenant, InboundWebhookItem.KIND),
            page,
            String.join(" AND ", conditions),
            values)
        .map(InboundWebhookItem::read);
  }

  @Override
  public boolean save(InboundWebhook was, InboundWebhook now, ChangeMark change) {
    var writes = new ArrayList<Write>();
    writes.add(
        new Write.Put(
            ChangeMarks.marked(InboundWebhookItem.record(now), change),
            SAME_VERSION,
            Map.of("was", was.version())));
    now.tokens().forEach(token -> writes.add(new Write.Put(InboundWebhookItem.copy(now, token))));
    was.tokens().stream()
        .filter(token -> now.tokens().stream().noneMatch(isSame(token)))
        .forEach(token -> writes.add(new Write.Delete(ItemKeys.inboundToken(token.sha256Hex()))));
    return !table.settle(writes).contains(false);
  }

  @Override
  public boolean delete(InboundWebhook webhook, ChangeMark change) {
    var pk = InboundWebhookItem.key(webhook.tenant(), webhook.id());
    var writes = new ArrayList<Write>();
    writes.add(
        new Write.Put(
            ChangeMarks.tombstone(pk, webhook.tenant(), webhook.id().value(), change),
            SAME_VERSION,
            Map.of("was", webhook.version())));
    writes.add(Holders.count(owner(webhook), Holders.WEBHOOKS, -1));
    for (var token : webhook.tokens()) {
      writes.add(new Write.Delete(ItemKeys.inboundToken(token.sha256Hex())));
    }
    return !table.settle(writes).contains(false);
  }

  private static Predicate<InboundWebhook.Token> isSame(InboundWebhook.Token token) {
    return other -> other.sha256Hex().equals(token.sha256Hex());
  }

  private static String owner(InboundWebhook webhook) {
    Optional<ConnectionId> connection = webhook.connection();
    return connection
        .map(id -> ItemKeys.connection(webhook.tenant(), id))
        .orElseGet(() -> ItemKeys.integration(webhook.tenant(), webhook.integration()));
  }
}
