package wasl.local.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/// Something that goes wrong at a provider, by order of the control API.
///
/// @param where whose calls it strikes
/// @param on which of them
/// @param lasts for so many calls, or until a time
record Fault(Target where, On on, Kind kind, Lasting lasts) {
  /// Whose calls.
  sealed interface Target {}

  record OfPart(String id) implements Target {}

  record OfHost(String host) implements Target {}

  /// Which calls.
  enum On {
    /// Every call that brings a token, refreshing included.
    TOKEN,
    REFRESH,
    WHOAMI,
    REVOKE,
    /// All but the consent page, where a browser is.
    ANY;

    boolean includes(CallKind call) {
      return switch (this) {
        case TOKEN -> call == CallKind.TOKEN || call == CallKind.REFRESH;
        case REFRESH -> call == CallKind.REFRESH;
        case WHOAMI -> call == CallKind.WHOAMI;
        case REVOKE -> call == CallKind.REVOKE;
        case ANY -> call != CallKind.AUTHORIZE;
      };
    }

    boolean bringsTokensOnly() {
      return this == TOKEN || this == REFRESH;
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// What goes wrong.
  sealed interface Kind {}

  /// The answer takes its time.
  record Slow(Duration time) implements Kind {}

  /// An answer with this status, and nothing done.
  record Status(int status, Optional<Duration> retryAfter) implements Kind {}

  /// The code or refresh token is refused.
  record InvalidGrant() implements Kind {}

  /// All is done, and the answer is lost.
  record RotateThenDrop() implements Kind {}

  /// A page instead of JSON, with status 200, and nothing done.
  record Html() implements Kind {}

  /// 10 MB of JSON, and nothing done.
  record Huge() implements Kind {}

  /// Status 200 without a body, and nothing done.
  record Empty() implements Kind {}

  /// An access token of 64 KB, which works.
  record HugeToken() implements Kind {}

  /// The connection ends without an answer, and nothing is done.
  record Close() implements Kind {}

  /// How long.
  sealed interface Lasting {}

  record Times(int left) implements Lasting {}

  record Until(Instant end) implements Lasting {}

  boolean strikes(Part part, String host, CallKind call) {
    boolean isMeant =
        switch (where) {
          case OfPart(String id) -> id.equals(part.id());
          case OfHost(String its) -> its.equals(host);
        };
    return isMeant && on.includes(call);
  }

  boolean isOver(Instant now) {
    return switch (lasts) {
      case Times(int left) -> left <= 0;
      case Until(Instant end) -> !end.isAfter(now);
    };
  }

  Fault afterStrike() {
    return lasts instanceof Times(int left)
        ? new Fault(where, on, kind, new Times(left - 1))
        : this;
  }
}
