package wasl.oauth;

import java.util.List;
import java.util.Optional;
import wasl.connection.Connection;
import wasl.connection.Integration;
import wasl.connection.IntegrationStore;
import wasl.manifest.Manifest.AuthMode;

/// Says whether a user granted what an integration asks for.
public final class GrantedScopes {
  private static final String SCOPES_MISSING = "scopes_missing";

  private final IntegrationStore integrations;
  private final AuthModes modes;

  public GrantedScopes(IntegrationStore integrations, AuthModes modes) {
    this.integrations = integrations;
    this.modes = modes;
  }

  /// What being active lacks, as a connection's status reason: nothing where all was granted, or no
  /// user grants anything.
  public Optional<String> lack(Connection connection) {
    return integrations
        .find(connection.tenant(), connection.integration())
        .flatMap(integration ->
            modes
                .named(integration, connection.auth())
                .flatMap(mode -> lack(integration, mode, connection.scopes())));
  }

  /// As [#lack(Connection)], of one with these scopes.
  public static Optional<String> lack(
      Integration integration, AuthMode mode, List<String> granted) {
    return mode.mode().equals(AuthMode.AUTHORIZATION_CODE)
        ? lack(integration.scopes(), granted)
        : Optional.empty();
  }

  static Optional<String> lack(List<String> asked, List<String> granted) {
    return granted.containsAll(asked) ? Optional.empty() : Optional.of(SCOPES_MISSING);
  }
}
