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

    /// The client itself is not taken, in whatever words.
    public static final String INVALID_CLIENT = "invalid_client";
  }

  /// The provider does not say: it is down, slow, throttles, or its answer cannot be used.
  ///
  /// @param why a word: `timeout`, `http_503`, `answer_not_json`, …
  /// @param retryAfter how long it asks to be left alone
  /// @param maybeDone whether it may have carried the call out all the same
  record Unavailable(String why, Optional<Duration> retryAfter, boolean maybeDone)
      implements TokenResult {
    static final String TOO_LARGE = "answer_too_large";
    static final String NOT_JSON = "answer_not_json";
    static final String WITHOUT_TOKEN = "answer_without_token";
    static final String TOKEN_UNUSABLE = "token_unusable";
    static final String API_BASE_FOREIGN = "api_base_foreign";
    static final String ODD_STATUS = "odd_http_";

    /// Whether it did answer, but with something that no token can be made of.
    public boolean isUnusable() {
      return switch (why) {
        case TOO_LARGE, NOT_JSON, WITHOUT_TOKEN, TOKEN_UNUSABLE, API_BASE_FOREIGN -> true;
        default -> why.startsWith(ODD_STATUS);
      };
    }
  }
}
