package wasl.refresh;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import wasl.connection.Connection;
import wasl.connection.ConnectionStatus;
import wasl.connection.Connections;
import wasl.connection.Credentials;
import wasl.connection.Health;
import wasl.connection.RefreshPlan;
import wasl.connection.Token;
import wasl.connection.Upkeep;
import wasl.oauth.GrantedScopes;
import wasl.oauth.TokenAnswer;
import wasl.oauth.TokenResult;

/// Says what a connection becomes by what came of a token call, whatever happened to it meanwhile.
final class Conclusion {
  static final String INVALID_GRANT = "invalid_grant";
  static final String ROTATION_IN_DOUBT = "rotation_in_doubt";
  static final String REFRESH_FAILED = "refresh_failed";
  static final String REFRESH_FAILING = "refresh_failing";
  static final String CLIENT_REFUSED = "client_refused";

  /// So long an outage may be before it counts as an end.
  static final Duration LONGEST_OUTAGE = Duration.ofDays(7);

  // RFC 6749, section 5.2, and how those say it who answer with a status alone.
  private static final Set<String> OF_THE_CLIENT =
      Set.of("invalid_client", "unauthorized_client", "http_401");

  private static final Set<String> OURS = Set.of(REFRESH_FAILING, CLIENT_REFUSED);

  private final RefreshPlan plan;
  private final BackOff backOff;

  Conclusion(RefreshPlan plan, BackOff backOff) {
    this.plan = plan;
    this.backOff = backOff;
  }

  /// What is to be written.
  ///
  /// @param kind of the change that somebody is told of; empty: nobody is
  /// @param outcome once it is written
  record Step(Connection next, Optional<String> kind, Refreshed outcome) {}

  /// The step from the connection as it is now, which still has the credentials that the call was
  /// made with; empty where the one who took the lease over is to speak.
  Optional<Step> of(Attempt attempt, TokenResult result, Connection was, Instant now) {
    return switch (result) {
      case TokenResult.Granted(TokenAnswer answer) ->
          Optional.of(granted(attempt, answer, was, now));
      case TokenResult.Refused refused when attempt.renewal().isFinal(refused) ->
          Optional.of(ended(refused, was, now));
      case TokenResult.Refused refused ->
          failed(
              attempt,
              refused.error(),
              isOfClient(attempt, refused) ? CLIENT_REFUSED : REFRESH_FAILING,
              Optional.empty(),
              false,
              was,
              now);
      case TokenResult.Unavailable unavailable ->
          failed(
              attempt,
              unavailable.why(),
              REFRESH_FAILING,
              unavailable.retryAfter(),
              unavailable.maybeDone() && attempt.renewal().mayRotate(),
              was,
              now);
    };
  }

  // Also where the lease was lost: these may be the only tokens that are good.
  private Step granted(Attempt attempt, TokenAnswer answer, Connection was, Instant now) {
    var credentials = renewed(attempt.credentials(), answer.token());
    var scopes = answer.scopes().orElse(was.scopes());
    var next =
        was.next(now)
            .credentials(
                attempt
                    .sealer()
                    .seal(Connection.credentialsPlace(was.tenant(), was.id()), credentials.write()),
                answer.token().expiresAt())
            .scopes(scopes)
            .health(Health.HEALTHY)
            .refreshed();
    if (attempt.need() == Need.USE) {
      next.used();
    }
    if (!isAlive(was)) {
      // A suspension, or what demands a new authorization, is not ended by a token.
      var saved = next.upkeep(Upkeep.NONE).build();
      return new Step(saved, Optional.of(Connections.REFRESHED), new Refreshed.Renewed(saved));
    }
    boolean recovered =
        was.status() == ConnectionStatus.ERROR
            || (was.health() == Health.UNHEALTHY
                && (was.upkeep().failures() > 0
                    || was.statusReason().filter(OURS::contains).isPresent()));
    var lastUse = attempt.need() == Need.USE ? now : was.lastUse();
    var facts = Refresher.facts(credentials, attempt.renewal(), lastUse);
    var saved =
        next.status(
                ConnectionStatus.ACTIVE,
                // A failure stood in the place of what it lacks.
                GrantedScopes.lack(attempt.integration(), attempt.renewal().mode(), scopes))
            .upkeep(Upkeep.due(facts.flatMap(known -> plan.dueAt(known, now))))
            .build();
    return new Step(
        saved,
        Optional.of(recovered ? Connections.RECOVERED : Connections.REFRESHED),
        new Refreshed.Renewed(saved));
  }

