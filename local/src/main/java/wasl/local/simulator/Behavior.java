package wasl.local.simulator;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// How a part behaves other than its manifest says, by order of the control API.
///
/// @param accessTokenLife zero: tokens that never end, and an `expires_in` of 0
/// @param account whose account it is, where the consent page leaves it open
/// @param scopes the most that is granted
record Behavior(
    Optional<Duration> accessTokenLife,
    Optional<Refreshing> refreshing,
    Consent consent,
    Optional<String> account,
    Optional<List<String>> scopes,
    boolean omitsExpiresIn) {
  static final Behavior USUAL =
      new Behavior(
          Optional.empty(),
          Optional.empty(),
          Consent.ASK,
          Optional.empty(),
          Optional.empty(),
          false);

  Behavior {
    scopes = scopes.map(List::copyOf);
  }

  /// What becomes of refresh tokens.
  enum Refreshing {
    /// Each use gives another one.
    ROTATE,
    /// One serves for good; answers after the first do not repeat it.
    KEEP,
    /// No answer has one; those that are out keep their worth.
    OMIT
  }

  /// What the consent page does.
  enum Consent {
    ASK,
    AUTO,
    DENY
  }

  Refreshing refreshing(AuthMode mode) {
    boolean can = mode.takes(AuthMode.REFRESH);
    if (can && refreshing.isPresent()) {
      return refreshing.get();
    }
    if (!can || !mode.refreshes()) {
      return Refreshing.OMIT;
    }
    return mode.rotates() ? Refreshing.ROTATE : Refreshing.KEEP;
  }

  List<String> granted(List<String> asked) {
    if (scopes.isEmpty()) {
      return asked;
    }
    return asked.isEmpty() ? scopes.get() : asked.stream().filter(scopes.get()::contains).toList();
  }
}
