package wasl.inbound;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import wasl.access.Tenant;
import wasl.connection.ConnectionId;
import wasl.connection.IntegrationId;
import wasl.vault.Place;
import wasl.vault.Sealed;

/// A URL that a provider calls.
///
/// @param provider the provider's id
/// @param integration the integration it belongs to, or that its connection was made through
/// @param connection the connection it belongs to; where absent, events are routed by account id
/// @param url the whole URL, built once and stored sealed (at [#urlPlace]), since its token is a
///   secret; URL-signing schemes verify against it
/// @param tokens the SHA-256 of each live token; the first is the current one
/// @param secrets its own secrets, newest first; where empty the integration's is in force
/// @param version 1, then one more for each change: a save demands the version that it read
public record InboundWebhook(
    Tenant tenant,
    InboundWebhookId id,
    String provider,
    IntegrationId integration,
    Optional<ConnectionId> connection,
    Sealed url,
    List<Token> tokens,
    List<Graced> secrets,
    boolean active,
    Instant createdAt,
    Instant updatedAt,
    long version) {
  /// A token's hash, and until when it is good; the current one has no end.
  public record Token(String sha256Hex, Optional<Instant> until) {}

  /// A sealed secret, and until when it verifies; the current one has no end.
  public record Graced(Sealed secret, Optional<Instant> until) {}

  public InboundWebhook {
    tokens = List.copyOf(tokens);
    secrets = List.copyOf(secrets);
  }

  /// Within what an event id of this webhook's provider is unique: the connection, or the
  /// integration.
  public String owner() {
    return connection.map(ConnectionId::value).orElseGet(integration::value);
  }

  public static Place secretPlace(Tenant tenant, InboundWebhookId id) {
    return new Place(tenant, "inbound-webhook#" + id, "secret");
  }

  public static Place urlPlace(Tenant tenant, InboundWebhookId id) {
    return new Place(tenant, "inbound-webhook#" + id, "url");
  }
}