  /// The credentials with a new token. An answer without a refresh token, or without a base URL,
  /// leaves the one before good.
  static Credentials renewed(Credentials before, Token token) {
    return before.with(
        new Token(
            token.accessToken(),
            token.refreshToken().or(() -> before.token().flatMap(Token::refreshToken)),
            token.expiresAt(),
            token.obtainedAt(),
            token.obtainedFrom(),
            token.apiBase().or(() -> before.token().flatMap(Token::apiBase))));
  }

  private static Step ended(TokenResult.Refused refused, Connection was, Instant now) {
    var upkeep = was.upkeep();
    var reason = upkeep.inDoubt() ? ROTATION_IN_DOUBT : INVALID_GRANT;
    var next = was.next(now).upkeep(upkeep.released(Optional.empty(), upkeep.inDoubt()));
    if (!isAlive(was)) {
      var left = next.build();
      return new Step(left, Optional.empty(), new Refreshed.Ended(left, refused.error()));
    }
    var ended =
        next.status(ConnectionStatus.ERROR, Optional.of(reason)).health(Health.UNHEALTHY).build();
    boolean known =
        was.status() == ConnectionStatus.ERROR && was.statusReason().equals(Optional.of(reason));
    return new Step(
        ended,
        known
            ? Optional.empty()
            : Optional.of(
                reason.equals(ROTATION_IN_DOUBT) ? Connections.FAILED : Connections.EXPIRED),
        new Refreshed.Ended(ended, refused.error()));
  }

  // Where a token is fetched anew each time, nothing but who fetches it can be refused.
  private static boolean isOfClient(Attempt attempt, TokenResult.Refused refused) {
    return attempt.renewal().mode().fetchesToken() || OF_THE_CLIENT.contains(refused.error());
  }

  private Optional<Step> failed(
      Attempt attempt,
      String why,
      String reason,
      Optional<Duration> retryAfter,
      boolean doubt,
      Connection was,
      Instant now) {
    if (!attempt.holds(was)) {
      return Optional.empty();
    }
    var upkeep = was.upkeep();
    boolean inDoubt = upkeep.inDoubt() || doubt;
    var notBefore = backOff.next(upkeep.failures(), retryAfter, now);
    if (was.status() != ConnectionStatus.ACTIVE) {
      var left = was.next(now).upkeep(upkeep.released(Optional.empty(), inDoubt)).build();
      return Optional.of(
          new Step(left, Optional.empty(), new Refreshed.Failed(left, why, notBefore)));
    }
    boolean known = was.health() == Health.UNHEALTHY;
    // An end of the token that comes while the provider is left alone is told when it comes.
    var look =
        was.expiresAt()
            .filter(end -> !known && now.isBefore(end) && end.isBefore(notBefore))
            .orElse(notBefore);
    var failed = upkeep.failed(now, notBefore, look, inDoubt);
    var since = failed.failingSince().orElse(now);
    if (!now.isBefore(since.plus(LONGEST_OUTAGE))) {
      var ended =
          was.next(now)
              .status(ConnectionStatus.ERROR, Optional.of(REFRESH_FAILED))
              .health(Health.UNHEALTHY)
              .upkeep(failed.movedTo(Optional.empty()))
              .build();
      return Optional.of(
          new Step(ended, Optional.of(Connections.FAILED), new Refreshed.Ended(ended, why)));
    }
    var next = was.next(now).status(ConnectionStatus.ACTIVE, Optional.of(reason)).upkeep(failed);
    // Told once: when the first try fails whose token is of no more use.
    boolean told = was.isExpired(now) && !known;
    var left = (told ? next.health(Health.UNHEALTHY) : next).build();
    return Optional.of(
        new Step(
            left,
            told ? Optional.of(Connections.FAILING) : Optional.empty(),
            new Refreshed.Failed(left, why, notBefore)));
  }

  private static boolean isAlive(Connection connection) {
    return connection.status() == ConnectionStatus.ACTIVE
        || connection.status() == ConnectionStatus.ERROR;
  }
}
