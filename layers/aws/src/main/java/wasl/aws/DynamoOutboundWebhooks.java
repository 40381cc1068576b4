package wasl.aws;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import wasl.access.ChangeMark;
import wasl.access.Tenant;
import wasl.aws.DynamoTable.Write;
import wasl.aws.DynamoTable.Written;
import wasl.id.IdTaken;
import wasl.outbound.OutboundWebhook;
import wasl.outbound.OutboundWebhookId;
import wasl.outbound.OutboundWebhookStore;
import wasl.page.Page;
import wasl.page.PageRequest;

/// Outbound webhooks in the table `Connections`.
public final class DynamoOutboundWebhooks implements OutboundWebhookStore {
  private final DynamoTable connections;

  public DynamoOutboundWebhooks(DynamoTable connections) {
    this.connections = connections;
  }

  @Override
  public Optional<OutboundWebhook> find(Tenant tenant, OutboundWebhookId id) {
    return connections.get(OutboundWebhookItem.key(tenant, id)).map(OutboundWebhookItem::read);
  }

  @Override
  public List<OutboundWebhook> all(Tenant tenant) {
    return connections
        .query(
            new DynamoTable.Query(
                ItemKeys.LIST_INDEX,
                "#listKey = :key",
                "",
                Map.of("key", ItemKeys.list(tenant, OutboundWebhookItem.KIND)),
                true,
                Integer.MAX_VALUE))
        .stream()
        .map(OutboundWebhookItem::read)
        .toList();
  }

  @Override
  public Page<OutboundWebhook> list(Tenant tenant, PageRequest page) {
    return connections
        .page(ItemKeys.list(tenant, OutboundWebhookItem.KIND), page)
        .map(OutboundWebhookItem::read);
  }

  @Override
  public boolean create(OutboundWebhook webhook, int most, ChangeMark change) {
    var count = ItemKeys.outboundWebhooks(webhook.tenant());
    var held =
        connections.settle(
            List.of(
                Holders.countUpTo(count, Holders.WEBHOOKS, most),
                Write.Put.ofDrawnId(
                    ChangeMarks.marked(OutboundWebhookItem.write(webhook), change))));
    if (!held.get(1)) {
      throw new IdTaken("an outbound webhook");
    }
    return held.get(0);
  }

  @Override
  public boolean save(OutboundWebhook webhook, ChangeMark change) {
    // Settles changes that race: the second would undo what it has not seen.
    var put =
        new Write.Put(
            ChangeMarks.marked(OutboundWebhookItem.write(webhook), change),
            "#" + OutboundWebhookItem.VERSION + " = :was",
            Map.of("was", webhook.version() - 1));
    return connections.put(put) instanceof Written.Done;
  }

  @Override
  public boolean delete(Tenant tenant, OutboundWebhookId id, ChangeMark change) {
    var pk = OutboundWebhookItem.key(tenant, id);
    var delete = Write.Put.ifPresent(ChangeMarks.tombstone(pk, tenant, id.value(), change));
    var count = ItemKeys.outboundWebhooks(tenant);
    return !connections
        .settle(List.of(delete, Holders.count(count, Holders.WEBHOOKS, -1)))
        .contains(false);
  }
}
