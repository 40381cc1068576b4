package wasl.access;

import java.time.Instant;
import java.util.random.RandomGenerator;
import wasl.id.Ids;

/// What was done to a record, written into it by the very write that does it. Lifecycle events and
/// the audit trail are made of it, so neither can be forgotten, nor tell of a write that failed.
///
/// @param id `chg_…`; the ids of what is made of it derive from it
/// @param kind `<kind of record>.<what was done>`, as `connection.connected`; the audit's `action`
public record ChangeMark(String id, String kind, Instant at, Cause cause) {
  public static final String PREFIX = "chg_";

  public ChangeMark {
    Ids.check(PREFIX, id);
  }

  /// A mark for one write. In work that is repeated, the one of the first try's same write: what
  /// was told of is not told again.
  public static ChangeMark next(String kind, Instant now, Cause cause, RandomGenerator random) {
    // Drawn for the kind, so that another change that the first try made before this one, and this
    // one leaves out, does not lend it its id.
    var drawn = Ids.draw(PREFIX + kind, 16, random);
    return new ChangeMark(Ids.of(PREFIX, Ids.time(now, random), drawn), kind, now, cause);
  }
}
