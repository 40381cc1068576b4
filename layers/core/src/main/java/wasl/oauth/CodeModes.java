package wasl.oauth;

import java.net.URI;
import java.util.Optional;
import wasl.connection.Integration;
import wasl.manifest.Manifest.AuthMode;
import wasl.manifest.OauthSpec;

/// Says how accounts are connected through an integration by consent and a code (RFC 6749, section
/// 4.1), or what it lacks for that.
public final class CodeModes {
  private static final String MODE = "oauth2_authorization_code";

  private final AuthModes modes;

  public CodeModes(AuthModes modes) {
    this.modes = modes;
  }

  /// What was found out about an integration.
  public sealed interface Found {}

  /// All that an authorization request needs is there.
  ///
  /// @param authorizationUrl where a browser consents
  public record Ready(AuthMode mode, OauthSpec spec, String clientId, String authorizationUrl)
      implements Found {
    /// Changes with everything that decides who is asked, who gets the code, and as whom.
    String fingerprint() {
      return Unguessable.hash(
          String.join("\n", clientId, authorizationUrl, spec.tokenUrl().orElse("")));
    }
  }

  /// @param what completes "the integration …": `has no clientId`
  public record Lacking(String what) implements Found {}

  /// The preferred mode of those by code.
  public Found of(Integration integration) {
    return modes.of(integration).stream()
        .filter(mode -> mode.mode().equals(MODE))
        .findFirst()
        .map(mode -> of(integration, mode))
        .orElseGet(() -> new Lacking("is of a provider that is not connected by OAuth consent"));
  }

  /// The mode that a request was begun in.
  ///
  /// @param name as [AuthMode#name] gives it
  Optional<Ready> named(Integration integration, String name) {
    return modes
        .named(integration, name)
        .filter(mode -> mode.mode().equals(MODE) && mode.name().equals(name))
        .flatMap(mode ->
            of(integration, mode) instanceof Ready ready ? Optional.of(ready) : Optional.empty());
  }

  private static Found of(Integration integration, AuthMode mode) {
    var spec = OauthClients.spec(integration, mode);
    if (integration.clientId().isEmpty()) {
      return new Lacking("has no clientId");
    }
    if (spec.authorizationUrl().filter(CodeModes::isUrl).isEmpty()) {
      return new Lacking("has no authorizationUrl in its config");
    }
    if (spec.tokenUrl().filter(CodeModes::isUrl).isEmpty()) {
      return new Lacking("has no tokenUrl in its config");
    }
    return new Ready(mode, spec, integration.clientId().get(), spec.authorizationUrl().get());
  }

  // A manifest's may hold {placeholders} that nothing fills.
  private static boolean isUrl(String text) {
    try {
      return URI.create(text).getHost() != null;
    } catch (IllegalArgumentException placeholders) {
      return false;
    }
  }
}
