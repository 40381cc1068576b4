package wasl.oauth;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.random.RandomGenerator;
import wasl.signing.Digests;
import wasl.vault.Secret;

/// Ties a code to whoever asked for it (RFC 7636), by S256 alone: `plain` shows the verifier to
/// everyone who sees the URL.
///
/// @param text 43 characters, said at the token endpoint only
record CodeVerifier(Secret text) {
  static CodeVerifier next(RandomGenerator random) {
    return new CodeVerifier(Unguessable.next(random));
  }

  /// What goes into the authorization URL.
  Map<String, String> parameters() {
    return Map.of("code_challenge", challenge(), "code_challenge_method", "S256");
  }

  private String challenge() {
    var hash = Digests.sha256(text.reveal().getBytes(StandardCharsets.US_ASCII));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
  }
}
