package wasl.refresh;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;
import wasl.access.Cause;
import wasl.access.ChangeMark;
import wasl.connection.Connection;
import wasl.connection.ConnectionStatus;
import wasl.connection.ConnectionStore;
import wasl.connection.Connections;
import wasl.connection.Credentials;
import wasl.connection.Health;
import wasl.connection.IntegrationStore;
import wasl.connection.Integrations;
import wasl.connection.RefreshPlan;
import wasl.connection.Upkeep;
import wasl.id.Ids;
import wasl.oauth.GrantedScopes;
import wasl.oauth.Renewal;
import wasl.oauth.TokenClient;
import wasl.oauth.TokenResult;
import wasl.oauth.TokenRevocation;
import wasl.oauth.TokenSource;
import wasl.vault.DataKeys;
import wasl.vault.Vault;

/// Refreshes connections' tokens: of all who want the same one at the same time, one calls.
///
/// Claim, call, save. The claim is a lease and the intent to call, in one conditional write: who
/// finds a lease that has ended knows that its holder calls no more, and that a call may have been
/// made whose answer nobody saved. The save demands nothing of the lease, only that the credentials
/// are still those that the call was made with: what a slow call brings may be the only tokens that
/// are good.
public final class Refresher {
  static final String TOKEN_EXPIRED = "token_expired";
  static final String CREDENTIALS_UNREADABLE = "credentials_unreadable";

  private static final String TRY = "try_";
  private static final int MOST_ROUNDS = 20;
  // What a provider gave once is not given again: worth more than one try at keeping it.
  private static final Duration BETWEEN_SAVES = Duration.ofMillis(500);
  // So long it is tried: well before the function that runs this ends.
  private static final Duration LONGEST = Duration.ofSeconds(38);

  private final ConnectionStore connections;
  private final IntegrationStore integrations;
  private final TokenSource tokens;
  private final TokenRevocation revocation;
  private final Vault vault;
  private final RefreshPlan plan;
  private final Conclusion conclusion;
  private final Pause pause;
  private final RefreshListener listener;
  private final InstantSource clock;
  private final RandomGenerator random;

  public Refresher(
      ConnectionStore connections,
      IntegrationStore integrations,
      TokenSource tokens,
      TokenRevocation revocation,
      Vault vault,
      RefreshPlan plan,
      Pause pause,
      RefreshListener listener,
      InstantSource clock,
      RandomGenerator random) {
    this.connections = connections;
    this.integrations = integrations;
    this.tokens = tokens;
    this.revocation = revocation;
    this.vault = vault;
    this.plan = plan;
    this.conclusion = new Conclusion(plan, new BackOff(random));
    this.pause = pause;
    this.listener = listener;
    this.clock = clock;
    this.random = random;
  }

  /// Refreshes the token if the need allows it and nobody else is at it.
  ///
  /// @param seen as it was read a moment ago
  public Refreshed refresh(Connection seen, Need need, Cause cause) {
    var was = seen;
    for (int round = 0; round < MOST_ROUNDS; round++) {
      var tried = Optional.<Attempt>empty();
      switch (decided(was, need, cause)) {
        case Decision.Answer(Refreshed answer) -> {
          return answer;
        }
        case Decision.Write(Connection next, Optional<String> kind, Refreshed then) -> {
          if (written(was, next, kind, cause)) {
            return then;
          }
        }
        case Decision.Call(Attempt attempt) -> {
          if (written(was, attempt.held(), Optional.empty(), cause)) {
            return called(attempt);
          }
          tried = Optional.of(attempt);
        }
      }
      var found = connections.find(seen.tenant(), seen.id());
      if (found.isEmpty()) {
        return new Refreshed.Gone();
      }
      was = found.get();
      // It was written though its answer was lost, and a reader's note came between that and the
      // next try of the same write.
      if (tried.isPresent() && tried.get().holds(was)) {
        return called(tried.get().over(was));
      }
      if (was.credentialsVersion() != seen.credentialsVersion()) {
        return new Refreshed.Renewed(was);
      }
    }
    throw new IllegalStateException(seen.id() + " changes faster than it can be refreshed");
  }

  /// What a plan for the connection is made of; empty for one without a token.
  Optional<RefreshPlan.Facts> facts(Connection connection, Credentials credentials) {
    return credentials
        .token()
        .flatMap(token ->
            renewal(connection, credentials)
                .flatMap(renewal -> facts(credentials, renewal, connection.lastUse()))
                .or(() ->
                    Optional.of(
                        new RefreshPlan.Facts(
                            token, false, connection.lastUse(), Optional.empty()))));
  }

  static Optional<RefreshPlan.Facts> facts(
      Credentials credentials, Renewal renewal, Instant lastUse) {
    return credentials
        .token()
        .map(token -> new RefreshPlan.Facts(token, true, lastUse, renewal.refreshTokenLife()));
  }

  Credentials open(Connection connection) {
    return Credentials.open(vault, connection);
  }

  private Optional<Renewal> renewal(Connection connection, Credentials credentials) {
    return integrations
        .find(connection.tenant(), connection.integration())
        .flatMap(integration -> tokens.renewal(integration, connection.auth(), credentials));
  }

