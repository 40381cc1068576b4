package wasl.aws;

import java.util.Optional;
import java.util.function.Supplier;
import wasl.audit.Told;

/// Reads what a record of the stream of table `Connections` tells, whichever way it came: from
/// Lambda, or read back by ourselves.
final class ChangeItem {
  /// What a change is said to be about, where that is not the record's id.
  static final String SUBJECT = "subject";

  private ChangeItem() {}

  /// The two images of an item; reading either throws where it is of a form that no writer gives
  /// it.
  ///
  /// @param before absent where there was no such item
  /// @param after absent where there is none any more
  record Images(Optional<Item> before, Optional<Item> after) {}

  /// Empty for a write that nobody is to be told of.
  static Optional<Told> read(String pk, Supplier<Images> images) {
    try {
      var read = images.get();
      return read.after()
          .filter(after -> isMarkedAnew(read.before(), after))
          .map(after -> change(pk, read.before(), after));
    } catch (RuntimeException why) {
      return Optional.of(new Told.Unreadable(pk, why.getClass().getSimpleName()));
    }
  }

  // A write that knows nothing of marks leaves the one that stands there.
  private static boolean isMarkedAnew(Optional<Item> before, Item after) {
    return ChangeMarks.id(after).isPresent()
        && !ChangeMarks.id(after).equals(before.flatMap(ChangeMarks::id));
  }

  private static Told change(String pk, Optional<Item> before, Item after) {
    // A tombstone says what was deleted, not how it stood.
    var last = after.has(ItemKeys.GONE) ? before : Optional.of(after);
    return new Told.Change(
        pk,
        ChangeMarks.tenant(after),
        after.optionalText(SUBJECT).orElseGet(() -> after.text("id")),
        ChangeMarks.read(after),
        last.filter(ConnectionItem::isOne).map(ConnectionItem::read));
  }
}
