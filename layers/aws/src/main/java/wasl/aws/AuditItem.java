package wasl.aws;

import java.time.Duration;
import wasl.audit.AuditRecord;

/// The item of an audit record. The one class that knows its attributes.
final class AuditItem {
  static final int FORM = 1;
  static final String KIND = "audit";
  static final Duration KEPT = Duration.ofDays(90);

  private AuditItem() {}

  static Item of(AuditRecord what) {
    var item =
        Item.with(ItemKeys.audit(what.tenant(), what.id()))
            .number(ItemKeys.FORM, FORM)
            .text("id", what.id())
            .time("at", what.at())
            .text("actor", what.actor())
            .text("action", what.action())
            .text("subject", what.subject())
            .text("reason", what.reason())
            .text("requestId", what.requestId())
            .number(ItemKeys.EXPIRES_AT, what.at().plus(KEPT).getEpochSecond())
            .text(
                ItemKeys.LIST_KEY,
                ItemKeys.list(
                    what.tenant(), KIND, ItemKeys.day(what.at()), ItemKeys.listShard(what.id())))
            .text(ItemKeys.LIST_SORT, ItemKeys.listSort(what.at(), what.id()));
    TenantAttributes.write(item, what.tenant());
    return item.build();
  }

  static AuditRecord read(Item item) {
    Forms.demand(item, FORM);
    return new AuditRecord(
        TenantAttributes.read(item),
        item.text("id"),
        item.time("at"),
        item.text("actor"),
        item.text("action"),
        item.text("subject"),
        item.optionalText("reason"),
        item.text("requestId"));
  }
}
