package wasl.function.managementapi;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import wasl.connection.Credentials;
import wasl.connection.Integration;
import wasl.connection.Token;
import wasl.manifest.Manifest;
import wasl.manifest.Manifest.AuthMode;
import wasl.manifest.Manifest.Field;
import wasl.manifest.OauthSpec.ClientAuth;
import wasl.oauth.OauthClients;
import wasl.oauth.TokenSources;
import wasl.provider.KeyMaterial;
import wasl.vault.Secret;
import wasl.web.JsonInput;
import wasl.web.Text;

/// Reads the `credentials` of a new connection as the provider's manifest declares their fields, or
/// for a generic provider the integration's config.
///
/// Most types take their fields beside `type` or in an object `fields`; `custom` only there.
final class CredentialsInput {
  private static final String CREDENTIALS = "credentials";
  private static final String TYPE = "type";
  private static final String FIELDS = "fields";

  /// A token that was obtained elsewhere.
  static final String IMPORT = "oauth2";

  /// A code that was obtained elsewhere.
  static final String CODE = "oauth2_code";

  private static final String CLIENT_CREDENTIALS = "oauth2_client_credentials";
  private static final int MOST_CHARACTERS = 16 * 1024;
  private static final long LONGEST_LIFE_SECONDS = 315_360_000;

  /// RFC 6749, appendix A: visible characters; whatever else stands there came from copying.
  private static final Text TOKEN =
      Text.of(
          MOST_CHARACTERS,
          text -> text.chars().allMatch(c -> c > ' ' && c < 127),
          "a token, without blanks or line breaks");

  private final JsonInput input;
  private final Manifest manifest;
  private final Integration integration;
  private final List<AuthMode> modes;
  private final Optional<String> lacksForCodes;
  private final Instant now;

  /// @param modes of the integration
  /// @param lacksForCodes what keeps the integration from exchanging codes, if anything does
  CredentialsInput(
      JsonInput input,
      Manifest manifest,
      Integration integration,
      List<AuthMode> modes,
      Optional<String> lacksForCodes,
      Instant now) {
    this.input = input;
    this.manifest = manifest;
    this.integration = integration;
    this.modes = modes;
    this.lacksForCodes = lacksForCodes;
    this.now = now;
  }

  /// What was given.
  sealed interface Given {}

  /// @param place JSON pointer to where the fields stand
  record Filled(AuthMode auth, Credentials credentials, String place) implements Given {}

  /// A code that someone else asked for (RFC 6749, section 4.1.3).
  record Code(Secret code, Optional<Secret> verifier, String redirectUri) implements Given {}

  /// Takes the place of everything that cannot be judged without a provider.
  static void ignore(JsonInput input) {
    input.requiredObject(CREDENTIALS).ignoreRest();
  }

  /// Every fault of them goes into the input; empty only where there is one.
  Optional<Given> read() {
    var credentials = input.requiredObject(CREDENTIALS);
    var types = modes.stream().flatMap(CredentialsInput::types).distinct().toList();
    var type =
        credentials.required(
            TYPE,
            credentials.oneOf(
                TYPE, name -> Optional.of(name).filter(types::contains), types.stream()));
    if (type.isEmpty()) {
      credentials.ignoreRest();
      return Optional.empty();
    }
    return switch (type.get()) {
      case CODE -> code(credentials);
      case IMPORT -> imported(credentials);
      default -> filled(credentials, type.get());
    };
  }

  private static Stream<String> types(AuthMode mode) {
    return mode.mode().equals(AuthMode.AUTHORIZATION_CODE)
        ? Stream.of(IMPORT, CODE)
        : Stream.of(mode.mode());
  }

  private Optional<Given> code(JsonInput credentials) {
    lacksForCodes.ifPresent(what -> input.fault("integration", what));
    var code = credentials.required("code", credentials.optionalText("code", TOKEN));
    var verifier = credentials.optionalText("codeVerifier", TOKEN);
    var redirectUri =
        credentials.required("redirectUri", credentials.optionalText("redirectUri", TOKEN));
    return code.flatMap(
        text -> redirectUri.map(uri -> new Code(Secret.of(text), verifier.map(Secret::of), uri)));
  }

  private Optional<Given> imported(JsonInput credentials) {
    var auth =
        modes.stream()
            .filter(mode -> mode.mode().equals(AuthMode.AUTHORIZATION_CODE))
            .findFirst()
            .orElseThrow();
    var values = values(credentials, auth);
    var accessToken =
        credentials.required("accessToken", credentials.optionalText("accessToken", TOKEN));
    accessToken.ifPresent(text -> checkMode(credentials, "accessToken", text));
    var refreshToken = credentials.optionalText("refreshToken", TOKEN);
    var expiresIn = credentials.wholeNumber("expiresIn", 1, LONGEST_LIFE_SECONDS);
    var origin = OauthClients.tokenOrigin(integration, auth);
    if (refreshToken.isPresent() && origin.isEmpty()) {
      credentials.fault("refreshToken", "cannot be used: the integration's config has no tokenUrl");
    }
    return accessToken.map(text ->
        new Filled(
            auth,
            new Credentials(
                IMPORT,
                values,
                Optional.of(
                    new Token(
                        Secret.of(text),
                        refreshToken.map(Secret::of),
                        expiresIn.map(seconds -> now.plus(Duration.ofSeconds(seconds))),
                        now,
                        origin.orElse(""),
                        Optional.empty()))),
            "/" + CREDENTIALS));
  }

