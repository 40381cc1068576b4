package wasl.oauth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import wasl.connection.Integration;
import wasl.manifest.Catalog;
import wasl.manifest.Manifest;
import wasl.manifest.Manifest.AuthMode;
import wasl.manifest.ManifestReader;
import wasl.manifest.Node;
import wasl.manifest.Node.Fields;
import wasl.manifest.ProviderId;

/// The ways in which connections of an integration are authorized: its manifest's, but for what a
/// generic provider leaves to the integration's configuration.
public final class AuthModes {
  /// Modes whose tokens come from URLs that a configuration may bring.
  private static final Set<String> OAUTH =
      Set.of("oauth2_authorization_code", "oauth2_client_credentials");

  private final Catalog catalog;

  public AuthModes(Catalog catalog) {
    this.catalog = catalog;
  }

  public Optional<Manifest> manifest(Integration integration) {
    return catalog.manifest(new ProviderId(integration.provider()));
  }

  /// Preferred first; empty where the provider is not known any more.
  public List<AuthMode> of(Integration integration) {
    return manifest(integration).map(manifest -> of(manifest, integration)).orElse(List.of());
  }

  /// One of them, by the name that a connection keeps.
  public Optional<AuthMode> named(Integration integration, String name) {
    return Manifest.named(of(integration), name);
  }

  private static List<AuthMode> of(Manifest manifest, Integration integration) {
    var config = config(integration);
    if (manifest.configurable().contains("auth") && config.has("auth")) {
      return ManifestReader.authOf(config);
    }
    return manifest.configurable().contains("oauth2")
        ? manifest.auth().stream().map(mode -> configured(mode, config)).toList()
        : manifest.auth();
  }

  private static AuthMode configured(AuthMode mode, Fields config) {
    if (!OAUTH.contains(mode.mode())) {
      return mode;
    }
    var facts = new LinkedHashMap<>(mode.facts().nodes());
    config
        .nodes()
        .forEach((key, node) -> {
          if (ManifestReader.isOauthKey(key)) {
            facts.put(key, node);
          }
        });
    return new AuthMode(mode.mode(), mode.fields(), new Fields(facts));
  }

  /// An integration's configuration; empty where it has none.
  static Fields config(Integration integration) {
    return integration.config().map(AuthModes::fields).orElse(new Fields(Map.of()));
  }

  private static Fields fields(String config) {
    try {
      return Node.json(config.getBytes(StandardCharsets.UTF_8)) instanceof Fields fields
          ? fields
          : new Fields(Map.of());
    } catch (IOException e) {
      throw new IllegalStateException("a stored config is no JSON", e);
    }
  }
}
