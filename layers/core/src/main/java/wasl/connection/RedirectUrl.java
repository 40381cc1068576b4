package wasl.connection;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
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

  /// Whether a URL is one of those registered: the same text. Of plain http on loopback the port
  /// may differ, since a native app takes whichever is free (RFC 8252, section 7.3).
  ///
  /// @param registered each one by [#isOne]
  public static boolean isAmong(List<String> registered, String given) {
    if (!isOne(given)) {
      return false;
    }
    var portless = portless(given);
    return registered.stream()
        .anyMatch(
            url -> url.equals(given) || (portless.isPresent() && portless(url).equals(portless)));
  }

  /// A loopback URL without its port; empty for any other, and for one that is not written as
  /// `http://host[:port][path][?query]`.
  private static Optional<String> portless(String url) {
    var uri = URI.create(url);
    if (!uri.getScheme().equals("http") || uri.getPort() == 0 || uri.getPort() > 65_535) {
      return Optional.empty();
    }
    var port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    var rest = uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
    var host = "http://" + uri.getHost();
    return (host + port + rest).equals(url) ? Optional.of(host + rest) : Optional.empty();
  }
}
