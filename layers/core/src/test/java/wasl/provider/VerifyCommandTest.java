package wasl.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import wasl.manifest.Catalog;
import wasl.manifest.ManifestCompiler;

class VerifyCommandTest {
  @TempDir Path folder;
  private URLClassLoader loader;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  @BeforeEach
  void compile() throws IOException {
    ManifestCompiler.main(new String[] {"../providers", folder.toString()});
    loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null);
    write("secret", "It's a Secret to Everybody\n");
    write(
        "request",
        """
        {"method": "POST", "url": "https://hooks.example.test/webhook",
         "headers": {"X-Hub-Signature-256":
           "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"},
         "bodyBase64": "%s"}
        """
            .formatted(base64("Hello, World!")));
  }

  @AfterEach
  void close() throws IOException {
    loader.close();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private int verify(String... more) {
    var args =
        new ArrayList<>(
            List.of(
                "--secret-file", folder.resolve("secret").toString(),
                "--at", "2026-11-20T00:00:00Z",
                "--request", folder.resolve("request").toString()));
    args.addAll(List.of(more));
    return run(args);
  }

  private int run(List<String> args) {
    try (var out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
      return VerifyCommand.run(new Catalog(loader), args, out, out);
    }
  }

  @Test
  void a_genuine_request_is_0() {
    assertThat(verify("--provider", "github")).isZero();
    assertThat(said.toString(StandardCharsets.UTF_8))
        .isEqualTo("genuine: signed by the scheme \"default\" of github\n");
  }

  @Test
  void a_changed_request_is_1_and_says_why() throws IOException {
    var request = Files.readString(folder.resolve("request"));
    write("request", request.replace(base64("Hello, World!"), base64("Hello, world!")));
    assertThat(verify("--provider", "github")).isEqualTo(1);
    assertThat(said.toString(StandardCharsets.UTF_8)).startsWith("refused: WRONG_SIGNATURE: ");
  }

  @Test
  void an_empty_secret_and_a_missing_header_are_1() throws IOException {
    assertThat(verify("--provider", "stripe")).isEqualTo(1);
    write("secret", "\n");
    assertThat(verify("--provider", "github")).isEqualTo(1);
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("MISSING_SIGNATURE", "NO_SECRET");
  }

  @Test
  void what_cannot_be_read_is_2() throws IOException {
    assertThat(verify("--provider", "unknown")).isEqualTo(2);
    assertThat(verify("--provider", "../github")).isEqualTo(2);
    assertThat(verify("--provider", "webhook")).isEqualTo(2);
    assertThat(verify("--provider", "github", "--scheme", "v9")).isEqualTo(2);
    assertThat(verify("--provider", "github", "--verbose", "1")).isEqualTo(2);
    assertThat(verify("--provider")).isEqualTo(2);
    assertThat(verify()).isEqualTo(2);
    write("request", "{\"method\": 1}");
    assertThat(verify("--provider", "github")).isEqualTo(2);
    Files.delete(folder.resolve("secret"));
    assertThat(verify("--provider", "github")).isEqualTo(2);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("unknown provider \"unknown\"", "no scheme \"v9\"", "method must be text")
        .doesNotContain("Everybody");
  }

  @Test
  void a_scheme_is_chosen_by_its_name() {
    assertThat(verify("--provider", "standard-webhooks", "--scheme", "v1a")).isEqualTo(1);
    assertThat(verify("--provider", "standard-webhooks", "--scheme", "v1")).isEqualTo(1);
  }
}
