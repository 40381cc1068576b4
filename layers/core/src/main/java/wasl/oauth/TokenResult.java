package wasl.oauth;

import java.time.Duration;
import java.util.Optional;

/// What came of a token call.
public sealed interface TokenResult {
  record Granted(TokenAnswer answer) implements TokenResult {}

  /// The provider says no, by RFC 6749, section 5.2 or in words of its own.
  ///
  /// @param error its code, as `invalid_grant`; `http_<status>` where it says none
  /// @param description its own words, shortened; may be shown to whoever set the integration up
  record Refused(String error, Optional<String> description) implements TokenResult {
    public static final String INVALID_GRANT = "invalid_grant";
  }

  /// The provider does not say: it is down, slow, throttles, or its answer cannot be used.
  ///
  /// @param why a word: `timeout`, `http_503`, `answer_not_json`, …
  /// @param retryAfter how long it asks to be left alone
  /// @param maybeDone whether it may have carried the call out all the same
  record Unavailable(String why, Optional<Duration> retryAfter, boolean maybeDone)
      implements TokenResult {}
}
