package wasl.oauth;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// How long connecting an account may take: somebody waits behind a gateway that answers for itself
/// after 30 seconds, and then what a provider granted is lost.
public final class ConnectBudget {
  /// The longest that a token call is waited for.
  public static final Duration TOKEN_CALL = Duration.ofSeconds(20);

  private static final Duration ALL = Duration.ofSeconds(28);

  private final InstantSource clock;
  private final Instant since;

  /// Begins now.
  ConnectBudget(InstantSource clock) {
    this.clock = clock;
    this.since = clock.instant();
  }

  /// What is left of it; negative where nothing is.
  Duration left() {
    return ALL.minus(Duration.between(since, clock.instant()));
  }

  /// A deadline for a token call, where one is set for all of them.
  public static Duration forTokenCall(Duration set) {
    return set.compareTo(TOKEN_CALL) < 0 ? set : TOKEN_CALL;
  }
}
