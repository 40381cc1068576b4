package wasl.egress;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// A URL that a request may be sent to, as far as the text alone tells; where its host leads is
/// judged when it is resolved, each time.
public record EgressUrl(URI uri) {
  private static final int MOST_CHARACTERS = 2048;

  /// As the URL standard has it: a host whose last label is a number is an IPv4 address.
  private static final Pattern NUMBER = Pattern.compile("(^|\\.)([0-9]+|0[xX][0-9A-Fa-f]*)\\.?$");

  private static final Pattern PLAIN_ADDRESS =
      Pattern.compile("((0|[1-9][0-9]{0,2})\\.){3}(0|[1-9][0-9]{0,2})");

  /// Throws `IllegalArgumentException` for what [#faults] finds a fault in, whatever the rules
  /// allow.
  public EgressUrl {
    var faults = faults(uri);
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", faults));
    }
  }

  /// Everything that is wrong with a URL that a user gave; empty for a good one.
  public static List<String> faults(String text, AddressRules rules) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException notOne) {
      return List.of("is not a URL");
    }
    var faults = new ArrayList<>(faults(uri));
    if (!faults.isEmpty()) {
      return faults;
    }
    var url = new EgressUrl(uri);
    if (!url.isTls() && rules.allowed().isEmpty()) {
      faults.add("must be https");
    }
    url.literalAddress()
        .filter(address -> !rules.permits(address, url.isTls()))
        .ifPresent(address -> faults.add("is an address that requests are not sent to"));
    return faults;
  }

  private static List<String> faults(URI uri) {
    if (uri.getScheme() == null || uri.isOpaque()) {
      return List.of("is not an absolute URL");
    }
    var faults = new ArrayList<String>();
    var scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("https") && !scheme.equals("http")) {
      faults.add("must be https");
    }
    if (uri.toString().length() > MOST_CHARACTERS) {
      faults.add("is longer than " + MOST_CHARACTERS + " characters");
    }
    if (!uri.toString().chars().allMatch(c -> c > ' ' && c < 127)) {
      faults.add("has characters that a URL writes percent-encoded or, in its host, as punycode");
    }
    if (uri.getRawUserInfo() != null || (uri.getHost() == null && hasUserInfo(uri))) {
      faults.add("has a user name or password in it");
    } else if (uri.getHost() == null) {
      faults.add("has no valid host");
    } else if (isOddNumber(uri.getHost())) {
      faults.add("has an address that is not written as four decimal numbers");
    }
    if (uri.getPort() == 0 || uri.getPort() > 65535) {
      faults.add("has no valid port");
    }
    if (uri.getRawFragment() != null) {
      faults.add("has a fragment");
    }
    return faults;
  }

  private static boolean hasUserInfo(URI uri) {
    return uri.getRawAuthority() != null && uri.getRawAuthority().contains("@");
  }

  // 0177.0.0.1 is 127.0.0.1 to one reader and 177.0.0.1 to the next, so nobody is asked to read it.
  private static boolean isOddNumber(String host) {
    return NUMBER.matcher(host).find() && !PLAIN_ADDRESS.matcher(host).matches();
  }

  public boolean isTls() {
    return uri.getScheme().equalsIgnoreCase("https");
  }

  /// The host without brackets.
  public String host() {
    var host = uri.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private Optional<InetAddress> literalAddress() {
    try {
      return Optional.of(InetAddress.ofLiteral(host()));
    } catch (IllegalArgumentException aName) {
      return Optional.empty();
    }
  }

  /// The URL without its query, which may hold a token.
  @Override
  public String toString() {
    return uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath();
  }
}
