package wasl.oauth;

import java.time.Duration;
import wasl.vault.Secret;

/// A cookie that a browser is to keep.
///
/// @param maxAge zero or less: to forget
public record SetCookie(String name, Secret value, Duration maxAge, boolean secure) {
  /// The value of the `Set-Cookie` header (RFC 6265, section 4.1). Lax, since the provider's
  /// redirect must bring it along; unreadable to scripts.
  public String header() {
    return name
        + "="
        + value.reveal()
        + "; Path=/; Max-Age="
        + Math.max(0, maxAge.toSeconds())
        + "; HttpOnly; SameSite=Lax"
        + (secure ? "; Secure" : "");
  }
}
