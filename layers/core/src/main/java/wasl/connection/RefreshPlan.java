package wasl.connection;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Says when a token is refreshed ahead of time: early, not greedily.
///
/// While the connection is used: at its expiry − min(15 min, lifetime / 2), a little earlier by
/// chance, so that what was connected together is not refreshed together. Afterwards only so often
/// that a refresh token that ends unused does not end.
public final class RefreshPlan {
  private static final Duration LONGEST_MARGIN = Duration.ofMinutes(15);
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
      Token token, boolean renewable, Instant lastUse, Optional<Duration> refreshTokenLife) {}

  /// When the token is due; empty where it is left alone.
  public Optional<Instant> dueAt(Facts facts, Instant now) {
    if (!facts.renewable()) {
      return Optional.empty();
    }
    var early = facts.token().expiresAt().map(end -> early(facts.token().obtainedAt(), end));
    // Whoever uses it meanwhile finds it due no later than this.
    if (early.isPresent() && early.get().isBefore(facts.lastUse().plus(idleAfter))) {
      return early;
    }
    return keepAlive(facts);
  }

  /// When a refresh token that ends unused must be used; empty where none does.
  public Optional<Instant> keepAlive(Facts facts) {
    return facts
        .refreshTokenLife()
        .map(life ->
            facts.token().obtainedAt().plus(life.dividedBy(KEEP_ALIVE_PARTS).multipliedBy(3)));
  }

  private Instant early(Instant obtainedAt, Instant end) {
    var life = Duration.between(obtainedAt, end);
    if (life.isNegative() || life.isZero()) {
      return end;
    }
    var half = life.dividedBy(2);
    var margin = half.compareTo(LONGEST_MARGIN) < 0 ? half : LONGEST_MARGIN;
    return end.minus(margin).minusMillis(random.nextLong(Math.max(1, margin.toMillis() / 5)));
  }
}
