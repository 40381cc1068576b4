package wasl.oauth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import wasl.egress.EgressUrl;
import wasl.manifest.Manifest;
import wasl.manifest.Node;
import wasl.manifest.OauthSpec;
import wasl.vault.Secret;

/// Clients of a provider, by the facts that a manifest says of it.
final class Facts {
  static final String TOKEN_URL = "https://login.acme.example/token";

  private Facts() {}

  /// @param facts keys of an auth mode as JSON, without the outer braces
  static OauthClient client(String facts) {
    return client(facts, TOKEN_URL, Optional.of(Secret.of("s3cr:t")));
  }

  static OauthClient client(String facts, String tokenUrl, Optional<Secret> secret) {
    return new OauthClient(
        spec(facts),
        new EgressUrl(URI.create(tokenUrl)),
        "client id",
        secret,
        List.of("read", "write"));
  }

  static OauthSpec spec(String facts) {
    try {
      var node = Node.json(("{" + facts + "}").getBytes(StandardCharsets.UTF_8));
      return OauthSpec.of((Node.Fields) node, Manifest.Mode.LIVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
