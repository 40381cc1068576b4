package wasl.local.simulator;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import wasl.web.Headers;

/// A call as the provider would have got it.
///
/// @param host `host[:port]` in lower case, without the usual port
/// @param path undecoded
/// @param rawQuery undecoded, without the question mark
/// @param body not copied
/// @param dated the time by the clock that answers are dated by: the system's, since the JDK's
///   server says no other in its `Date`. By it a client corrects the times that an answer tells
record Call(
    String method,
    String host,
    String path,
    String rawQuery,
    Headers headers,
    byte[] body,
    Instant dated) {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String JSON = "application/json";

  /// A name and a secret as HTTP's Basic scheme carries them, undecoded by OAuth's further rule.
  record NameAndSecret(String name, String secret) {}

  /// The simulator's own URL of it, without scheme and host.
  String target() {
    return "/" + host + path + "?" + rawQuery;
  }

  Parameters query() {
    return Parameters.ofForm(rawQuery);
  }

  boolean isForm() {
    return headers.mediaType().equals(FORM);
  }

  boolean isJson() {
    return headers.mediaType().equals(JSON);
  }

  /// The body's fields, whichever way they are written; none where it is neither form nor JSON.
  Parameters fields() {
    if (isForm()) {
      return Parameters.ofForm(text());
    }
    return isJson() ? Parameters.ofJson(body).orElse(Parameters.NONE) : Parameters.NONE;
  }

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /// The token after `Authorization: Bearer`.
  Optional<String> bearer() {
    return headers.get("authorization").flatMap(header -> after("bearer", header));
  }

  /// What stands after `Authorization: Basic`, split at the first colon.
  Optional<NameAndSecret> basic() {
    return headers.get("authorization").flatMap(Call::basic);
  }

  /// What stands after `Basic` in a header, split at the first colon (RFC 7617).
  static Optional<NameAndSecret> basic(String header) {
    return after("basic", header).flatMap(Call::split);
  }

  private static Optional<String> after(String scheme, String header) {
    return Optional.of(header.strip())
        .filter(value -> value.toLowerCase(Locale.ROOT).startsWith(scheme + " "))
        .map(value -> value.substring(scheme.length()).strip())
        .filter(value -> !value.isEmpty());
  }

  private static Optional<NameAndSecret> split(String base64) {
    try {
      String pair = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      return colon < 0
          ? Optional.empty()
          : Optional.of(new NameAndSecret(pair.substring(0, colon), pair.substring(colon + 1)));
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  /// Neither query nor headers nor body: they hold secrets, and so may a path.
  @Override
  public String toString() {
    return "Call(" + method + " " + host + ")";
  }
}
