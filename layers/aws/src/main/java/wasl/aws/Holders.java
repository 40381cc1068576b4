package wasl.aws;

import java.util.Map;
import wasl.aws.DynamoTable.Write;

/// Counts what holds a record in place: the connections made through an integration, the inbound
/// webhooks of an integration or a connection; and the outbound webhooks of a tenant, which are
/// bounded.
///
/// Whoever adds a holder counts it in the same transaction that checks that the record is there;
/// whoever deletes the record demands in the same transaction that the count is zero. So neither
/// can pass the other.
final class Holders {
  static final String CONNECTIONS = "connections";
  static final String WEBHOOKS = "webhooks";

  private Holders() {}

  /// Counts one more holder, or with -1 one less.
  static Write count(String pk, String kind, int change) {
    return new Write.Update(
        ItemKeys.holders(pk), "ADD #" + kind + " :change", "", Map.of("change", change));
  }

  /// Counts one more, only if there are fewer than so many.
  static Write countUpTo(String pk, String kind, int most) {
    return new Write.Update(
        ItemKeys.holders(pk),
        "ADD #" + kind + " :change",
        "attribute_not_exists(#" + kind + ") OR #" + kind + " < :most",
        Map.of("change", 1, "most", most));
  }

  /// Forgets the count; only if nothing holds the record.
  static Write deleteIfNone(String pk) {
    return new Write.Delete(
        ItemKeys.holders(pk), none(CONNECTIONS) + " AND " + none(WEBHOOKS), Map.of("none", 0));
  }

  /// Passes only if no connection holds the record.
  static Write checkNoConnection(String pk) {
    return new Write.Check(ItemKeys.holders(pk), none(CONNECTIONS), Map.of("none", 0));
  }

  static boolean hasConnections(DynamoTable table, String pk) {
    return table
        .get(ItemKeys.holders(pk))
        .flatMap(item -> item.optionalNumber(CONNECTIONS))
        .filter(count -> count > 0)
        .isPresent();
  }

  private static String none(String kind) {
    return "(attribute_not_exists(#" + kind + ") OR #" + kind + " = :none)";
  }
}
