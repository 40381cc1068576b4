package wasl.oauth;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import wasl.connection.Connection;
import wasl.connection.Integration;
import wasl.connection.IntegrationStore;
import wasl.manifest.Manifest.AuthMode;
import wasl.manifest.OauthSpec;

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
        ? lack(integration.scopes(), granted, OauthClients.spec(integration, mode))
        : Optional.empty();
  }

  static Optional<String> lack(List<String> asked, List<String> granted, OauthSpec spec) {
    return withImplied(granted, spec).containsAll(asked)
        ? Optional.empty()
        : Optional.of(SCOPES_MISSING);
  }

  // Some say a scope by another name, and leave out what goes with another one.
  private static Set<String> withImplied(List<String> granted, OauthSpec spec) {
    var all = new LinkedHashSet<String>();
    var next = new ArrayDeque<>(granted);
    while (!next.isEmpty()) {
      var scope = next.remove();
      if (all.add(scope)) {
        next.addAll(spec.scopeImplies().getOrDefault(scope, List.of()));
      }
    }
    return all;
  }
}
