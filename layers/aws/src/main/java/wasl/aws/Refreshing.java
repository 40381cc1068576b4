package wasl.aws;

import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import wasl.connection.ConnectionStore;
import wasl.connection.RefreshPlan;
import wasl.manifest.Catalog;
import wasl.oauth.AuthModes;
import wasl.oauth.OauthClients;
import wasl.oauth.TokenClient;
import wasl.oauth.TokenSource;
import wasl.oauth.TokenSources;
import wasl.refresh.Pause;
import wasl.refresh.RefreshListener;
import wasl.refresh.Refresher;
import wasl.refresh.UsableCredentials;
import wasl.vault.Vault;

/// What refreshes tokens on AWS. Put together here for every function that does: the worker of the
/// refresh queue, and whoever reads credentials.
///
/// @param tokens where tokens come from
/// @param plan when they are due
public record Refreshing(
    ConnectionStore connections,
    TokenSource tokens,
    RefreshPlan plan,
    Refresher refresher,
    UsableCredentials credentials) {
  /// How it is done, as the environment says.
  ///
  /// @param deadline of one token call
  /// @param idleAfter a connection that nobody used for so long is left alone
  public record Manner(ProviderEgress egress, Duration deadline, Duration idleAfter) {
    public static Manner read(Settings settings) {
      return new Manner(
          ProviderEgress.read(settings),
          Duration.ofSeconds(
              settings.number(
                  "WASL_REFRESH_HTTP_TIMEOUT_SECONDS",
                  TokenClient.LONGEST.toSeconds(),
                  1,
                  TokenClient.LONGEST.toSeconds())),
          Duration.ofDays(settings.number("WASL_REFRESH_IDLE_DAYS", 7, 1, 3650)));
    }

    /// @param items the table `Connections`
    public Refreshing on(
        DynamoTable items,
        Vault vault,
        Catalog catalog,
        RefreshListener listener,
        InstantSource clock,
        RandomGenerator random) {
      var connections = new DynamoConnectionStore(items);
      var tokens =
          new TokenSources(
              new AuthModes(catalog),
              new OauthClients(vault),
              new TokenClient(egress.open(), clock, deadline));
      var plan = new RefreshPlan(idleAfter, random);
      var refresher =
          new Refresher(
              connections,
              new DynamoIntegrationStore(items),
              tokens,
              vault,
              plan,
              Pause.asleep(),
              listener,
              clock,
              random);
      return new Refreshing(
          connections,
          tokens,
          plan,
          refresher,
          new UsableCredentials(connections, refresher, plan, Pause.asleep(), clock, random));
    }
  }
}
