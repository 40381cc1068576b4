package wasl.local.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Tokens that were just made for somebody.
///
/// @param life of the access token, zero for one that never ends though its answer names an end;
///   empty for one that never ends
/// @param refresh empty where the answer has none
record Tokens(Grant grant, String access, Optional<Duration> life, Optional<String> refresh) {
  /// What tokens are like.
  ///
  /// @param accessLife as [Tokens#life]
  /// @param refreshLife empty for refresh tokens that never end
  /// @param grace how long a used refresh token still counts
  /// @param length of the access token at least, in characters
  record Terms(
      Optional<Duration> accessLife,
      Behavior.Refreshing refreshing,
      Optional<Duration> refreshLife,
      Duration grace,
      int length) {
    private static final Duration USUAL_LIFE = Duration.ofHours(1);

    static Terms of(AuthMode mode, Behavior behavior, int length) {
      Optional<Duration> byManifest =
          mode.accessTokenLife()
              .or(() ->
                  mode.expiry() == AuthMode.Expiry.ABSENT
                      ? Optional.empty()
                      : Optional.of(USUAL_LIFE));
      return new Terms(
          behavior.accessTokenLife().or(() -> byManifest),
          behavior.refreshing(mode),
          mode.refreshTokenLife(),
          mode.grace(),
          length);
    }

    Optional<Instant> accessEnd(Instant now) {
      return accessLife.filter(life -> !life.isZero()).map(now::plus);
    }
  }

  /// Neither token.
  @Override
  public String toString() {
    return "Tokens(" + grant + ")";
  }
}
