package wasl.connection;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import wasl.access.Tenant;
import wasl.vault.Place;
import wasl.vault.Sealed;

/// One authorized account at a provider, made through an integration.
///
/// @param mode the integration's when the connection was made: its credentials are of that side
/// @param alias the user's own name for it, unique within the integration
/// @param externalAccountId the provider's name for the account, unique within the integration
/// @param statusReason why it is not active
/// @param credentials one JSON object, sealed at [#credentialsPlace]
/// @param version 1, then one more for each change: a save demands the version that it read
public record Connection(
    Tenant tenant,
    ConnectionId id,
    IntegrationId integration,
    String provider,
    Mode mode,
    Optional<String> alias,
    Optional<String> externalAccountId,
    ConnectionStatus status,
    Optional<String> statusReason,
    List<String> scopes,
    List<String> tags,
    Sealed credentials,
    Health health,
    Instant connectedAt,
    Optional<Instant> expiresAt,
    Optional<Instant> lastActivityAt,
    Optional<Instant> lastRefreshedAt,
    Instant createdAt,
    Instant updatedAt,
    long version) {
  public Connection {
    scopes = List.copyOf(scopes);
    tags = List.copyOf(tags);
  }

  public static Place credentialsPlace(Tenant tenant, ConnectionId id) {
    return new Place(tenant, "connection#" + id, "credentials");
  }

  /// The same connection under other names.
  Connection named(
      Optional<String> newAlias,
      Optional<String> newExternalAccountId,
      List<String> newTags,
      Instant now) {
    return new Connection(
        tenant,
        id,
        integration,
        provider,
        mode,
        newAlias,
        newExternalAccountId,
        status,
        statusReason,
        scopes,
        newTags,
        credentials,
        health,
        connectedAt,
        expiresAt,
        lastActivityAt,
        lastRefreshedAt,
        createdAt,
        now,
        version + 1);
  }

  /// The same connection in another status.
  Connection turned(ConnectionStatus newStatus, String reason, Instant now) {
    return new Connection(
        tenant,
        id,
        integration,
        provider,
        mode,
        alias,
        externalAccountId,
        newStatus,
        Optional.of(reason),
        scopes,
        tags,
        credentials,
        health,
        connectedAt,
        expiresAt,
        lastActivityAt,
        lastRefreshedAt,
        createdAt,
        now,
        version + 1);
  }
}
