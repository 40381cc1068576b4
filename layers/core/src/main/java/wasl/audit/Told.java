package wasl.audit;

import java.util.Optional;
import wasl.access.ChangeMark;
import wasl.access.Tenant;
import wasl.connection.Connection;

/// What a table's stream tells of a write that had something to say.
public sealed interface Told {
  /// The key of the record that was written: the changes of one are told in their order.
  String key();

  /// A record was changed.
  ///
  /// @param tenant whose audit trail tells of it
  /// @param subject the record's id
  /// @param connection as it is now, or was last, where a connection was changed
  record Change(
      String key, Tenant tenant, String subject, ChangeMark mark, Optional<Connection> connection)
      implements Told {
    /// What makes it this change and no other. The mark's id alone does not: work that was cut off
    /// and is repeated may give another record the mark that one had before, or the same record
    /// once more, where somebody undid meanwhile what it had done.
    String identity() {
      return mark.id() + "#" + key + "#" + mark.at().toEpochMilli();
    }
  }

  /// What was written cannot be read: by a fault of ours, and for as long as it is not mended.
  ///
  /// @param why the class of what was thrown
  record Unreadable(String key, String why) implements Told {}
}