  /// What to do with a connection as it was read.
  private sealed interface Decision {
    record Answer(Refreshed answer) implements Decision {}

    /// No call; something about the connection is to be put right.
    record Write(Connection next, Optional<String> kind, Refreshed then) implements Decision {}

    record Call(Attempt attempt) implements Decision {}
  }

  private Decision decided(Connection was, Need need, Cause cause) {
    var now = clock.instant();
    boolean allowed =
        was.status() == ConnectionStatus.ACTIVE
            || (need == Need.DEMAND && was.status() == ConnectionStatus.ERROR);
    if (!allowed) {
      return settled(was, Optional.empty(), new Refreshed.NotActive(was), now);
    }
    var live = was.upkeep().hold().filter(hold -> hold.isLive(now));
    if (live.isPresent()) {
      return new Decision.Answer(new Refreshed.Held(was, live.get().until()));
    }
    if (need == Need.USE && !was.isExpired(now)) {
      return new Decision.Answer(new Refreshed.Renewed(was));
    }
    Credentials credentials;
    try {
      credentials = open(was);
    } catch (Vault.CannotOpen | DataKeys.KeyGone forGood) {
      return unreadable(was, now);
    }
    var token = credentials.token();
    if (token.isEmpty()) {
      return settled(was, Optional.empty(), new Refreshed.Nothing(was), now);
    }
    var integration = integrations.find(was.tenant(), was.integration());
    var renewal = integration.flatMap(found -> tokens.renewal(found, was.auth(), credentials));
    if (renewal.isEmpty()) {
      return unrenewable(was, need, now);
    }
    var notBefore = was.upkeep().notBefore().filter(now::isBefore);
    if (need != Need.DEMAND && notBefore.isPresent()) {
      return putOff(was, notBefore.get(), now);
    }
    var facts = facts(credentials, renewal.get(), was.lastUse()).orElseThrow();
    if (need == Need.DUE && !plan.isDue(facts, now)) {
      var lack = GrantedScopes.lack(integration.orElseThrow(), renewal.get().mode(), was.scopes());
      return notDue(was, plan.dueAt(facts, now), lack, now);
    }
    if (!token.get().obtainedFrom().equals(renewal.get().origin())) {
      return turnedAway(was, now);
    }
    var doubt = was.upkeep().inDoubt() || (renewal.get().mayRotate() && isUnconcluded(was));
    var owner = Ids.next(TRY, now, random);
    var hold = new Upkeep.Hold(owner, now, now.plus(Upkeep.LEASE), was.credentialsVersion());
    var next = was.next(now).upkeep(was.upkeep().held(hold, doubt));
    var held = (need == Need.USE ? next.used() : next).build();
    return new Decision.Call(
        new Attempt(
            held,
            owner,
            integration.orElseThrow(),
            renewal.get(),
            credentials,
            vault.sealer(was.tenant()),
            need,
            now,
            cause));
  }

  // Its lease has ended, or this would not be asked.
  private static boolean isUnconcluded(Connection connection) {
    return connection
        .upkeep()
        .hold()
        .filter(hold -> hold.credentialsVersion() == connection.credentialsVersion())
        .isPresent();
  }

  /// Puts right when the scan looks again, where that is not how it stands.
  private static Decision settled(
      Connection was, Optional<Instant> dueAt, Refreshed answer, Instant now) {
    if (was.upkeep().dueAt().equals(dueAt)) {
      return new Decision.Answer(answer);
    }
    return new Decision.Write(
        was.next(now).upkeep(was.upkeep().movedTo(dueAt)).build(), Optional.empty(), answer);
  }

  // The token has ended since the last try failed, and the next one may be an hour away.
  private static Decision putOff(Connection was, Instant notBefore, Instant now) {
    if (!was.isExpired(now) || was.health() == Health.UNHEALTHY) {
      return new Decision.Answer(new Refreshed.PutOff(was, notBefore));
    }
    var ended =
        was.next(now)
            .health(Health.UNHEALTHY)
            .upkeep(was.upkeep().movedTo(Optional.of(notBefore)))
            .build();
    return new Decision.Write(
        ended, Optional.of(Connections.FAILING), new Refreshed.PutOff(ended, notBefore));
  }

  // Nobody tries it any more, for as long as it is idle: what failed before says nothing of the
  // next try, and is not to make an end of its first failure. Of a token that has ended the reason
  // stays true, and its recovery is told.
  private static Decision notDue(
      Connection was, Optional<Instant> dueAt, Optional<String> lack, Instant now) {
    var answer = new Refreshed.NotDue(was, dueAt);
    var upkeep = was.upkeep().afresh(dueAt);
    var reason = was.isExpired(now) ? was.statusReason() : lack;
    if (upkeep.equals(was.upkeep()) && reason.equals(was.statusReason())) {
      return new Decision.Answer(answer);
    }
    return new Decision.Write(
        was.next(now).status(was.status(), reason).upkeep(upkeep).build(),
        Optional.empty(),
        answer);
  }

