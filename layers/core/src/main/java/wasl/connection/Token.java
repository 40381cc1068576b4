package wasl.connection;

import java.time.Instant;
import java.util.Optional;
import wasl.vault.Secret;

/// A token that was obtained from a provider.
///
/// @param expiresAt empty where it does not end, or nobody said when
/// @param obtainedFrom the origin (`https://host[:port]`) of the endpoint that gave it: its refresh
///   token is sent to no other
/// @param apiBase where the provider said that this account's API is; empty for the manifest's
public record Token(
    Secret accessToken,
    Optional<Secret> refreshToken,
    Optional<Instant> expiresAt,
    Instant obtainedAt,
    String obtainedFrom,
    Optional<String> apiBase) {}
