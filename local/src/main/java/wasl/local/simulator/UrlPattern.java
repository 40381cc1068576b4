package wasl.local.simulator;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A URL of a manifest, without its query.
///
/// @param path as it is written, with its placeholders: what a log may show of a call
record UrlPattern(String path, Template hosts, Template paths) {
  private static final String SCHEME = "https://";

  /// @param url an `https` URL that may have placeholders in host and path
  static UrlPattern of(String url) {
    if (!url.startsWith(SCHEME)) {
      throw new IllegalArgumentException("no https URL: " + url);
    }
    String rest = url.substring(SCHEME.length()).replaceFirst("[?#].*", "");
    int slash = rest.indexOf('/');
    String path = slash < 0 ? "/" : rest.substring(slash);
    String host = slash < 0 ? rest : rest.substring(0, slash);
    return new UrlPattern(
        path,
        Template.of(withoutUsualPort(host.toLowerCase(Locale.ROOT)), "[^/]+"),
        Template.of(path, "[^/]+"));
  }

  /// `host[:port]` as it is compared: in lower case, port 443 left out.
  static String withoutUsualPort(String host) {
    return host.endsWith(":443") ? host.substring(0, host.length() - ":443".length()) : host;
  }

  /// Whether its host is a placeholder and nothing else, so that it says nothing of whose it is.
  boolean isOfAnyHost() {
    return hosts.literals() == 0;
  }

  boolean fitsHost(String host) {
    return hosts.values(host).isPresent();
  }

  /// How much of it is given; of two that fit, the one with more is meant.
  int literals() {
    return hosts.literals() + paths.literals();
  }

  /// What stands in the placeholders' places, decoded; empty where the URL is another.
  ///
  /// @param host in lower case
  /// @param rawPath undecoded
  Optional<Map<String, String>> fit(String host, String rawPath) {
    Optional<Map<String, String>> ofHost = hosts.values(host);
    Optional<Map<String, String>> ofPath = paths.values(rawPath);
    if (ofHost.isEmpty() || ofPath.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> values = new LinkedHashMap<>(ofHost.get());
    ofPath.get().forEach((name, value) -> values.put(name, decoded(value)));
    return Optional.of(values);
  }

  private static String decoded(String raw) {
    try {
      // A plus sign is itself in a path.
      return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notEncoded) {
      return raw;
    }
  }
}
