package wasl.local.simulator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import wasl.local.simulator.Directory.Entry;
import wasl.local.simulator.Directory.Host;
import wasl.manifest.Manifest;

/// Reads out of one manifest what stands at which URL.
final class Urls {
  private static final Set<String> CONSENTS = Set.of("GET", "POST");
  private static final Set<String> POSTS = Set.of("POST");

  private final Part part;
  private final Manifest manifest;
  private final List<AuthMode> modes = new ArrayList<>();
  private final List<Entry> entries = new ArrayList<>();

  private Urls(Manifest manifest) {
    this.part = new Part(manifest.id().value(), manifest.name().english());
    this.manifest = manifest;
  }

  static Urls of(Manifest manifest) {
    Urls urls = new Urls(manifest);
    urls.readModes();
    urls.readEntries();
    return urls;
  }

  Part part() {
    return part;
  }

  List<Entry> entries() {
    return List.copyOf(entries);
  }

  /// Every URL that is the provider's, so that its hosts are known.
  List<Host> hosts() {
    Set<UrlPattern> urls = new LinkedHashSet<>();
    for (Manifest.ModeFacts side : manifest.modes().values()) {
      side.baseUrls().values().forEach(url -> urls.add(UrlPattern.of(url)));
    }
    entries.forEach(entry -> urls.add(entry.url()));
    return urls.stream().map(url -> new Host(url, part)).toList();
  }

  private void readModes() {
    Facts whoami = Facts.of(manifest.document().fields("whoami"));
    Map<String, Integer> before = new LinkedHashMap<>();
    for (Manifest.AuthMode mode : manifest.auth()) {
      Facts facts = Facts.of(mode.facts());
      String name = mode.mode() + facts.text("variant").map(variant -> "/" + variant).orElse("");
      int twins = before.merge(name, 1, Integer::sum) - 1;
      modes.add(
          new AuthMode(
              part,
              twins == 0 ? name : name + "/" + twins,
              facts,
              facts.has("whoami") ? facts.at("whoami") : whoami));
    }
  }

  private void readEntries() {
    for (AuthMode mode : modes) {
      for (String url : mode.everySide("authorizationUrl")) {
        add(CONSENTS, url, new Endpoint.Consent(mode));
      }
      if (mode.isAppJwt()) {
        for (String url : underBase(mode, "api", mode.facts().text("exchange", "/"))) {
          add(POSTS, url, new Endpoint.Exchange(mode));
        }
      }
      Facts login = mode.facts().at("login");
      for (String url : targets(mode, login)) {
        add(Set.of(login.text("method", "POST")), url, new Endpoint.Login(mode));
      }
      Facts revocation = mode.facts().at("revocation");
      for (String url : targets(mode, revocation)) {
        add(
            Set.of(revocation.text("method", "POST")),
            url,
            new Endpoint.Revocation(part, List.of(mode), false));
      }
    }
    grouped("tokenUrl").forEach((url, all) -> add(POSTS, url, new Endpoint.Token(part, all)));
    grouped("revocationUrl")
        .forEach((url, all) -> add(POSTS, url, new Endpoint.Revocation(part, all, true)));
    whoAmI();
  }

  /// The URLs under a key, with the modes that share each.
  private Map<String, List<AuthMode>> grouped(String key) {
    Map<String, List<AuthMode>> byUrl = new LinkedHashMap<>();
    for (AuthMode mode : modes) {
      for (String url : mode.everySide(key)) {
        byUrl.computeIfAbsent(url, _ -> new ArrayList<>()).add(mode);
      }
    }
    return byUrl;
  }

  // One call may prove credentials of several modes, which only the call itself tells apart.
  private void whoAmI() {
    record Target(String method, String url, Facts whoami) {}
    Map<Target, List<AuthMode>> byTarget = new LinkedHashMap<>();
    for (AuthMode mode : modes) {
      for (String url : targets(mode, mode.whoami())) {
        Target target = new Target(mode.whoami().text("method", "GET"), url, mode.whoami());
        byTarget.computeIfAbsent(target, _ -> new ArrayList<>()).add(mode);
      }
    }
    byTarget.forEach((target, all) ->
        add(
            Set.of(target.method()),
            target.url(),
            new Endpoint.WhoAmI(part, target.whoami(), all)));
  }

  private void add(Set<String> methods, String url, Endpoint endpoint) {
    entries.add(new Entry(methods, UrlPattern.of(url), endpoint));
  }

  /// Where a described call goes: to its `url`, or to its `path` on every side of the provider.
  private Set<String> targets(AuthMode mode, Facts call) {
    Set<String> urls = new LinkedHashSet<>();
    call.text("url").ifPresent(urls::add);
    call.text("path")
        .ifPresent(path -> urls.addAll(underBase(mode, call.text("baseUrl", "api"), path)));
    return urls;
  }

  private Set<String> underBase(AuthMode mode, String name, String path) {
    Set<String> bases = new LinkedHashSet<>();
    for (Manifest.ModeFacts side : manifest.modes().values()) {
      String base = side.baseUrls().get(name);
      if (base != null) {
        bases.add(base);
      }
    }
    if (name.equals("api")) {
      mode.apiDomains().forEach(domain -> bases.add("https://{account}." + domain));
    }
    return bases.stream()
        .map(base -> base.replaceFirst("/+$", "") + path)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
