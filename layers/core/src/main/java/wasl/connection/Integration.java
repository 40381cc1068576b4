package wasl.connection;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import wasl.access.Tenant;
import wasl.vault.Place;
import wasl.vault.Sealed;

/// A project's own set-up of a provider in one environment.
///
/// @param provider the provider's id
/// @param clientSecret sealed at [#clientSecretPlace]
/// @param webhookSecret sealed at [#webhookSecretPlace]: the secret of inbound webhooks that have
///   none of their own
/// @param earlierWebhookSecrets those that it replaced, newest first, each sealed there too: they
///   verify until their time
/// @param config one JSON object, as given; for the generic providers what a manifest would say
/// @param version 1, then one more for each change: a save demands the version that it read
public record Integration(
    Tenant tenant,
    IntegrationId id,
    String provider,
    Mode mode,
    Optional<String> clientId,
    Optional<Sealed> clientSecret,
    Optional<Sealed> webhookSecret,
    List<Graced> earlierWebhookSecrets,
    List<String> scopes,
    List<String> redirectUrls,
    Optional<String> config,
    Instant createdAt,
    Instant updatedAt,
    long version) {
  /// A secret that was replaced, and until when it verifies.
  public record Graced(Sealed secret, Instant until) {
    public boolean isLive(Instant now) {
      return now.isBefore(until);
    }
  }

  public Integration {
    earlierWebhookSecrets = List.copyOf(earlierWebhookSecrets);
    scopes = List.copyOf(scopes);
    redirectUrls = List.copyOf(redirectUrls);
  }

  /// The same on another side of the provider: for connections that were made before it changed
  /// sides.
  public Integration in(Mode side) {
    return side == mode
        ? this
        : new Integration(
            tenant,
            id,
            provider,
            side,
            clientId,
            clientSecret,
            webhookSecret,
            earlierWebhookSecrets,
            scopes,
            redirectUrls,
            config,
            createdAt,
            updatedAt,
            version);
  }

  public static Place clientSecretPlace(Tenant tenant, IntegrationId id) {
    return new Place(tenant, "integration#" + id, "clientSecret");
  }

  public static Place webhookSecretPlace(Tenant tenant, IntegrationId id) {
    return new Place(tenant, "integration#" + id, "webhookSecret");
  }
}
