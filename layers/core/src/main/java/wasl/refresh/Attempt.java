package wasl.refresh;

import java.time.Instant;
import wasl.access.Cause;
import wasl.connection.Connection;
import wasl.connection.Credentials;
import wasl.connection.Integration;
import wasl.oauth.Renewal;
import wasl.vault.Vault;

/// One token call that may be made: its lease and its intent are written.
///
/// @param held the connection as it was written with them
/// @param owner of the hold
/// @param credentials that the call is made with
/// @param sealer of what the call brings: a key that could not be had then would cost the only good
///   token
record Attempt(
    Connection held,
    String owner,
    Integration integration,
    Renewal renewal,
    Credentials credentials,
    Vault.Sealer sealer,
    Need need,
    Instant begun,
    Cause cause) {
  /// The same, over what somebody noted at the connection since.
  Attempt over(Connection now) {
    return new Attempt(now, owner, integration, renewal, credentials, sealer, need, begun, cause);
  }

  /// Whether what the connection has now is what the call was made with.
  boolean concerns(Connection now) {
    return now.credentialsVersion() == held.credentialsVersion();
  }

  /// Whether nobody has taken the lease over since.
  boolean holds(Connection now) {
    return now.upkeep().hold().filter(hold -> hold.owner().equals(owner)).isPresent();
  }
}
