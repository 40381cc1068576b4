package wasl.aws;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import wasl.access.Tenant;
import wasl.aws.DynamoTable.Query;
import wasl.aws.DynamoTable.Write;
import wasl.inbound.InboundWebhook;
import wasl.inbound.InboundWebhookId;
import wasl.inbound.InboundWebhooks;

/// Inbound webhooks in the `Connections` table: a record, and a copy under each token's hash,
/// always written in one transaction, so that a token never leads to what its record does not say.
public final class DynamoInboundWebhooks implements InboundWebhooks {
  private static final String UNCHANGED = "#version = :was";

  private final DynamoTable connections;

  public DynamoInboundWebhooks(DynamoTable connections) {
    this.connections = connections;
  }

  @Override
  public boolean create(InboundWebhook webhook) {
    var writes = new ArrayList<Write>();
    writes.add(Write.Put.ifAbsent(InboundWebhookItem.record(webhook)));
    for (var token : webhook.tokens()) {
      writes.add(Write.Put.ifAbsent(InboundWebhookItem.copy(webhook, token)));
    }
    return all(connections.transact(writes));
  }

  @Override
  public Optional<InboundWebhook> find(Tenant tenant, InboundWebhookId id) {
    return connections.get(InboundWebhookItem.key(tenant, id)).map(InboundWebhookItem::read);
  }

  @Override
  public List<InboundWebhook> list(Tenant tenant, Optional<InboundWebhook> cursor, int limit) {
    var key = ItemKeys.list(tenant, InboundWebhookItem.KIND);
    var query =
        cursor.isEmpty()
            ? page("#listKey = :list", Map.of("list", key), limit)
            : page(
                "#listKey = :list AND #listSort < :last",
                Map.of("list", key, "last", InboundWebhookItem.listSort(cursor.get())),
                limit);
    return connections.query(query).stream().map(InboundWebhookItem::read).toList();
  }

  @Override
  public boolean save(InboundWebhook was, InboundWebhook now) {
    if (now.version() != was.version() + 1 || !now.id().equals(was.id())) {
      throw new IllegalArgumentException("not the next version of " + was.id());
    }
    var writes = new ArrayList<Write>();
    // Two writers that read the same version: the record's condition lets one through, copies and
    // all.
    writes.add(
        new Write.Put(InboundWebhookItem.record(now), UNCHANGED, Map.of("was", was.version())));
    for (var token : now.tokens()) {
      writes.add(new Write.Put(InboundWebhookItem.copy(now, token)));
    }
    for (var gone : gone(was, now)) {
      writes.add(new Write.Delete(ItemKeys.inboundToken(gone)));
    }
    return all(connections.transact(writes));
  }

  @Override
  public boolean delete(InboundWebhook webhook) {
    var writes = new ArrayList<Write>();
    writes.add(
        new Write.Delete(
            InboundWebhookItem.key(webhook.tenant(), webhook.id()),
            UNCHANGED,
            Map.of("was", webhook.version())));
    for (var token : webhook.tokens()) {
      writes.add(new Write.Delete(ItemKeys.inboundToken(token.sha256Hex())));
    }
    return all(connections.transact(writes));
  }

  private static Query page(String key, Map<String, Object> values, int limit) {
    return new Query(ItemKeys.LIST_INDEX, key, "", values, true, limit);
  }

  private static Set<String> gone(InboundWebhook was, InboundWebhook now) {
    var gone = new HashSet<String>();
    was.tokens().forEach(token -> gone.add(token.sha256Hex()));
    now.tokens().forEach(token -> gone.remove(token.sha256Hex()));
    return gone;
  }

  private static boolean all(List<Boolean> held) {
    return held.stream().allMatch(Boolean::booleanValue);
  }
}
