package wasl.oauth;

import java.time.Duration;
import wasl.vault.Secret;
import wasl.web.Headers;

/// Tells browsers apart: each step keeps something of its own in a cookie of its own, so that two
/// that run at the same time in one browser are not in each other's way.
final class BrowserCookies {
  private static final int ID_CHARACTERS = 24;

  private final boolean secure;
  private final String prefix;

  private BrowserCookies(boolean secure) {
    this.secure = secure;
    // The prefix makes a browser demand Secure and Path=/, and keeps sibling domains from setting
    // one. Loopback has no https to be secure by.
    this.prefix = secure ? "__Host-wasl-" : "wasl-";
  }

  /// @param url where the cookies are set and read: https, or http on loopback
  static BrowserCookies at(String url) {
    return new BrowserCookies(url.startsWith("https://"));
  }

  /// @param of the hash that names the step
  SetCookie set(String of, Secret value, Duration maxAge) {
    return new SetCookie(name(of), value, maxAge, secure);
  }

  SetCookie forget(String of) {
    return set(of, Secret.of(""), Duration.ZERO);
  }

  /// Whether the browser that sends these headers keeps what has this hash.
  boolean isKept(Headers headers, String of, String hash) {
    var begin = name(of) + "=";
    boolean kept = false;
    for (var pair : headers.get("cookie").orElse("").split(";", -1)) {
      var cookie = pair.strip();
      // All of them, whichever matches: two of one name may come where no prefix forbids it.
      kept |=
          cookie.startsWith(begin)
              && Unguessable.matches(unquoted(cookie.substring(begin.length())), hash);
    }
    return kept;
  }

  // RFC 6265, section 4.1.1 lets a value stand in quotes, and some clients add them, Java's own
  // among
  // them.
  private static String unquoted(String value) {
    return value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
        ? value.substring(1, value.length() - 1)
        : value;
  }

  private String name(String of) {
    return prefix + of.substring(0, ID_CHARACTERS);
  }
}
