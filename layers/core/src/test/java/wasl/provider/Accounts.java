package wasl.provider;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import wasl.connection.Credentials;
import wasl.connection.Token;
import wasl.manifest.Manifest;
import wasl.manifest.Manifest.AuthMode;
import wasl.manifest.Manifest.Mode;
import wasl.manifest.ManifestReader;
import wasl.manifest.Parsed.Valid;
import wasl.manifest.ProviderId;
import wasl.vault.Secret;

/// Accounts at providers, with credentials made up from the manifests' examples.
public final class Accounts {
  static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
  private static final Path PROVIDERS = Path.of("../providers");

  private Accounts() {}

  /// Every provider that there is, in the order of their ids.
  static List<Manifest> manifests() {
    try (var folders = Files.list(PROVIDERS)) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("manifest.yaml")))
          .map(folder -> manifest(folder.getFileName().toString()))
          .sorted((one, other) -> one.id().value().compareTo(other.id().value()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Manifest manifest(String provider) {
    return Vector.manifest(provider);
  }

  /// A provider of which only this is known.
  ///
  /// @param yaml its `modes`, `auth`, `whoami`, …
  public static Manifest made(String yaml) {
    var whole =
        """
        id: acme
        name: {en: Acme, ar: أكمي}
        description: {en: Sells anvils., ar: يبيع السنادين.}
        category: commerce
        availability: beta
        """
            + yaml;
    return switch (new ManifestReader().yaml(new ProviderId("acme"), whole)) {
      case Valid<Manifest>(var manifest) -> manifest;
      case wasl.manifest.Parsed.Faulty<Manifest>(var faults) ->
          throw new AssertionError(faults.toString());
    };
  }

  static Stream<ProviderAccount> of(Manifest manifest) {
    return manifest.auth().stream().map(auth -> of(manifest, auth, Map.of()));
  }

  /// The account of a provider's only mode.
  static ProviderAccount of(Manifest manifest, Map<String, String> values) {
    return of(manifest, manifest.auth().getFirst(), values);
  }

  /// @param values in place of the examples
  public static ProviderAccount of(Manifest manifest, AuthMode auth, Map<String, String> values) {
    var fields = new LinkedHashMap<String, Secret>();
    for (var field : manifest.fields(auth, Mode.SANDBOX)) {
      var value = values.get(field.name());
      if (value != null || !field.optional()) {
        fields.put(
            field.name(),
            Secret.of(
                value == null ? field.example().orElse("an-example-" + field.name()) : value));
      }
    }
    var token =
        new Token(
            Secret.of("an-access-token"),
            Optional.empty(),
            Optional.empty(),
            NOW,
            "https://tokens.example",
            Optional.empty());
    return new ProviderAccount(
        manifest,
        auth,
        Mode.SANDBOX,
        new Credentials(
            auth.mode(), fields, auth.hasToken() ? Optional.of(token) : Optional.empty()));
  }
}
