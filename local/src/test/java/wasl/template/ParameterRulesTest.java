package wasl.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wasl.local.template.Bundle;

class ParameterRulesTest {
  private static final TemplateYaml TEMPLATE = new TemplateYaml();

  @Test
  void every_parameter_has_a_description_a_default_and_one_group() {
    List<String> grouped = new ArrayList<>();
    TEMPLATE
        .section("Metadata")
        .at("/AWS::CloudFormation::Interface/ParameterGroups")
        .forEach(group -> group.path("Parameters").forEach(name -> grouped.add(name.asText())));

    assertThat(TEMPLATE.section("Parameters").properties())
        .allSatisfy(parameter -> {
          assertThat(parameter.getValue().path("Description").asText()).matches("[A-Z].{20,}\\.");
          assertThat(parameter.getValue().has("Default")).isTrue();
        })
        .extracting(Map.Entry::getKey)
        .containsExactlyInAnyOrderElementsOf(grouped);
  }

  @Test
  void every_parameter_is_used() {
    Set<String> used = new TreeSet<>();
    Stream.of("Conditions", "Globals", "Resources", "Outputs")
        .map(TEMPLATE::section)
        .forEach(section -> {
          section.findValuesAsText("Ref").forEach(used::add);
          for (JsonNode sub : section.findValues("Fn::Sub")) {
            String text = sub.isArray() ? sub.path(0).asText() : sub.asText();
            Matcher names = Pattern.compile("\\$\\{([A-Za-z]+)}").matcher(text);
            names.results().forEach(name -> used.add(name.group(1)));
          }
        });

    assertThat(used)
        .containsAll(
            TEMPLATE.section("Parameters").propertyStream().map(Map.Entry::getKey).toList());
  }

  @Test
  void what_the_code_reads_is_what_the_template_sets() throws IOException {
    Set<String> read = new TreeSet<>();
    Pattern variable = Pattern.compile("\"(WASL_[A-Z_]+)\"");
    for (String room : List.of("layers", "functions")) {
      try (Stream<Path> files = Files.walk(TemplateYaml.ROOT.resolve(room))) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .filter(file -> file.toString().contains("/src/main/"))
            .map(ParameterRulesTest::text)
            .flatMap(text -> variable.matcher(text).results())
            .forEach(name -> read.add(name.group(1)));
      }
    }
    Set<String> set = new TreeSet<>();
    TEMPLATE
        .section("Globals")
        .at("/Function/Environment/Variables")
        .propertyStream()
        .map(Map.Entry::getKey)
        .filter(name -> name.startsWith("WASL_"))
        .forEach(set::add);

    assertThat(read).isEqualTo(set);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "staging", "prod"})
  void a_stage_s_values_are_values_that_the_template_takes(String stage) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String value : setting(stage, "parameter_overrides").split(" ", -1)) {
      String[] pair = value.split("=", 2);
      values.put(pair[0], pair[1]);
    }

    assertThat(Bundle.read(TemplateYaml.FILE, values, Map.of())).isNotNull();
    assertThat(setting(stage, "tags")).contains("application=wasl", "stage=" + stage);
    assertThat(setting(stage, "stack_name")).isEqualTo("wasl-" + stage);
    // That of failed changes is empty while all is well.
    int queues = 4 * Integer.parseInt(values.getOrDefault("QueueConcurrency", "50"));
    assertThat(Integer.parseInt(values.getOrDefault("AccountConcurrency", "1000")))
        .as("the queues leave room for those who wait for an answer")
        .isGreaterThan(queues);
  }

  @Test
  void the_layer_holds_the_stages_values_so_that_a_change_is_published() {
    assertThat(Sizes.of(TemplateYaml.ROOT.resolve("layers/aws/target/layer.zip")))
        .containsKey("samconfig.toml");
  }

  private static String setting(String stage, String name) {
    Matcher section =
        Pattern.compile("(?ms)^\\[" + stage + "\\.deploy\\.parameters]$(.*?)(?=^\\[|\\z)")
            .matcher(text(TemplateYaml.ROOT.resolve("samconfig.toml")));
    assertThat(section.find()).isTrue();
    Matcher value = Pattern.compile("(?m)^" + name + " = \"(.*)\"$").matcher(section.group(1));
    assertThat(value.find()).isTrue();
    return value.group(1);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
