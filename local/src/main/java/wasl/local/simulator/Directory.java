package wasl.local.simulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import wasl.manifest.Catalog;
import wasl.manifest.Manifest;
import wasl.manifest.ProviderId;

/// Knows what stands at which URL of which provider: by the manifests, and for hosts that none of
/// them names by the last word of the path.
final class Directory {
  /// What a call found.
  sealed interface Found {}

  /// @param values what stands in the URL's placeholders
  /// @param path for a log: as the manifest writes it, since a placeholder may stand for a secret
  record Met(Endpoint endpoint, Map<String, String> values, String path) implements Found {}

  record WrongMethod(Part part, Set<String> allowed) implements Found {}

  record Nothing(Part part) implements Found {}

  /// @param methods those that it answers
  record Entry(Set<String> methods, UrlPattern url, Endpoint endpoint) {
    Entry {
      methods = Set.copyOf(methods);
    }
  }

  /// A URL whose host is a provider's.
  record Host(UrlPattern url, Part part) {}

  private static final Pattern HOST = Pattern.compile("[a-z0-9.-]*[a-z0-9](:[0-9]{1,5})?");
  private static final String GENERIC_KEY = "oauth2";
  private static final Set<String> READS = Set.of("GET", "POST");
  private static final Set<String> POSTS = Set.of("POST");

  private final List<Entry> entries;
  private final List<Host> hosts;
  private final Map<String, Part> parts;

  private Directory(List<Entry> entries, List<Host> hosts, Map<String, Part> parts) {
    this.entries =
        entries.stream()
            .sorted(Comparator.comparingInt((Entry entry) -> entry.url().literals()).reversed())
            .toList();
    this.hosts = hosts.stream().filter(host -> !host.url().isOfAnyHost()).toList();
    this.parts = Map.copyOf(parts);
  }

  static Directory of(Catalog catalog) {
    List<Entry> entries = new ArrayList<>();
    List<Host> hosts = new ArrayList<>();
    Map<String, Part> parts = new LinkedHashMap<>();
    for (ProviderId id : catalog.ids()) {
      Manifest manifest = catalog.manifest(id).orElseThrow();
      Urls urls = Urls.of(manifest);
      parts.put(id.value(), urls.part());
      entries.addAll(urls.entries());
      hosts.addAll(urls.hosts());
    }
    return new Directory(entries, hosts, parts);
  }

  /// @param host as [Call#host()]
  /// @param path undecoded
  Found find(String method, String host, String path) {
    List<Entry> fitting = fitting(host, path);
    for (Entry entry : fitting) {
      if (entry.methods().contains(method)) {
        return new Met(
            entry.endpoint(), entry.url().fit(host, path).orElseThrow(), entry.url().path());
      }
    }
    if (!fitting.isEmpty()) {
      Entry first = fitting.getFirst();
      return new WrongMethod(first.endpoint().part(), first.methods());
    }
    return ofHost(host).<Found>map(Nothing::new).orElseGet(() -> generic(method, host, path));
  }

  /// The part that a name stands for: a provider's id or a host; empty where it is neither.
  Optional<Part> part(String providerOrHost) {
    Part known = parts.get(providerOrHost);
    if (known != null) {
      return Optional.of(known);
    }
    String host = UrlPattern.withoutUsualPort(providerOrHost);
    if (!HOST.matcher(host).matches() || (!host.contains(".") && !host.contains(":"))) {
      return Optional.empty();
    }
    return Optional.of(ofHost(host).orElseGet(() -> new Part(host, host)));
  }

  /// Whether this part has a URL at all: a generic provider has none but those of its host.
  boolean hasUrls(Part part) {
    return !parts.containsKey(part.id())
        || entries.stream().anyMatch(entry -> entry.endpoint().part().equals(part));
  }

  private List<Entry> fitting(String host, String path) {
    boolean isKnown = ofHost(host).isPresent();
    return entries.stream()
        .filter(entry -> !isKnown || !entry.url().isOfAnyHost())
        .filter(entry -> entry.url().fit(host, path).isPresent())
        .toList();
  }

  private Optional<Part> ofHost(String host) {
    return hosts.stream().filter(known -> known.url().fitsHost(host)).map(Host::part).findFirst();
  }

  /// The modes that meet at an endpoint; at least one.
  static List<AuthMode> modes(Endpoint endpoint) {
    return switch (endpoint) {
      case Endpoint.Consent(AuthMode mode) -> List.of(mode);
      case Endpoint.Token token -> token.modes();
      case Endpoint.Exchange(AuthMode mode) -> List.of(mode);
      case Endpoint.Login(AuthMode mode) -> List.of(mode);
      case Endpoint.Revocation revocation -> revocation.modes();
      case Endpoint.WhoAmI whoAmI -> whoAmI.modes();
    };
  }

  private static Found generic(String method, String host, String path) {
    AuthMode mode = generic(new Part(host, host));
    Part part = mode.part();
    if (!HOST.matcher(host).matches()) {
      return new Nothing(part);
    }
    String word = path.substring(path.lastIndexOf('/') + 1);
    return switch (word) {
      case "authorize" -> met(READS, method, path, new Endpoint.Consent(mode));
      case "token" ->
          met(
              POSTS,
              method,
              path,
              new Endpoint.Token(part, List.of(mode, clientCredentials(mode))));
      case "revoke" -> met(POSTS, method, path, new Endpoint.Revocation(part, List.of(mode), true));
      case "userinfo", "me" ->
          met(READS, method, path, new Endpoint.WhoAmI(part, mode.whoami(), List.of(mode)));
      default -> new Nothing(part);
    };
  }

  private static Found met(Set<String> methods, String method, String path, Endpoint endpoint) {
    return methods.contains(method)
        ? new Met(endpoint, Map.of(), path)
        : new WrongMethod(endpoint.part(), methods);
  }

  private static AuthMode generic(Part part) {
    ObjectNode facts = JsonNodeFactory.instance.objectNode();
    facts.put("mode", "oauth2_authorization_code");
    facts.put("clientAuth", "any").put("bodyFormat", "any").put("account", "account");
    facts.putObject("refresh").put("rotates", true);
    facts
        .putArray("send")
        .addObject()
        .put("header", "Authorization")
        .put("format", "Bearer {accessToken}");
    ObjectNode whoami = JsonNodeFactory.instance.objectNode();
    whoami.put("account", "sub").put("accountName", "name");
    return new AuthMode(part, GENERIC_KEY, new Facts(facts), new Facts(whoami));
  }

  private static AuthMode clientCredentials(AuthMode mode) {
    ObjectNode facts = mode.facts().section().deepCopy();
    facts.put("mode", "oauth2_client_credentials").remove("refresh");
    return new AuthMode(mode.part(), GENERIC_KEY, new Facts(facts), mode.whoami());
  }
}
