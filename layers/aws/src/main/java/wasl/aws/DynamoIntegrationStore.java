package wasl.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wasl.access.ChangeMark;
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
  public boolean create(Integration integration, ChangeMark change) {
    var put = Write.Put.ifAbsent(ChangeMarks.marked(IntegrationItem.write(integration), change));
    return table.put(put) instanceof DynamoTable.Written.Done;
  }

  @Override
  public Written save(Integration integration, boolean otherProvider, ChangeMark change) {
    var pk = IntegrationItem.key(integration.tenant(), integration.id());
    var writes = new ArrayList<Write>();
    writes.add(
        new Write.Put(
            ChangeMarks.marked(IntegrationItem.write(integration), change),
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
  public Written delete(Integration integration, ChangeMark change) {
    var pk = IntegrationItem.key(integration.tenant(), integration.id());
    var held =
        table.settle(
            List.of(
                new Write.Put(
                    ChangeMarks.tombstone(
                        pk, integration.tenant(), integration.id().value(), change),
                    SAME_VERSION,
                    Map.of("was", integration.version())),
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
