package wasl.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wasl.access.Tenant;
import wasl.aws.DynamoTable.Write;
import wasl.connection.Integration;
import wasl.connection.IntegrationId;
import wasl.connection.IntegrationStore;
import wasl.page.Page;
import wasl.page.PageRequest;

/// Keeps integrations in the table `Connections`.
public final class DynamoIntegrationStore implements IntegrationStore {
  private static final String SAME_VERSION = "#" + IntegrationItem.VERSION + " = :was";

  private final DynamoTable table;

  public DynamoIntegrationStore(DynamoTable connections) {
    this.table = connections;
  }

  @Override
  public Optional<Integration> find(Tenant tenant, IntegrationId id) {
    return table.get(IntegrationItem.key(tenant, id)).map(IntegrationItem::read);
  }

  @Override
  public Page<Integration> list(Tenant tenant, PageRequest page) {
    return table.page(ItemKeys.list(tenant, IntegrationItem.KIND), page).map(IntegrationItem::read);
  }

  @Override
  public boolean create(Integration integration) {
    var put = Write.Put.ifAbsent(IntegrationItem.write(integration));
    return table.put(put) instanceof DynamoTable.Written.Done;
  }

  @Override
  public Written save(Integration integration, boolean otherProvider) {
    var pk = IntegrationItem.key(integration.tenant(), integration.id());
    var writes = new ArrayList<Write>();
    writes.add(
        new Write.Put(
            IntegrationItem.write(integration),
            SAME_VERSION,
            Map.of("was", integration.version() - 1)));
    if (otherProvider) {
      writes.add(Holders.checkNoConnection(pk));
    }
    var held = table.settle(writes);
    if (!held.get(0)) {
      return Written.CHANGED_MEANWHILE;
    }
    return held.contains(false) ? Written.HAS_CONNECTIONS : Written.DONE;
  }

  @Override
  public Written delete(Integration integration) {
    var pk = IntegrationItem.key(integration.tenant(), integration.id());
    var held =
        table.settle(
            List.of(
                new Write.Delete(pk, SAME_VERSION, Map.of("was", integration.version())),
                Holders.deleteIfNone(pk)));
    if (!held.get(0)) {
      return Written.CHANGED_MEANWHILE;
    }
    if (held.get(1)) {
      return Written.DONE;
    }
    return Holders.hasConnections(table, pk)
        ? Written.HAS_CONNECTIONS
        : Written.HAS_INBOUND_WEBHOOKS;
  }
}