  // No outage of KMS: what does not open now never does.
  private static Decision unreadable(Connection was, Instant now) {
    if (was.status() == ConnectionStatus.ERROR) {
      return settled(was, Optional.empty(), new Refreshed.Ended(was, CREDENTIALS_UNREADABLE), now);
    }
    var ended =
        was.next(now)
            .status(ConnectionStatus.ERROR, Optional.of(CREDENTIALS_UNREADABLE))
            .health(Health.UNHEALTHY)
            .upkeep(was.upkeep().movedTo(Optional.empty()))
            .build();
    return new Decision.Write(
        ended, Optional.of(Connections.FAILED), new Refreshed.Ended(ended, CREDENTIALS_UNREADABLE));
  }

  private static Decision unrenewable(Connection was, Need need, Instant now) {
    if (need == Need.DEMAND || !was.isExpired(now)) {
      return settled(was, was.expiresAt(), new Refreshed.Nothing(was), now);
    }
    var ended =
        was.next(now)
            .status(ConnectionStatus.ERROR, Optional.of(TOKEN_EXPIRED))
            .health(Health.UNHEALTHY)
            .upkeep(was.upkeep().movedTo(Optional.empty()))
            .build();
    return new Decision.Write(
        ended, Optional.of(Connections.EXPIRED), new Refreshed.Ended(ended, TOKEN_EXPIRED));
  }

  // The integration leads elsewhere since the token was obtained, and nobody was told so far.
  private static Decision turnedAway(Connection was, Instant now) {
    var away =
        was.next(now)
            .status(ConnectionStatus.PENDING_AUTH, Optional.of(Integrations.INTEGRATION_CHANGED))
            .upkeep(was.upkeep().movedTo(Optional.empty()))
            .build();
    return new Decision.Write(
        away, Optional.of(Integrations.REAUTHORIZATION_DEMANDED), new Refreshed.NotActive(away));
  }

  private Refreshed called(Attempt attempt) {
    var begun = clock.instant();
    var outcome = concluded(attempt, result(attempt, begun));
    listener.called(outcome, Duration.between(begun, clock.instant()), attempt.cause());
    return outcome;
  }

  private TokenResult result(Attempt attempt, Instant begun) {
    // The write of the lease may have taken as long as the lease lasts: another could be calling.
    return begun.plus(TokenClient.LONGEST).isAfter(attempt.begun().plus(Upkeep.LEASE))
        ? new TokenResult.Unavailable("lease_too_old", Optional.empty(), false)
        : tokens.renew(attempt.integration(), attempt.renewal().mode(), attempt.credentials());
  }

  private Refreshed concluded(Attempt attempt, TokenResult result) {
    boolean lasting = result instanceof TokenResult.Granted;
    while (true) {
      try {
        return saved(attempt, result);
      } catch (RuntimeException unsaved) {
        if (!lasting || !clock.instant().isBefore(attempt.begun().plus(LONGEST))) {
          throw unsaved;
        }
        pause.last(BETWEEN_SAVES);
      }
    }
  }

  private Refreshed saved(Attempt attempt, TokenResult result) {
    // What is final is looked at first: where another has new tokens, the old ones' end is none.
    var current =
        result instanceof TokenResult.Refused
            ? connections.find(attempt.held().tenant(), attempt.held().id())
            : Optional.of(attempt.held());
    for (int round = 0; round < MOST_ROUNDS; round++) {
      if (current.isEmpty()) {
        return gone(attempt, result);
      }
      var was = current.get();
      if (!attempt.concerns(was)) {
        return new Refreshed.Renewed(was);
      }
      var step = conclusion.of(attempt, result, was, clock.instant());
      if (step.isEmpty()) {
        var until = was.upkeep().hold().map(Upkeep.Hold::until).orElseGet(clock::instant);
        return new Refreshed.Held(was, until);
      }
      if (written(was, step.get().next(), step.get().kind(), attempt.cause())) {
        return step.get().outcome();
      }
      current = connections.find(was.tenant(), was.id());
    }
    throw new IllegalStateException(
        attempt.held().id() + " changes faster than a token can be saved");
  }

  // Whoever deleted it gave back the tokens of before, and knew nothing of these.
  private Refreshed gone(Attempt attempt, TokenResult result) {
    if (result instanceof TokenResult.Granted(var answer)) {
      try {
        revocation.revoke(
            attempt.integration(),
            attempt.held().mode(),
            attempt.held().auth(),
            Conclusion.renewed(attempt.credentials(), answer.token()),
            attempt.held().externalAccountId());
      } catch (Vault.CannotOpen | DataKeys.KeyGone erased) {
        // Its project went as well, and with it what the provider is asked with.
      }
    }
    return new Refreshed.Gone();
  }

  private boolean written(Connection was, Connection next, Optional<String> kind, Cause cause) {
    var written =
        kind.isPresent()
            ? connections.save(
                was, next, ChangeMark.next(kind.get(), next.updatedAt(), cause, random))
            : connections.saveQuietly(was, next);
    return written == ConnectionStore.Written.DONE;
  }
}
