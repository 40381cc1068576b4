package wasl.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Asks AWS's own tools, where they are installed: `pip install cfn-lint aws-sam-translator`.
class CloudFormationToolsTest {
  private static final Path TRANSFORM = Path.of("src/test/resources/template/transform.py");

  @TempDir private static Path folder;
  private static ObjectNode transformed;

  @BeforeAll
  static void transform() throws Exception {
    assume("samtranslator");
    transformed = transformed(TemplateYaml.FILE);
  }

  @Test
  void cfn_lint_finds_nothing_in_the_template_nor_in_what_sam_makes_of_it() throws Exception {
    assume("cfnlint");
    ObjectNode made = transformed.deepCopy();
    // SAM puts in the value itself, and CloudFormation is left with a parameter that nothing uses.
    made.withObject("/Metadata/cfn-lint/config").putArray("ignore_checks").add("W2001");
    Path file = folder.resolve("made.template");
    Files.writeString(file, made.toString());

    assertThat(run("cfn-lint", "--", TemplateYaml.FILE.toString(), file.toString()))
        .isEqualTo(new Result(0, ""));
  }

  @Test
  void every_source_of_events_calls_the_alias() {
    assertThat(
            transformed
                .path("Resources")
                .valueStream()
                .filter(resource ->
                    resource.path("Type").asText().equals("AWS::Lambda::EventSourceMapping"))
                .map(resource -> resource.at("/Properties/FunctionName/Ref").asText()))
        .hasSize(6)
        .allMatch(id -> id.endsWith("Aliaslive"));
    assertThat(transformed.at("/Resources/DueScanMinute/Properties/Target/Arn/Ref").asText())
        .isEqualTo("DueScanAliaslive");
    assertThat(transformed.at("/Resources/Api/Properties/Body/paths").findValuesAsText("Fn::Sub"))
        .isNotEmpty()
        .allMatch(uri -> uri.contains("Aliaslive}/invocations"));
  }

  @Test
  void sam_gives_no_function_a_policy_of_aws() {
    assertThat(
            transformed
                .path("Resources")
                .propertyStream()
                .filter(
                    resource -> resource.getValue().at("/Properties/ManagedPolicyArns").isArray())
                .map(resource -> resource.getKey()))
        .containsExactly("CodeDeployServiceRole");
  }

  @Test
  void a_new_layer_is_a_new_version_of_every_function() throws Exception {
    Path other = folder.resolve("other.yaml");
    Files.writeString(
        other, Files.readString(TemplateYaml.FILE).replace("target/layer.zip", "target/new.zip"));
    ObjectNode later = transformed(other);

    assertThat(versions(transformed)).hasSize(new TemplateYaml().functions().size());
    assertThat(versions(later))
        .hasSameSizeAs(versions(transformed))
        .doesNotContainAnyElementsOf(versions(transformed));
  }

  private static Set<String> versions(JsonNode template) {
    Set<String> versions = new TreeSet<>();
    template
        .path("Resources")
        .propertyStream()
        .filter(
            resource -> resource.getValue().path("Type").asText().equals("AWS::Lambda::Version"))
        .forEach(resource -> versions.add(resource.getKey()));
    return versions;
  }

  private record Result(int exit, String output) {}

  private static ObjectNode transformed(Path template) throws IOException, InterruptedException {
    Result result = run("python3", TRANSFORM.toString(), template.toString());
    assertThat(result.exit()).as("%s", result.output()).isZero();
    return (ObjectNode) new ObjectMapper().readTree(result.output());
  }

  private static void assume(String module) throws Exception {
    boolean present;
    try {
      present = run("python3", "-c", "import " + module).exit() == 0;
    } catch (IOException e) {
      present = false;
    }
    Assumptions.assumeTrue(present, "python3 has no " + module + " here");
  }

  private static Result run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(command[0] + " does not end");
    }
    return new Result(process.exitValue(), output);
  }
}
