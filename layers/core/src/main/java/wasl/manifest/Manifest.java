package wasl.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Everything that Wasl knows of a provider, as data.
///
/// @param category kebab-case, of a closed list
/// @param markets ISO 3166 countries, or `*` for all; empty where unknown
/// @param currencies ISO 4217, or `*`; empty where unknown
/// @param modes absent ones are not known to exist
/// @param auth preferred first
/// @param webhook empty where it sends none, or where an integration's configuration says how
/// @param configurable sections that an integration's configuration brings
/// @param document the whole manifest, also what has no type here
public record Manifest(
    ProviderId id,
    LocalText name,
    LocalText description,
    String category,
    Availability availability,
    Map<String, String> links,
    List<String> markets,
    List<String> currencies,
    Map<Mode, ModeFacts> modes,
    List<AuthMode> auth,
    Optional<WebhookSpec> webhook,
    List<String> webhookEventTypes,
    List<String> configurable,
    Node.Fields document) {

  public Manifest {
    links = Map.copyOf(links);
    markets = List.copyOf(markets);
    currencies = List.copyOf(currencies);
    modes = Map.copyOf(modes);
    auth = List.copyOf(auth);
    webhookEventTypes = List.copyOf(webhookEventTypes);
    configurable = List.copyOf(configurable);
  }

  /// A text in both languages of the catalogue.
  public record LocalText(String english, String arabic) {
    /// @param locale a language tag; Arabic for `ar` and its regions, else English
    public String in(String locale) {
      return locale.equals("ar") || locale.startsWith("ar-") ? arabic : english;
    }
  }

  /// How far a provider can be relied on.
  public enum Availability {
    LIVE,
    BETA,
    COMING_SOON
  }

  /// A side of a provider.
  public enum Mode {
    SANDBOX,
    LIVE
  }

  /// What is true of one side of a provider.
  ///
  /// @param baseUrls by purpose or region; `api` is the usual one
  /// @param keyPrefixes what its keys begin with; empty where they cannot be told apart
  /// @param variables what the base URLs' placeholders stand for: asked for together with an auth
  ///   mode's own fields
  public record ModeFacts(
      Map<String, String> baseUrls, List<String> keyPrefixes, List<Field> variables) {
    static final ModeFacts UNKNOWN = new ModeFacts(Map.of(), List.of(), List.of());

    public ModeFacts {
      baseUrls = Map.copyOf(baseUrls);
      keyPrefixes = List.copyOf(keyPrefixes);
      variables = List.copyOf(variables);
    }
  }

  /// One way in which a connection is authorized.
  ///
  /// @param mode as in the HTTP contract, but for `oauth2_authorization_code`: `api_key`, `basic`,
  ///   …
  /// @param facts all keys of that mode
  public record AuthMode(String mode, List<Field> fields, Node.Fields facts) {
    public static final String AUTHORIZATION_CODE = "oauth2_authorization_code";

    /// Modes whose fields are good for a token: the call that gives it proves them.
    private static final Set<String> FETCHING =
        Set.of("oauth2_client_credentials", "jwt_bearer", "app_jwt", "two_step");

    public AuthMode {
      fields = List.copyOf(fields);
    }

    /// Whether its credentials have a token beside what a form asked for.
    public boolean hasToken() {
      return hasToken(mode);
    }

    static boolean hasToken(String mode) {
      return fetchesToken(mode) || mode.equals(AUTHORIZATION_CODE);
    }

    /// Whether its token is fetched with what a form asked for, nobody being asked for consent.
    public boolean fetchesToken() {
      return fetchesToken(mode);
    }

    static boolean fetchesToken(String mode) {
      return FETCHING.contains(mode);
    }

    /// Tells it apart from the provider's other modes: `<mode>` or `<mode>/<variant>`.
    public String name() {
      return facts.text("variant").map(variant -> mode + "/" + variant).orElse(mode);
    }
  }

  /// What a form asks for.
  ///
  /// @param pattern a regular expression that the whole value matches
  public record Field(
      String name,
      LocalText label,
      Optional<LocalText> hint,
      boolean secret,
      boolean optional,
      Optional<String> pattern,
      Optional<String> example) {}

  /// The auth mode of that name; where there is none any more, the first of its mode.
  ///
  /// @param name as [AuthMode#name] gives it
  public static Optional<AuthMode> named(List<AuthMode> modes, String name) {
    var mode = name.indexOf('/') < 0 ? name : name.substring(0, name.indexOf('/'));
    return modes.stream()
        .filter(auth -> auth.name().equals(name))
        .findFirst()
        .or(() -> modes.stream().filter(auth -> auth.mode().equals(mode)).findFirst());
  }

  /// What is true of one side of it. A provider that knows no sandbox is its live side to all.
  public ModeFacts side(Mode mode) {
    var live = modes.getOrDefault(Mode.LIVE, ModeFacts.UNKNOWN);
    return mode == Mode.LIVE ? live : modes.getOrDefault(mode, live);
  }

  /// Everything that a form asks for, for an auth mode on one side of the provider.
  public List<Field> fields(AuthMode auth, Mode mode) {
    var fields = new ArrayList<>(auth.fields());
    for (var variable : side(mode).variables()) {
      if (auth.fields().stream().noneMatch(field -> field.name().equals(variable.name()))) {
        fields.add(variable);
      }
    }
    return fields;
  }

  /// The call that proves an auth mode's credentials: its own, or else the manifest's. Where a call
  /// for a token has proved them already, only its own.
  public Optional<Node.Fields> whoami(AuthMode auth) {
    var from = auth.facts().has("whoami") || auth.fetchesToken() ? auth.facts() : document;
    return from.has("whoami") ? Optional.of(from.fields("whoami")) : Optional.empty();
  }

  /// The mode that a key was made for, told by its prefix; empty where none fits.
  public Optional<Mode> modeOfKey(String key) {
    Mode found = null;
    int longest = 0;
    for (var mode : modes.entrySet()) {
      for (var prefix : mode.getValue().keyPrefixes()) {
        if (prefix.length() > longest && key.startsWith(prefix)) {
          found = mode.getKey();
          longest = prefix.length();
        }
      }
    }
    return Optional.ofNullable(found);
  }
}
