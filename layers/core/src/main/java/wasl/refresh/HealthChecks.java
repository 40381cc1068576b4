package wasl.refresh;

import java.time.InstantSource;
import wasl.access.Cause;
import wasl.connection.Connection;
import wasl.connection.ConnectionStatus;
import wasl.connection.Connections;
import wasl.connection.Health;
import wasl.connection.IntegrationStore;
import wasl.oauth.AuthModes;
import wasl.provider.CredentialCheck;
import wasl.provider.CredentialCheck.Verdict;
import wasl.provider.ProviderAccount;

/// Asks providers whether connections' credentials are still good.
public final class HealthChecks {
  private final Connections connections;
  private final IntegrationStore integrations;
  private final AuthModes modes;
  private final Refresher refresher;
  private final CredentialCheck check;
  private final InstantSource clock;

  public HealthChecks(
      Connections connections,
      IntegrationStore integrations,
      AuthModes modes,
      Refresher refresher,
      CredentialCheck check,
      InstantSource clock) {
    this.connections = connections;
    this.integrations = integrations;
    this.modes = modes;
    this.refresher = refresher;
    this.check = check;
    this.clock = clock;
  }

  /// What came of it. The connection is as it is afterwards.
  public sealed interface Checked {
    /// The provider said; or it did not, and the health stays as it was.
    record Done(Connection connection) implements Checked {}

    /// Its credentials are not used in this status.
    record NotActive(Connection connection) implements Checked {}

    record Gone() implements Checked {}
  }

  /// Checks it, and keeps what was found. A token that has ended is refreshed first: of it the
  /// provider could say nothing else.
  public Checked check(Connection seen, Cause cause) {
    if (seen.status() != ConnectionStatus.ACTIVE && seen.status() != ConnectionStatus.ERROR) {
      return new Checked.NotActive(seen);
    }
    if (!seen.isExpired(clock.instant())) {
      return asked(seen, cause);
    }
    return switch (refresher.refresh(seen, Need.USE, cause)) {
      case Refreshed.Renewed(var connection) ->
          connection.isExpired(clock.instant())
              ? new Checked.Done(connection)
              : asked(connection, cause);
      case Refreshed.NotDue(var connection, _) -> new Checked.Done(connection);
      case Refreshed.Held(var connection, _) -> new Checked.Done(connection);
      case Refreshed.PutOff(var connection, _) -> new Checked.Done(connection);
      case Refreshed.Failed(var connection, _, _) -> new Checked.Done(connection);
      case Refreshed.Ended(var connection, _) -> new Checked.Done(connection);
      case Refreshed.Nothing(var connection) -> new Checked.Done(connection);
      // In error, with a token that has ended: nothing has changed.
      case Refreshed.NotActive(var connection) -> new Checked.Done(connection);
      case Refreshed.Gone() -> new Checked.Gone();
    };
  }

  private Checked asked(Connection connection, Cause cause) {
    var integration = integrations.find(connection.tenant(), connection.integration());
    var mode = integration.flatMap(found -> modes.named(found, connection.auth()));
    var manifest = integration.flatMap(modes::manifest);
    if (mode.isEmpty() || manifest.isEmpty()) {
      return new Checked.Done(connection);
    }
    var account =
        new ProviderAccount(
            manifest.get(),
            mode.get(),
            connection.mode().ofManifest(),
            connections.credentials(connection));
    return switch (check.check(account)) {
      case Verdict.Good _ -> found(connection, Health.HEALTHY, cause);
      case Verdict.Bad _, Verdict.Unsendable _ -> found(connection, Health.UNHEALTHY, cause);
      case Verdict.Unclear _ -> new Checked.Done(connection);
      case Verdict.Unasked _ ->
          mode.get().fetchesToken() ? renewed(connection, cause) : new Checked.Done(connection);
    };
  }

  // The call for a token is the proof of such a mode. It is a refresh like any other: a provider
  // may end the token before when it gives one more.
  private Checked renewed(Connection connection, Cause cause) {
    return switch (refresher.refresh(connection, Need.DEMAND, cause)) {
      case Refreshed.Failed(var failed, _, _) ->
          failed.statusReason().filter(Conclusion.CLIENT_REFUSED::equals).isPresent()
              ? found(failed, Health.UNHEALTHY, cause)
              : new Checked.Done(failed);
      case Refreshed.Gone() -> new Checked.Gone();
      case Refreshed.Renewed(var now) -> new Checked.Done(now);
      case Refreshed.NotDue(var now, _) -> new Checked.Done(now);
      case Refreshed.Held(var now, _) -> new Checked.Done(now);
      case Refreshed.PutOff(var now, _) -> new Checked.Done(now);
      case Refreshed.Ended(var now, _) -> new Checked.Done(now);
      case Refreshed.Nothing(var now) -> new Checked.Done(now);
      case Refreshed.NotActive(var now) -> new Checked.NotActive(now);
    };
  }

  private Checked found(Connection connection, Health health, Cause cause) {
    return connections
        .checked(connection, health, cause)
        .<Checked>map(Checked.Done::new)
        .orElseGet(Checked.Gone::new);
  }
}
