package wasl.aws;

import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import wasl.connection.ConnectionStore;
import wasl.connection.RefreshPlan;
import wasl.egress.Egress;
import wasl.manifest.Catalog;
import wasl.oauth.AuthModes;
import wasl.oauth.ConnectBudget;
import wasl.oauth.OauthClients;
import wasl.oauth.TokenClient;
import wasl.oauth.TokenLogins;
import wasl.oauth.TokenRevocation;
import wasl.oauth.TokenSource;
import wasl.oauth.TokenSources;
import wasl.provider.CredentialCheck;
import wasl.provider.ProviderCalls;
import wasl.refresh.Pause;
import wasl.refresh.RefreshListener;
import wasl.refresh.Refresher;
import wasl.refresh.UsableCredentials;
import wasl.vault.Vault;

/// What refreshes tokens on AWS. Put together here for every function that does: the worker of the
/// refresh queue, and whoever reads credentials.
///
/// @param providers the way to them
/// @param modes how connections are authorized
/// @param calls who puts calls to providers together
/// @param connectClient who calls token endpoints while somebody waits for a connection
/// @param connectTokens where tokens come from meanwhile
/// @param check who says whether credentials are good
/// @param plan when tokens are due
public record Refreshing(
    ConnectionStore connections,
    Egress providers,
    AuthModes modes,
    ProviderCalls calls,
    TokenClient connectClient,
    TokenSource connectTokens,
    CredentialCheck check,
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

    /// Of one token call while somebody waits for a connection.
    public Duration connectDeadline() {
      return ConnectBudget.forTokenCall(deadline);
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
      var modes = new AuthModes(catalog);
      var providers = egress.open();
      var calls = new ProviderCalls(new SdkRequestSigner(), clock);
      var clients = new OauthClients(vault);
      var tokens =
          new TokenSources(
              modes,
              clients,
              new TokenClient(providers, clock, random, deadline),
              new TokenLogins(modes, providers, calls, clock, deadline),
              clock);
      var connectClient = new TokenClient(providers, clock, random, connectDeadline());
      var connectTokens =
          new TokenSources(
              modes,
              clients,
              connectClient,
              new TokenLogins(modes, providers, calls, clock, connectDeadline()),
              clock);
      var plan = new RefreshPlan(idleAfter, random);
      var refresher =
          new Refresher(
              connections,
              new DynamoIntegrationStore(items),
              tokens,
              new TokenRevocation(modes, clients, calls, providers, TokenRevocation.USUAL_DEADLINE),
              vault,
              plan,
              Pause.asleep(),
              listener,
              clock,
              random);
      return new Refreshing(
          connections,
          providers,
          modes,
          calls,
          connectClient,
          connectTokens,
          new CredentialCheck(providers, calls, clock, CredentialCheck.USUAL_DEADLINE),
          plan,
          refresher,
          new UsableCredentials(connections, refresher, plan, Pause.asleep(), clock, random));
    }
  }
}
