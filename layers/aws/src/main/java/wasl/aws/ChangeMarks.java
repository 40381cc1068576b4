package wasl.aws;

import java.time.Duration;
import java.util.Optional;
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
  private static final String ID = "id";

  // The stream keeps a day; what is read later of a deleted record is its absence.
  private static final Duration TOMBSTONE_KEPT = Duration.ofDays(2);

  private ChangeMarks() {}

  static Item.Builder write(Item.Builder item, ChangeMark change) {
    return item.map(ATTRIBUTE, attributes(change).build());
  }

  /// The same item with its mark.
  static Item marked(Item item, ChangeMark change) {
    return write(copy(item), change).build();
  }

  /// The same item with its mark, where the record itself belongs to no tenant.
  ///
  /// @param by whose audit trail tells of the change
  static Item marked(Item item, ChangeMark change, Tenant by) {
    var attributes = attributes(change);
    TenantAttributes.write(attributes, by);
    return copy(item).map(ATTRIBUTE, attributes.build()).build();
  }

  private static Item.Builder copy(Item item) {
    var copy = Item.builder();
    item.values().forEach(copy::value);
    return copy;
  }

  private static Item.Builder attributes(ChangeMark change) {
    return Item.builder()
        .text(ID, change.id())
        .text("kind", change.kind())
        .time("at", change.at())
        .text("actor", change.cause().actor())
        .text("request", change.cause().request());
  }

  /// The id of an item's mark; empty where nobody is told of its last write.
  static Optional<String> id(Item item) {
    return item.optionalMap(ATTRIBUTE).map(change -> change.text(ID));
  }

  /// Whose audit trail tells of the change.
  static Tenant tenant(Item item) {
    var change = item.map(ATTRIBUTE);
    return TenantAttributes.read(change.has(TenantAttributes.PROJECT) ? change : item);
  }

  /// The mark of an item that has one.
  public static ChangeMark read(Item item) {
    var change = item.map(ATTRIBUTE);
    return new ChangeMark(
        change.text(ID),
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
