package wasl.oauth;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import wasl.access.Cause;
import wasl.access.ChangeMark;
import wasl.connection.ConnectionId;
import wasl.connection.Integration;
import wasl.id.Ids;

/// Gives leave to connect an account, in a browser that has no key.
public final class ConnectSessions {
  public static final String CREATED = "connect-session.created";

  private final ConnectFlow flow;
  private final InstantSource clock;
  private final RandomGenerator random;

  public ConnectSessions(ConnectFlow flow, InstantSource clock, RandomGenerator random) {
    this.flow = flow;
    this.clock = clock;
    this.random = random;
  }

  /// A session as it is wanted; see [ConnectSession].
  ///
  /// @param integration that [CodeModes] found ready
  /// @param redirectUrl one of the integration's
  public record Wish(
      Integration integration,
      Optional<ConnectionId> connection,
      Optional<String> alias,
      Optional<String> redirectUrl,
      List<String> tags) {}

  public ConnectSession create(Wish wish, Cause cause) {
    // As it is stored, so that who asked is told the very end.
    var now = Instant.ofEpochMilli(clock.millis());
    var id = new ConnectSessionId(Ids.next(ConnectSessionId.PREFIX, now, random));
    // What the first try of this work stored holds the end that its caller is to be told.
    var before = Ids.mayBeTaken(random) ? flow.session(id) : Optional.<ConnectSession>empty();
    if (before.isPresent()) {
      return before.get();
    }
    var session =
        new ConnectSession(
            wish.integration().tenant(),
            id,
            wish.integration().id(),
            wish.connection(),
            wish.alias(),
            wish.redirectUrl(),
            wish.tags(),
            now,
            now.plus(ConnectSession.LIFE),
            Optional.empty(),
            false);
    flow.create(session, ChangeMark.next(CREATED, now, cause, random));
    return session;
  }

  /// Where the browser begins.
  ///
  /// @param baseUrl where this API is reached, without a slash at its end
  public static String connectUrl(String baseUrl, ConnectSession session) {
    return baseUrl + "/oauth/authorize?session=" + session.id();
  }
}
