package wasl.function.managementapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import wasl.connection.Credentials;
import wasl.connection.Integration;
import wasl.connection.Mode;
import wasl.manifest.Manifest;
import wasl.manifest.ManifestReader;
import wasl.manifest.Parsed;
import wasl.vault.Secret;
import wasl.web.JsonInput;
import wasl.web.Text;

/// Reads the `credentials` of a new connection as the provider's manifest declares their fields, or
/// for a generic provider the integration's config.
final class CredentialsInput {
  // What can be stored as it is given; the other types need a talk with the provider first.
  private static final List<String> STORABLE = List.of("api_key", "basic", "custom");
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int MOST_CHARACTERS = 16 * 1024;

  private CredentialsInput() {}

  /// What was given.
  ///
  /// @param auth the mode that declares it
  record Given(Manifest.AuthMode auth, Credentials credentials) {}

  /// Every fault of them goes into the input; empty only where there is one.
  static Optional<Given> read(
      JsonInput input, Optional<Manifest> manifest, Optional<Integration> integration) {
    var credentials = input.requiredObject("credentials");
    if (manifest.isEmpty()) {
      credentials.ignoreRest();
      return Optional.empty();
    }
    var declared =
        auth(manifest.get(), integration).stream()
            .filter(auth -> STORABLE.contains(auth.mode()))
            .toList();
    var auth =
        credentials.required(
            "type",
            credentials.oneOf(
                "type", named(declared), declared.stream().map(Manifest.AuthMode::mode)));
    if (auth.isEmpty()) {
      credentials.ignoreRest();
      return Optional.empty();
    }
    var type = auth.get().mode();
    var fields =
        type.equals(Credentials.CUSTOM) ? credentials.requiredObject("fields") : credentials;
    var values = new LinkedHashMap<String, Secret>();
    for (var field : auth.get().fields()) {
      value(fields, field)
          .ifPresent(value -> {
            checkMode(fields, field, value, manifest.get(), integration);
            values.put(field.name(), Secret.of(value));
          });
    }
    return Optional.of(new Given(auth.get(), new Credentials(type, values, Optional.empty())));
  }

  // The integration's own where its config brings one.
  private static List<Manifest.AuthMode> auth(
      Manifest manifest, Optional<Integration> integration) {
    return integration
        .flatMap(Integration::config)
        .map(config -> tree(config).path("auth"))
        .filter(section -> !section.isMissingNode() && !section.isNull())
        .map(section ->
            switch (new ManifestReader().auth(section)) {
              case Parsed.Valid<List<Manifest.AuthMode>>(var auth) -> auth;
              case Parsed.Faulty<List<Manifest.AuthMode>> _ ->
                  throw new IllegalStateException("a stored config was checked");
            })
        .orElse(manifest.auth());
  }

  private static JsonNode tree(String config) {
    try {
      return JSON.readTree(config);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored config is no JSON", e);
    }
  }

  private static Function<String, Optional<Manifest.AuthMode>> named(
      List<Manifest.AuthMode> declared) {
    return name -> declared.stream().filter(auth -> auth.mode().equals(name)).findFirst();
  }

  private static Optional<String> value(JsonInput fields, Manifest.Field field) {
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

  private static void checkMode(
      JsonInput fields,
      Manifest.Field field,
      String value,
      Manifest manifest,
      Optional<Integration> integration) {
    var made = manifest.modeOfKey(value).map(mode -> Mode.valueOf(mode.name()));
    if (made.isPresent() && integration.isPresent() && made.get() != integration.get().mode()) {
      fields.fault(
          field.name(),
          "is a "
              + made.get().wireName()
              + " key, and the integration is in "
              + integration.get().mode().wireName()
              + " mode");
    }
  }
}
