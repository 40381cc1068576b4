package wasl.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  // To import it takes seconds.
  private static final String FIND_MODULE =
      "import importlib.util, sys; sys.exit(not importlib.util.find_spec(sys.argv[1]))";

  @TempDir private static Path folder;
  private static ObjectNode transformed;
  private static ObjectNode withNewLayer;

  @BeforeAll
  static void transform() throws Exception {
    assume("samtranslator");
    Path other = folder.resolve("other.yaml");
    Files.writeString(
        other, Files.readString(TemplateYaml.FILE).replace("target/layer.zip", "target/new.zip"));
    Process ofOther = transformation(other);
    transformed = transformed(transformation(TemplateYaml.FILE));
    withNewLayer = transformed(ofOther);
  }

  @Test
  void cfn_lint_finds_nothing_in_the_template_nor_in_what_sam_makes_of_it() throws Exception {
    assume("cfnlint");
    ObjectNode made = transformed.deepCopy();
    // SAM puts in the value itself, and CloudFormation is left with a parameter that nothing uses.
    made.withObject("/Metadata/cfn-lint/config").putArray("ignore_checks").add("W2001");
    Path file = folder.resolve("made.template");
    Files.writeString(file, made.toString());

    // Both at once: each takes seconds, on one core.
    Process ofMade = started("cfn-lint", "--", file.toString());
    Process ofTemplate = started("cfn-lint", "--", TemplateYaml.FILE.toString());
    assertThat(List.of(result(ofMade), result(ofTemplate))).containsOnly(new Result(0, ""));
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
  void a_new_layer_is_a_new_version_of_every_function() {
    assertThat(versions(transformed)).hasSize(new TemplateYaml().functions().size());
    assertThat(versions(withNewLayer))
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

  private static Process transformation(Path template) throws IOException {
    return started("python3", TRANSFORM.toString(), template.toString());
  }

  private static ObjectNode transformed(Process transformation)
      throws IOException, InterruptedException {
    Result result = result(transformation);
    assertThat(result.exit()).as("%s", result.output()).isZero();
    return (ObjectNode) new ObjectMapper().readTree(result.output());
  }

  private static void assume(String module) throws Exception {
    boolean present;
    try {
      present = result(started("python3", "-c", FIND_MODULE, module)).exit() == 0;
    } catch (IOException e) {
      present = false;
    }
    Assumptions.assumeTrue(present, "python3 has no " + module + " here");
  }

  private static Process started(String... command) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    process.getOutputStream().close();
    return process;
  }

  private static Result result(Process process) throws IOException, InterruptedException {
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(process.info() + " does not end");
    }
    return new Result(process.exitValue(), output);
  }
}
