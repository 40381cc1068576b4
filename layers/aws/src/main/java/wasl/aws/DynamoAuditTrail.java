package wasl.aws;

import wasl.audit.AuditRecord;
import wasl.audit.AuditTrail;

/// The audit trail in the table `Events`.
public final class DynamoAuditTrail implements AuditTrail {
  private final DynamoTable events;

  public DynamoAuditTrail(DynamoTable events) {
    this.events = events;
  }

  @Override
  public void record(AuditRecord what) {
    events.put(DynamoTable.Write.Put.ifAbsent(AuditItem.of(what)));
  }
}
