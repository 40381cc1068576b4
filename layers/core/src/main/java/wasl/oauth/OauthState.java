package wasl.oauth;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import wasl.access.Tenant;
import wasl.vault.Place;
import wasl.vault.Sealed;

/// What an authorization request was made with, found again by its `state` (RFC 6749, section
/// 10.12).
///
/// @param hash of the state
/// @param browser the hash of what the browser that was sent off keeps in a cookie
/// @param auth the name of the auth mode
/// @param client which client of which provider asked, as [CodeModes.Ready#fingerprint] has it: a
///   code goes to no other
/// @param scopes that were asked for
/// @param redirectUri the callback's URL, as it was said
/// @param verifier PKCE's, sealed at [#verifierPlace]; empty where the provider knows no PKCE
/// @param consumed whether a callback has used it
public record OauthState(
    Tenant tenant,
    String hash,
    ConnectSessionId session,
    String browser,
    String auth,
    String client,
    List<String> scopes,
    String redirectUri,
    Optional<Sealed> verifier,
    Instant expiresAt,
    boolean consumed) {
  public static final Duration LIFE = Duration.ofMinutes(10);

  public OauthState {
    scopes = List.copyOf(scopes);
  }

  static Place verifierPlace(Tenant tenant, String hash) {
    return new Place(tenant, "oauth-state#" + hash, "verifier");
  }

  boolean isOpen(Instant now) {
    return !consumed && now.isBefore(expiresAt);
  }
}
