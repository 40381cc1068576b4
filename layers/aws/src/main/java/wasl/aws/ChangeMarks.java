package wasl.aws;

import java.time.Duration;
import wasl.access.Cause;
import wasl.access.ChangeMark;
import wasl.access.Tenant;

/// The attribute that says what the last write did to a record, and what stays of a record that was
/// deleted, so that a deletion says it too. The one class that knows their attributes.
///
/// A write that nobody is told of leaves the attribute out: the stream's filter passes only what
/// has it.
public final class ChangeMarks {
  static final String ATTRIBUTE = "change";

  // The stream keeps a day; what is read later of a deleted record is its absence.
  private static final Duration TOMBSTONE_KEPT = Duration.ofDays(2);

  private ChangeMarks() {}

  static Item.Builder write(Item.Builder item, ChangeMark change) {
    return item.map(
        ATTRIBUTE,
        Item.builder()
            .text("id", change.id())
            .text("kind", change.kind())
            .time("at", change.at())
            .text("actor", change.cause().actor())
            .text("request", change.cause().request())
            .build());
  }

  /// The same item with its mark.
  static Item marked(Item item, ChangeMark change) {
    var more = Item.builder();
    item.values().forEach(more::value);
    return write(more, change).build();
  }

  /// The mark of an item that has one.
  public static ChangeMark read(Item item) {
    var change = item.map(ATTRIBUTE);
    return new ChangeMark(
        change.text("id"),
        change.text("kind"),
        change.time("at"),
        new Cause(change.text("actor"), change.text("request")));
  }

  /// What takes the place of a deleted record: readers find nothing there, and whoever puts a new
  /// one finds the place free.
  static Item tombstone(String pk, Tenant tenant, String id, ChangeMark change) {
    var item =
        Item.with(pk)
            .number(ItemKeys.FORM, 1)
            .flag(ItemKeys.GONE, true)
            .text("id", id)
            .number(ItemKeys.EXPIRES_AT, change.at().plus(TOMBSTONE_KEPT).getEpochSecond());
    TenantAttributes.write(item, tenant);
    return write(item, change).build();
  }
}
