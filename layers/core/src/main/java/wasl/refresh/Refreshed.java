package wasl.refresh;

import java.time.Instant;
import java.util.Optional;
import wasl.connection.Connection;

/// What came of a wish to refresh a connection's token. The connection is as it is afterwards.
public sealed interface Refreshed {
  /// It has other credentials than the ones that were to be refreshed, by this call or another.
  record Renewed(Connection connection) implements Refreshed {}

  /// Somebody else is at it, at the latest until then.
  record Held(Connection connection, Instant until) implements Refreshed {}

  /// The provider is left alone until then.
  record PutOff(Connection connection, Instant notBefore) implements Refreshed {}

  /// It is not due yet.
  ///
  /// @param dueAt when it will be; empty: left alone
  record NotDue(Connection connection, Optional<Instant> dueAt) implements Refreshed {}

  /// The call failed, and is tried again then, or when somebody demands it.
  ///
  /// @param why the provider's word, or ours: `http_503`, `timeout`
  record Failed(Connection connection, String why, Instant notBefore) implements Refreshed {}

  /// The token has ended for good: the connection needs a new authorization.
  ///
  /// @param why as for [Failed]; a status reason where no call was made
  record Ended(Connection connection, String why) implements Refreshed {}

  /// There is nothing to refresh, or nothing to refresh it with.
  record Nothing(Connection connection) implements Refreshed {}

  /// Its status does not allow it.
  record NotActive(Connection connection) implements Refreshed {}

  /// It was deleted.
  record Gone() implements Refreshed {}
}
