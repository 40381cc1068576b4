package wasl.oauth;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import wasl.connection.Connections.Authorized;
import wasl.connection.Credentials;
import wasl.connection.Health;
import wasl.connection.Integration;
import wasl.connection.RefreshPlan;
import wasl.connection.Upkeep;
import wasl.manifest.Manifest.AuthMode;
import wasl.provider.AccountName;
import wasl.provider.CredentialCheck;
import wasl.provider.CredentialCheck.Verdict;
import wasl.provider.ProviderAccount;
import wasl.vault.Secret;

/// Lets credentials become a connection's that their provider takes: fetches the token that they
/// are good for, and asks whose they are.
public final class Admission {
  /// Nothing says where the tokens of the mode come from.
  public static final String NOT_CONFIGURED = "not_configured";

  private final AuthModes modes;
  private final TokenSource tokens;
  private final CredentialCheck check;
  private final RefreshPlan plan;
  private final InstantSource clock;

  public Admission(
      AuthModes modes,
      TokenSource tokens,
      CredentialCheck check,
      RefreshPlan plan,
      InstantSource clock) {
    this.modes = modes;
    this.tokens = tokens;
    this.check = check;
    this.plan = plan;
    this.clock = clock;
  }

  /// What came of it.
  public sealed interface Admitted {}

  /// @param account the provider's name for the account; empty where it does not say
  public record Let(Authorized authorized, Optional<String> account) implements Admitted {}

  /// The provider does not take them, or they cannot be sent to it.
  ///
  /// @param fields that are at fault, each with what is wrong; none: it is the integration's own
  ///   client that the provider does not take
  /// @param why a word of the provider's, or ours
  public record Refused(Map<String, String> fields, String why) implements Admitted {
    public Refused {
      fields = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }
  }

  /// The provider does not say.
  ///
  /// @param why a word: `timeout`, `http_503`, …
  /// @param retryAfter how long it asks to be left alone
  public record Undecided(String why, Optional<Duration> retryAfter) implements Admitted {}

  /// @param mode one of the integration's [AuthModes]
  /// @param credentials as they were given
  public Admitted admit(Integration integration, AuthMode mode, Credentials credentials) {
    var noName =
        accountField(mode, credentials)
            .filter(field -> AccountName.of(value(credentials, field)).isEmpty());
    if (noName.isPresent()) {
      return new Refused(
          Map.of(noName.get(), "names the account: must be " + AccountName.EXPECTATION), "no_name");
    }
    var budget = new ConnectBudget(clock);
    if (!mode.fetchesToken()) {
      return checked(integration, mode, credentials, Optional.empty(), budget);
    }
    if (tokens.renewal(integration, mode.name(), credentials).isEmpty()) {
      return new Refused(Map.of(), NOT_CONFIGURED);
    }
    return switch (tokens.renew(integration, mode, credentials)) {
      case TokenResult.Granted(var answer) ->
          checked(integration, mode, credentials.with(answer.token()), Optional.of(answer), budget);
      case TokenResult.Refused(var error, _) -> refused(integration, mode, credentials, error);
      case TokenResult.Unavailable(var why, var retryAfter, _) -> new Undecided(why, retryAfter);
    };
  }

  private Admitted checked(
      Integration integration,
      AuthMode mode,
      Credentials credentials,
      Optional<TokenAnswer> answer,
      ConnectBudget budget) {
    var account = account(integration, mode, credentials);
    return switch (check.check(account, budget.left())) {
      case Verdict.Good(var name, _) ->
          let(integration, mode, credentials, answer, Health.HEALTHY, name);
      case Verdict.Unasked() ->
          let(
              integration,
              mode,
              credentials,
              answer,
              answer.isPresent() ? Health.HEALTHY : Health.UNCHECKED,
              Optional.empty());
      case Verdict.Bad(var why) -> refused(integration, mode, credentials, why);
      case Verdict.Unsendable(var fields) -> new Refused(fields, "unsendable");
      case Verdict.Unclear(var why, var retryAfter) -> new Undecided(why, retryAfter);
    };
  }

  private Let let(
      Integration integration,
      AuthMode mode,
      Credentials credentials,
      Optional<TokenAnswer> answer,
      Health health,
      Optional<String> named) {
    var account =
        answer.flatMap(TokenAnswer::account).or(() -> ofField(mode, credentials)).or(() -> named);
    return new Let(
        new Authorized(
            mode.name(),
            credentials,
            answer.flatMap(TokenAnswer::scopes).orElse(scopes(integration, mode)),
            health,
            Optional.empty(),
            upkeep(integration, mode, credentials)),
        account);
  }

  // Whoever imports a token was granted what the integration asks for, as far as anyone knows.
  private static List<String> scopes(Integration integration, AuthMode mode) {
    return mode.hasToken() ? integration.scopes() : List.of();
  }

  private static Optional<String> ofField(AuthMode mode, Credentials credentials) {
    return AccountName.of(
        accountField(mode, credentials).flatMap(field -> value(credentials, field)));
  }

  private static Optional<String> accountField(AuthMode mode, Credentials credentials) {
    return mode.facts().text("accountField").filter(credentials.fields()::containsKey);
  }

  private static Optional<String> value(Credentials credentials, String field) {
    return Optional.ofNullable(credentials.fields().get(field)).map(Secret::reveal);
  }

  private Upkeep upkeep(Integration integration, AuthMode mode, Credentials credentials) {
    var now = clock.instant();
    var renewal = tokens.renewal(integration, mode.name(), credentials);
    return credentials
        .token()
        .map(token ->
            Upkeep.due(
                plan.dueAt(
                    new RefreshPlan.Facts(
                        token,
                        renewal.isPresent(),
                        now,
                        renewal.flatMap(Renewal::refreshTokenLife)),
                    now)))
        .orElse(Upkeep.NONE);
  }

  private Refused refused(
      Integration integration, AuthMode mode, Credentials credentials, String why) {
    var fields = new LinkedHashMap<String, String>();
    suspects(integration, mode, credentials)
        .forEach(field -> fields.put(field, "was refused by the provider: " + why));
    return new Refused(fields, why);
  }

  private List<String> suspects(Integration integration, AuthMode mode, Credentials credentials) {
    if (mode.mode().equals(AuthMode.AUTHORIZATION_CODE)) {
      return List.of(ProviderAccount.ACCESS_TOKEN);
    }
    // A client of its own stands beside what the manifest asks for.
    var client =
        Stream.of(TokenSources.CLIENT_SECRET, TokenSources.CLIENT_ID)
            .filter(credentials.fields()::containsKey)
            .findFirst();
    return client
        .map(List::of)
        .orElseGet(() -> CredentialCheck.suspects(account(integration, mode, credentials)));
  }

  private ProviderAccount account(Integration integration, AuthMode mode, Credentials credentials) {
    return WhoamiAccounts.account(modes, integration, mode, credentials);
  }
}
