package wasl.aws;

import java.time.InstantSource;
import wasl.access.Tenant;
import wasl.audit.AuditRecord;
import wasl.audit.AuditTrail;
import wasl.page.Page;
import wasl.page.PageRequest;

/// The audit trail in the table `Events`.
public final class DynamoAuditTrail implements AuditTrail {
  private final DynamoTable events;
  private final DayList list;

  public DynamoAuditTrail(DynamoTable events, InstantSource clock) {
    this.events = events;
    this.list = new DayList(events, clock, AuditItem.KEPT.plusDays(1));
  }

  @Override
  public void record(AuditRecord what) {
    events.put(DynamoTable.Write.Put.ifAbsent(AuditItem.of(what)));
  }

  @Override
  public Page<AuditRecord> newestFirst(Tenant tenant, Query query, PageRequest page) {
    return list.newestFirst(wanted(tenant, query), page).map(AuditItem::read);
  }

  @Override
  public Page<AuditRecord> oldestFirst(Tenant tenant, Query query, PageRequest page) {
    return list.oldestFirst(wanted(tenant, query), page).map(AuditItem::read);
  }

  private static DayList.Wanted wanted(Tenant tenant, Query query) {
    var filter =
        new DayList.Filter()
            .oneOf("actor", query.actor().stream().toList())
            .oneOf("action", query.action().stream().toList());
    return new DayList.Wanted(tenant, AuditItem.KIND, query.since(), query.until(), filter);
  }
}