  private Optional<Given> filled(JsonInput credentials, String type) {
    boolean apart = type.equals(Credentials.CUSTOM) || credentials.has(FIELDS);
    var fields = apart ? credentials.requiredObject(FIELDS) : credentials;
    var auth = variant(fields, type);
    var values = values(fields, auth);
    if (type.equals(CLIENT_CREDENTIALS)) {
      client(fields, auth, values);
    } else if (values.isEmpty() && declared(auth).stream().allMatch(Field::optional)) {
      declared(auth).stream().findFirst().ifPresent(field -> fields.missing(field.name()));
    }
    KeyMaterial.faults(auth, values).forEach(fields::fault);
    return Optional.of(
        new Filled(
            auth,
            new Credentials(type, values, Optional.empty()),
            "/" + CREDENTIALS + (apart ? "/" + FIELDS : "")));
  }

  /// Of several modes of one type the one whose fields these are: by their names, and where those
  /// fit several, by their patterns.
  private AuthMode variant(JsonInput fields, String type) {
    var all = modes.stream().filter(mode -> mode.mode().equals(type)).toList();
    var named = new ArrayList<AuthMode>();
    var known = all.stream().flatMap(mode -> declared(mode).stream()).map(Field::name).toList();
    for (var mode : all) {
      var names = declared(mode).stream().map(Field::name).toList();
      boolean lacks =
          declared(mode).stream().anyMatch(field -> !field.optional() && !fields.has(field.name()));
      boolean more = known.stream().anyMatch(name -> fields.has(name) && !names.contains(name));
      if (!lacks && !more) {
        named.add(mode);
      }
    }
    return named.stream()
        .filter(mode -> named.size() == 1 || fits(fields, mode))
        .findFirst()
        .orElse(named.isEmpty() ? all.getFirst() : named.getFirst());
  }

  private boolean fits(JsonInput fields, AuthMode mode) {
    return declared(mode).stream()
        .filter(field -> fields.has(field.name()) && field.pattern().isPresent())
        .allMatch(field ->
            fields
                .json(field.name())
                .filter(node -> Pattern.matches(field.pattern().orElseThrow(), node.asText()))
                .isPresent());
  }

  private List<Field> declared(AuthMode mode) {
    return manifest.fields(mode, integration.mode().ofManifest());
  }

  private Map<String, Secret> values(JsonInput fields, AuthMode auth) {
    var values = new LinkedHashMap<String, Secret>();
    for (var field : declared(auth)) {
      value(fields, field)
          .ifPresent(value -> {
            checkMode(fields, field.name(), value);
            values.put(field.name(), Secret.of(value));
          });
    }
    return values;
  }

  // A client of its own, or the integration's: whose id is given, his secret is too.
  private void client(JsonInput fields, AuthMode auth, Map<String, Secret> values) {
    var id = fields.optionalText(TokenSources.CLIENT_ID, Text.line(500));
    var secret = fields.optionalText(TokenSources.CLIENT_SECRET, Text.of(MOST_CHARACTERS));
    secret.ifPresent(text -> checkMode(fields, TokenSources.CLIENT_SECRET, text));
    boolean open = OauthClients.spec(integration, auth).clientAuth() == ClientAuth.NONE;
    if (id.isEmpty() && integration.clientId().isEmpty()) {
      fields.required(TokenSources.CLIENT_ID, id);
    }
    if (secret.isEmpty() && !open && (id.isPresent() || integration.clientSecret().isEmpty())) {
      fields.required(TokenSources.CLIENT_SECRET, secret);
    }
    id.ifPresent(text -> values.put(TokenSources.CLIENT_ID, Secret.of(text)));
    secret.ifPresent(text -> values.put(TokenSources.CLIENT_SECRET, Secret.of(text)));
  }

  private static Optional<String> value(JsonInput fields, Field field) {
    var rule =
        field
            .pattern()
            .map(pattern ->
                Text.of(
                    MOST_CHARACTERS,
                    text -> text.matches(pattern),
                    field.example().map(example -> "like " + example).orElse("of another form")))
            .orElseGet(() -> Text.of(MOST_CHARACTERS));
    var value = fields.optionalText(field.name(), rule);
    return field.optional() ? value : fields.required(field.name(), value);
  }

  private void checkMode(JsonInput fields, String name, String value) {
    KeyModes.of(manifest, value)
        .filter(made -> made != integration.mode())
        .ifPresent(made -> fields.fault(name, KeyModes.fault(made, integration.mode())));
  }
}
