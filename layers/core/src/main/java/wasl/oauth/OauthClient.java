package wasl.oauth;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import wasl.egress.EgressUrl;
import wasl.manifest.OauthSpec;
import wasl.vault.Secret;

/// An integration as an OAuth client (RFC 6749, section 2) of its provider.
///
/// @param clientId empty where the provider knows none
/// @param scopes that the integration asks for
public record OauthClient(
    OauthSpec spec,
    EgressUrl tokenUrl,
    String clientId,
    Optional<Secret> clientSecret,
    List<String> scopes) {
  public OauthClient {
    scopes = List.copyOf(scopes);
  }

  /// The origin that its tokens are got from: a refresh token is sent to no other.
  public String tokenOrigin() {
    return origin(tokenUrl.uri());
  }

  /// `https://host[:port]`, as it is written.
  static String origin(URI url) {
    return url.getScheme() + "://" + url.getRawAuthority();
  }
}
