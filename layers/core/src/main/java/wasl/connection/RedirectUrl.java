package wasl.connection;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;

/// Says which URLs a browser may be sent back to.
public final class RedirectUrl {
  public static final String EXPECTATION =
      "an https URL, or http on loopback, without user-info and fragment";

  // Loopback needs no certificate: nothing leaves the machine (RFC 8252, section 7.3).
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private RedirectUrl() {}

  public static boolean isOne(String text) {
    try {
      var url = new URI(text);
      if (url.getScheme() == null
          || url.getHost() == null
          || url.getRawUserInfo() != null
          || url.getRawFragment() != null) {
        return false;
      }
      return url.getScheme().equals("https")
          || (url.getScheme().equals("http") && LOOPBACK.contains(url.getHost()));
    } catch (URISyntaxException noUrl) {
      return false;
    }
  }
}
