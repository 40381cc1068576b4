package wasl.oauth;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import wasl.access.Tenant;
import wasl.connection.ConnectionId;
import wasl.connection.IntegrationId;

/// Leave to connect one account through an integration, in one browser.
///
/// @param connection the connection that is to be authorized anew; empty for whichever fits
/// @param alias of the connection that comes of it
/// @param redirectUrl where the browser goes in the end; empty for a page of ours
/// @param browser the hash of what the browser that opened it keeps in a cookie
/// @param ended whether a connection came of it
public record ConnectSession(
    Tenant tenant,
    ConnectSessionId id,
    IntegrationId integration,
    Optional<ConnectionId> connection,
    Optional<String> alias,
    Optional<String> redirectUrl,
    List<String> tags,
    Instant createdAt,
    Instant expiresAt,
    Optional<String> browser,
    boolean ended) {
  public static final Duration LIFE = Duration.ofMinutes(30);

  public ConnectSession {
    tags = List.copyOf(tags);
  }

  boolean isOpen(Instant now) {
    return !ended && now.isBefore(expiresAt);
  }
}
