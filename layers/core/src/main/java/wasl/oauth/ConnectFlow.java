package wasl.oauth;

import java.time.Instant;
import java.util.Optional;
import wasl.access.ChangeMark;

/// Keeps connect sessions and the states of the authorization requests that come of them. Both are
/// short-lived, and found before their tenant is known. A session ends with the write that keeps
/// its connection.
public interface ConnectFlow {
  void create(ConnectSession session, ChangeMark change);

  /// Strongly consistent; also one that has ended or expired, while it is there.
  Optional<ConnectSession> session(ConnectSessionId id);

  /// Binds a session that no other browser has opened to this one; false where one has, or where it
  /// is over.
  ///
  /// @param browser the hash of what the browser keeps
  boolean bind(ConnectSession session, String browser, Instant now);

  void create(OauthState state);

  /// Strongly consistent; also one that was consumed or has expired, while it is there.
  Optional<OauthState> state(String hash);

  /// Consumes a state that is neither consumed nor expired; of several who try, one gets true.
  ///
  /// @param owner names the one who tries
  boolean consume(OauthState state, String owner, Instant now);
}
