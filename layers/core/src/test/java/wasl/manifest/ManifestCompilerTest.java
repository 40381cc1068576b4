package wasl.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestCompilerTest {
  private static final Path PROVIDERS = Path.of("../providers");

  @TempDir Path output;

  private String compile(Path providers, Path output) throws IOException {
    var said = new ByteArrayOutputStream();
    try (var err = new PrintStream(said, true, StandardCharsets.UTF_8)) {
      ManifestCompiler.compile(providers, output, err);
    }
    return said.toString(StandardCharsets.UTF_8);
  }

  @Test
  void what_it_writes_reads_as_what_was_written() throws IOException {
    assertThat(compile(PROVIDERS, output)).isEmpty();
    try (var loader = new URLClassLoader(new URL[] {output.toUri().toURL()}, null)) {
      var catalog = new Catalog(loader);
      assertThat(catalog.ids())
          .extracting(ProviderId::value)
          .containsExactly(
              "api-key",
              "basic",
              "cloudflare",
              "github",
              "google",
              "hubspot",
              "oauth2",
              "oauth2-client-credentials",
              "paymob",
              "slack",
              "standard-webhooks",
              "stripe",
              "supabase",
              "tap",
              "twilio",
              "webhook",
              "workos",
              "xero");
      for (var id : catalog.ids()) {
        var manifest = catalog.manifest(id).orElseThrow();
        assertThat(manifest.id()).isEqualTo(id);
        assertThat(catalog.webhook(id)).isEqualTo(manifest.webhook());
        assertThat(catalog.manifest(id)).containsSame(manifest);
      }
      assertThat(catalog.manifest(new ProviderId("unknown"))).isEmpty();
      assertThat(catalog.webhook(new ProviderId("unknown"))).isEmpty();
      assertThat(catalog.webhook(new ProviderId("webhook"))).isEmpty();
    }
  }

  @Test
  void the_same_manifests_give_the_same_bytes() throws IOException {
    var again = Files.createDirectory(output.resolve("again"));
    var once = Files.createDirectory(output.resolve("once"));
    compile(PROVIDERS, once);
    compile(PROVIDERS, again);
    try (var files = Files.walk(once)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        assertThat(again.resolve(once.relativize(file))).hasSameBinaryContentAs(file);
      }
    }
  }

  @Test
  void of_a_provider_that_was_removed_nothing_stays() throws IOException {
    var stale =
        Files.createDirectories(output.resolve("wasl/provider/gone")).resolve("webhook.json");
    Files.writeString(stale, "{}");
    compile(PROVIDERS, output);
    assertThat(stale).doesNotExist();
  }

  @Test
  void names_every_fault_of_every_manifest_and_writes_nothing() throws IOException {
    var providers = Files.createDirectory(output.resolve("providers"));
    for (var id : new String[] {"acme", "bolt"}) {
      Files.createDirectory(providers.resolve(id));
      Files.writeString(
          providers.resolve(id).resolve("manifest.yaml"), "id: " + id + "\ncategory: mail\n");
    }
    var out = output.resolve("out");
    assertThat(compile(providers, out))
        .contains(
            "providers/acme/manifest.yaml: category: unknown \"mail\"; did you mean \"email\"?\n")
        .contains("providers/acme/manifest.yaml: name: is missing\n")
        .contains("providers/bolt/manifest.yaml: availability: is missing\n");
    assertThat(out).doesNotExist();
  }

  @Test
  void the_schema_beside_the_manifests_is_that_of_the_reader() throws IOException {
    assertThat(PROVIDERS.resolve("manifest.schema.json"))
        .as("written anew by wasl.manifest.ManifestSchema <file>")
        .hasContent(ManifestSchema.json());
  }

  @Test
  void every_manifest_names_the_schema_for_editors() throws IOException {
    try (var folders = Files.newDirectoryStream(PROVIDERS, "*/manifest.yaml")) {
      for (var file : folders) {
        assertThat(Files.readAllLines(file).getFirst())
            .isEqualTo("# yaml-language-server: $schema=../manifest.schema.json");
      }
    }
  }
}
