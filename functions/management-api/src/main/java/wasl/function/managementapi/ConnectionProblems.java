package wasl.function.managementapi;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import wasl.connection.Connection;
import wasl.web.Problem;

/// Why a connection cannot be used, for the caller.
final class ConnectionProblems {
  private ConnectionProblems() {}

  static Problem notActive(Connection connection) {
    return Problem.conflict("connection-not-active", "the connection is " + status(connection));
  }

  static Problem aliasTaken() {
    return Problem.conflict("alias-taken", "another connection of the integration has this alias");
  }

  static Problem accountTaken() {
    return Problem.conflict(
        "account-taken", "another connection of the integration has this externalAccountId");
  }

  /// Status and reason, in words.
  static String status(Connection connection) {
    return connection.status().wireName()
        + connection.statusReason().map(reason -> " (" + reason + ")").orElse("");
  }

  /// 502: the provider's fault, or its word.
  ///
  /// @param why a word
  static Problem refreshFailed(String why, Optional<Duration> retryAfter) {
    return new Problem(
        502,
        "refresh-failed",
        "The provider gives no token",
        "the token was not refreshed: " + why,
        List.of(),
        retryAfter);
  }

  /// 503: somebody else is at it.
  static Problem refreshInProgress(Duration retryAfter) {
    return new Problem(
        503,
        "refresh-in-progress",
        "Try again later",
        "the token has ended, and is being refreshed for longer than this call may wait",
        List.of(),
        Optional.of(retryAfter));
  }
}
