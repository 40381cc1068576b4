package wasl.oauth;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wasl.connection.Connections.Authorized;
import wasl.connection.Credentials;
import wasl.connection.Health;
import wasl.connection.Integration;
import wasl.connection.RefreshPlan;
import wasl.connection.Token;
import wasl.connection.Upkeep;
import wasl.manifest.OauthSpec;
import wasl.provider.AccountName;
import wasl.vault.Secret;

/// Makes of an authorization code what a connection holds, whoever obtained the code.
public final class CodeExchange {
  /// Of the credentials that come of it.
  private static final String TYPE = "oauth2";

  private final AuthModes modes;
  private final OauthClients clients;
  private final TokenClient tokens;
  private final AccountLookup accounts;
  private final RefreshPlan plan;
  private final InstantSource clock;

  public CodeExchange(
      AuthModes modes,
      OauthClients clients,
      TokenClient tokens,
      AccountLookup accounts,
      RefreshPlan plan,
      InstantSource clock) {
    this.modes = modes;
    this.clients = clients;
    this.tokens = tokens;
    this.accounts = accounts;
    this.plan = plan;
    this.clock = clock;
  }

  /// A code, and what it was asked for with.
  ///
  /// @param verifier PKCE's; empty where the code was asked for without
  /// @param scopes that were asked for
  /// @param account as the redirect named it
  public record Code(
      Secret code,
      Optional<Secret> verifier,
      String redirectUri,
      List<String> scopes,
      Optional<String> account) {
    public Code {
      scopes = List.copyOf(scopes);
    }
  }

  /// What came of it.
  public sealed interface Exchanged {}

  /// @param account the provider's name for the account; empty where nobody says it
  public record Granted(Authorized authorized, Optional<String> account) implements Exchanged {}

  /// @param error a code, to be shown and passed on: the provider's own, or one of ours
  /// @param description the provider's own words, on one line
  public record Failed(String error, Optional<String> description) implements Exchanged {
    /// It is down, slow, or throttles: another try may succeed.
    public static final String PROVIDER_UNAVAILABLE = "provider_unavailable";

    /// It answered, but with no token.
    public static final String PROVIDER_ANSWER_INVALID = "provider_answer_invalid";

    /// It gave a token of its other side: a live one to an integration in sandbox mode, or the
    /// other way round.
    public static final String WRONG_MODE = "wrong_mode";

    /// It said no, without a word.
    public static final String PROVIDER_REFUSED = "provider_refused";

    static Failed of(String error) {
      return new Failed(error, Optional.empty());
    }
  }

  public Exchanged exchange(Integration integration, CodeModes.Ready mode, Code code) {
    var client = clients.of(integration, mode.mode());
    if (client.isEmpty()) {
      throw new IllegalArgumentException("an integration that is ready has a token URL");
    }
    var budget = new ConnectBudget(clock);
    return switch (tokens.byCode(client.get(), code.code(), code.redirectUri(), code.verifier())) {
      case TokenResult.Granted(var answer) -> granted(integration, mode, code, answer, budget);
      case TokenResult.Refused(var error, var description) ->
          new Failed(error.startsWith("http_") ? Failed.PROVIDER_REFUSED : error, description);
      case TokenResult.Unavailable unavailable ->
          Failed.of(
              unavailable.isUnusable()
                  ? Failed.PROVIDER_ANSWER_INVALID
                  : Failed.PROVIDER_UNAVAILABLE);
    };
  }

  private Exchanged granted(
      Integration integration,
      CodeModes.Ready mode,
      Code code,
      TokenAnswer answer,
      ConnectBudget budget) {
    if (isOfOtherMode(integration, answer.token().accessToken())) {
      return Failed.of(Failed.WRONG_MODE);
    }
    var authorized = authorized(mode, answer.token(), code.scopes(), answer.scopes());
    var said = answer.account().or(() -> AccountName.of(code.account()));
    if (said.isPresent()) {
      return new Granted(authorized, said);
    }
    return switch (accounts.account(
        integration, mode.mode(), authorized.credentials(), budget.left())) {
      case AccountLookup.Known(var name) -> new Granted(authorized, Optional.of(name));
      case AccountLookup.Other.NONE -> new Granted(authorized, Optional.empty());
      // Kept without its name, it would be a second connection of an account that has one.
      case AccountLookup.Other.UNCLEAR -> Failed.of(Failed.PROVIDER_UNAVAILABLE);
    };
  }

  private boolean isOfOtherMode(Integration integration, Secret token) {
    return modes
        .manifest(integration)
        .flatMap(manifest -> manifest.modeOfKey(token.reveal()))
        .filter(side -> side != integration.mode().ofManifest())
        .isPresent();
  }

  /// The same, with a refresh token that an earlier authorization of the same account gave: some
  /// providers give one at the first consent only.
  Granted renewableBy(CodeModes.Ready mode, Granted granted, Secret refreshToken) {
    var token = granted.authorized().credentials().token().orElseThrow();
    var renewable =
        new Token(
            token.accessToken(),
            Optional.of(refreshToken),
            token.expiresAt(),
            token.obtainedAt(),
            token.obtainedFrom(),
            token.apiBase());
    var authorized = granted.authorized();
    return new Granted(
        new Authorized(
            authorized.auth(),
            authorized.credentials().with(renewable),
            authorized.scopes(),
            authorized.health(),
            authorized.statusReason(),
            upkeep(mode.spec(), renewable)),
        granted.account());
  }

  private Authorized authorized(
      CodeModes.Ready mode, Token token, List<String> asked, Optional<List<String>> said) {
    // An answer that names no scopes grants what was asked for (RFC 6749, section 5.1).
    var granted = said.orElse(asked);
    return new Authorized(
        mode.mode().name(),
        new Credentials(TYPE, Map.of(), Optional.of(token)),
        granted,
        // The provider itself gave them just now.
        Health.HEALTHY,
        GrantedScopes.lack(asked, granted, mode.spec()),
        upkeep(mode.spec(), token));
  }

  private Upkeep upkeep(OauthSpec spec, Token token) {
    var now = clock.instant();
    var facts =
        new RefreshPlan.Facts(
            token,
            token.refreshToken().isPresent(),
            now,
            spec.refresh().flatMap(OauthSpec.Refresh::life));
    return Upkeep.due(plan.dueAt(facts, now));
  }
}
