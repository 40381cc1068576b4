package wasl.local.simulator;

import wasl.web.Response;

/// What a caller gets.
sealed interface Reply {
  record Sent(Response response) implements Reply {}

  /// The connection ends without an answer.
  record Dropped() implements Reply {}
}
