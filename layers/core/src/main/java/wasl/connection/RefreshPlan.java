package wasl.connection;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// Says when a token is refreshed ahead of time: early, not greedily.
///
/// While the connection is used: at its expiry − min(15 min, lifetime / 2), a little earlier by
/// chance, so that what was connected together is not refreshed together. Afterwards only so often
/// that a refresh token that ends unused does not end.
public final class RefreshPlan {
  private static final Duration LONGEST_MARGIN = Duration.ofMinutes(15);
  // Of the margin: how much earlier chance makes it at most.
  private static final int CHANCE_PARTS = 5;
  // A refresh token that ends is used when three quarters of its life are over.
  private static final int KEEP_ALIVE_PARTS = 4;

  private final Duration idleAfter;
  private final RandomGenerator random;

  /// @param idleAfter a connection that nobody used for so long is left alone
  public RefreshPlan(Duration idleAfter, RandomGenerator random) {
    this.idleAfter = idleAfter;
    this.random = random;
  }

  /// What a plan is made of.
  ///
  /// @param renewable whether a token call can renew it at all
  /// @param lastUse when the connection was last used, or made
  /// @param refreshTokenLife how long a refresh token that is not used lives; empty: for good, or
  ///   there is none
  public record Facts(
      Token token, boolean renewable, Instant lastUse, Optional<Duration> refreshTokenLife) {
    /// The same, of a connection that is used then.
    public Facts usedAt(Instant now) {
      return new Facts(token, renewable, now, refreshTokenLife);
    }
  }

  /// When somebody has to look at the token; empty where it is left alone. One that nothing can
  /// renew is looked at when it ends, so that its connection does not stay active without one.
  /// Never before `now`.
  public Optional<Instant> dueAt(Facts facts, Instant now) {
    return look(facts, now).map(time -> time.isBefore(now) ? now : time);
  }

  private Optional<Instant> look(Facts facts, Instant now) {
    if (!facts.renewable()) {
      return facts.token().expiresAt();
    }
    var early =
        facts
            .token()
            .expiresAt()
            .map(end -> {
              var margin = margin(facts.token(), end);
              return end.minus(margin).minus(chance(margin));
            })
            // Whoever uses it meanwhile finds it due no later than this. What is idle by now is due
            // to nobody: a look at once would find it not due, and look again.
            .filter(time -> time.isBefore(idleFrom(facts)) && now.isBefore(idleFrom(facts)));
    return earlier(early, keepAlive(facts));
  }

  /// Whether a token that can be renewed is to be renewed by now, at the earliest that chance makes
  /// it.
  public boolean isDue(Facts facts, Instant now) {
    var earliest =
        facts
            .token()
            .expiresAt()
            .filter(end -> now.isBefore(idleFrom(facts)))
            .map(end -> {
              var margin = margin(facts.token(), end);
              return end.minus(margin).minus(margin.dividedBy(CHANCE_PARTS));
            });
    return earlier(earliest, keepAlive(facts)).filter(time -> !now.isBefore(time)).isPresent();
  }

  /// The latest that a used connection's token is due, chance left aside.
  public Optional<Instant> latest(Facts facts) {
    return earlier(
        facts.token().expiresAt().map(end -> end.minus(margin(facts.token(), end))),
        keepAlive(facts));
  }

  /// When a refresh token that ends unused must be used; empty where none does.
  public Optional<Instant> keepAlive(Facts facts) {
    return facts
        .refreshTokenLife()
        .map(life ->
            facts
                .token()
                .obtainedAt()
                .plus(life.dividedBy(KEEP_ALIVE_PARTS).multipliedBy(KEEP_ALIVE_PARTS - 1)));
  }

  private Instant idleFrom(Facts facts) {
    return facts.lastUse().plus(idleAfter);
  }

  private Duration chance(Duration margin) {
    return Duration.ofMillis(random.nextLong(Math.max(1, margin.toMillis() / CHANCE_PARTS)));
  }

  private static Duration margin(Token token, Instant end) {
    var life = Duration.between(token.obtainedAt(), end);
    if (life.isNegative()) {
      return Duration.ZERO;
    }
    var half = life.dividedBy(2);
    return half.compareTo(LONGEST_MARGIN) < 0 ? half : LONGEST_MARGIN;
  }

  private static Optional<Instant> earlier(Optional<Instant> one, Optional<Instant> other) {
    return Stream.of(one, other).flatMap(Optional::stream).min(Instant::compareTo);
  }
}
