package wasl.connection;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import wasl.access.Tenant;
import wasl.vault.Place;
import wasl.vault.Sealed;

/// One authorized account at a provider, made through an integration.
///
/// @param mode the integration's when the connection was made: its credentials are of that side
/// @param auth how it was authorized: the name of one of the manifest's auth modes
/// @param alias the user's own name for it, unique within the integration
/// @param externalAccountId the provider's name for the account, unique within the integration
/// @param statusReason why it is not active, or what its being active lacks
/// @param credentials a [Credentials], sealed at [#credentialsPlace]
/// @param credentialsVersion 1, then one more for each new set of credentials: who renews them
///   demands the ones that the call was made with
/// @param expiresAt when the access token ends
/// @param version 1, then one more for each change: a save demands the version that it read
public record Connection(
    Tenant tenant,
    ConnectionId id,
    IntegrationId integration,
    String provider,
    Mode mode,
    String auth,
    Optional<String> alias,
    Optional<String> externalAccountId,
    ConnectionStatus status,
    Optional<String> statusReason,
    List<String> scopes,
    List<String> tags,
    Sealed credentials,
    long credentialsVersion,
    Health health,
    Instant connectedAt,
    Optional<Instant> expiresAt,
    Optional<Instant> lastActivityAt,
    Optional<Instant> lastRefreshedAt,
    Upkeep upkeep,
    Instant createdAt,
    Instant updatedAt,
    long version) {
  public Connection {
    scopes = List.copyOf(scopes);
    tags = List.copyOf(tags);
  }

  /// Its use is noted no more often.
  public static final Duration USE_NOTED_EVERY = Duration.ofMinutes(1);

  public static Place credentialsPlace(Tenant tenant, ConnectionId id) {
    return new Place(tenant, "connection#" + id, "credentials");
  }

  /// Whether the access token has ended by then.
  public boolean isExpired(Instant now) {
    return expiresAt.filter(end -> !now.isBefore(end)).isPresent();
  }

  /// When it was last used, or made: what its idleness counts from.
  public Instant lastUse() {
    return lastActivityAt.filter(at -> at.isAfter(connectedAt)).orElse(connectedAt);
  }

  /// Begins the next version of it.
  public Next next(Instant now) {
    return new Next(this, now);
  }

  /// The next version of a connection, being put together.
  public static final class Next {
    private final Connection was;
    private final Instant now;
    private Optional<String> alias;
    private Optional<String> externalAccountId;
    private ConnectionStatus status;
    private Optional<String> statusReason;
    private List<String> scopes;
    private List<String> tags;
    private Mode mode;
    private String auth;
    private Sealed credentials;
    private long credentialsVersion;
    private Health health;
    private Instant connectedAt;
    private Optional<Instant> expiresAt;
    private Optional<Instant> lastActivityAt;
    private Optional<Instant> lastRefreshedAt;
    private Upkeep upkeep;

    private Next(Connection was, Instant now) {
      this.was = was;
      this.now = now;
      alias = was.alias;
      externalAccountId = was.externalAccountId;
      status = was.status;
      statusReason = was.statusReason;
      scopes = was.scopes;
      tags = was.tags;
      mode = was.mode;
      auth = was.auth;
      credentials = was.credentials;
      credentialsVersion = was.credentialsVersion;
      health = was.health;
      connectedAt = was.connectedAt;
      expiresAt = was.expiresAt;
      lastActivityAt = was.lastActivityAt;
      lastRefreshedAt = was.lastRefreshedAt;
      upkeep = was.upkeep;
    }

    public Next names(
        Optional<String> newAlias, Optional<String> newExternalAccountId, List<String> newTags) {
      alias = newAlias;
      externalAccountId = newExternalAccountId;
      tags = newTags;
      return this;
    }

    public Next status(ConnectionStatus newStatus, Optional<String> reason) {
      status = newStatus;
      statusReason = reason;
      return this;
    }

    /// Other credentials, by a token call or a new authorization.
    public Next credentials(Sealed newCredentials, Optional<Instant> newExpiresAt) {
      credentials = newCredentials;
      credentialsVersion = was.credentialsVersion + 1;
      expiresAt = newExpiresAt;
      return this;
    }

    /// The same credentials, sealed anew.
    public Next resealed(Sealed sameCredentials) {
      credentials = sameCredentials;
      return this;
    }

    public Next scopes(List<String> newScopes) {
      scopes = newScopes;
      return this;
    }

    public Next health(Health newHealth) {
      health = newHealth;
      return this;
    }

    /// Authorized anew, in that way, on that side of the provider.
    public Next connected(String newAuth, Mode newMode) {
      auth = newAuth;
      mode = newMode;
      connectedAt = now;
      return this;
    }

    public Next used() {
      lastActivityAt = Optional.of(now);
      return this;
    }

    public Next refreshed() {
      lastRefreshedAt = Optional.of(now);
      return this;
    }

    public Next upkeep(Upkeep newUpkeep) {
      upkeep = newUpkeep;
      return this;
    }

    public Connection build() {
      return new Connection(
          was.tenant,
          was.id,
          was.integration,
          was.provider,
          mode,
          auth,
          alias,
          externalAccountId,
          status,
          statusReason,
          scopes,
          tags,
          credentials,
          credentialsVersion,
          health,
          connectedAt,
          expiresAt,
          lastActivityAt,
          lastRefreshedAt,
          upkeep,
          was.createdAt,
          now,
          was.version + 1);
    }
  }
}
