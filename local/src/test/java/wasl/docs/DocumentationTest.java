package wasl.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import wasl.local.Main;

/// What the documentation names exists, and what exists and needs to be known is documented.
class DocumentationTest {
  private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]*");
  private static final Pattern COMMAND = Pattern.compile("\\./wasl ([a-z]+)");
  private static final Pattern PATH = Pattern.compile("[A-Za-z0-9._/-]+");
  private static final Pattern FILE_ENDING = Pattern.compile(".*\\.(md|yaml|toml|java|json|xml)");
  private static final Pattern TEST = Pattern.compile("([A-Z][A-Za-z]+Test)(?:\\.([a-z0-9_]+))?");

  @Test
  void every_relative_link_leads_somewhere() {
    var broken = new ArrayList<String>();
    for (var page : Page.all()) {
      for (var link : page.relativeLinks()) {
        if (!leadsSomewhere(page, link)) {
          broken.add(page.file() + ": " + link);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void every_path_in_backticks_exists() throws IOException {
    var files = files();
    var missing = new ArrayList<String>();
    for (var page : Page.all()) {
      for (var span : page.codeSpans()) {
        if (isPath(span) && !exists(span, files)) {
          missing.add(page.file() + ": " + span);
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void every_alarm_has_its_section_and_every_section_its_alarm() throws IOException {
    var alarms =
        entries("Resources").stream()
            .filter(resource -> text(resource.value(), "Type").equals("AWS::CloudWatch::Alarm"))
            .map(Entry::name)
            .toList();
    var operations = Page.read("docs/operations.md");

    assertThat(operations.below("Alarms")).containsExactlyInAnyOrderElementsOf(alarms);
    assertThat(alarms).allMatch(name -> operations.hasAnchor(name.toLowerCase(Locale.ROOT)));
  }

  @Test
  void every_parameter_is_described_with_its_default() throws IOException {
    var rows =
        Page.read("docs/deploy.md")
            .prose()
            .lines()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.replace("`", "").split("\\|", -1))
            .collect(Collectors.toMap(cells -> cells[1].strip(), cells -> cells[2].strip()));
    var parameters =
        entries("Parameters").stream()
            .collect(Collectors.toMap(Entry::name, entry -> text(entry.value(), "Default")));

    assertThat(rows).containsExactlyInAnyOrderEntriesOf(parameters);
  }

  @Test
  void every_command_and_option_of_the_launcher_is_documented_and_no_other()
      throws IOException, InterruptedException {
    var usage = usage();
    var written =
        Page.all().stream()
            .flatMap(page -> page.commands().stream())
            .filter(text -> text.contains("./wasl ") || text.startsWith("--"))
            .toList();
    var commands = all(COMMAND, usage);
    commands.addAll(Set.of("help", "jdk"));

    assertThat(all(COMMAND, String.join("\n", written)))
        .as("commands")
        .isSubsetOf(commands)
        .containsAll(all(COMMAND, usage));
    assertThat(all(OPTION, String.join("\n", written))).as("options").isEqualTo(all(OPTION, usage));
  }

  @Test
  void every_test_that_a_promise_names_exists() throws IOException {
    var files = files();
    var named =
        Page.read("docs/promises.md").codeSpans().stream()
            .map(TEST::matcher)
            .filter(Matcher::matches)
            .map(Matcher::toMatchResult)
            .toList();
    var missing =
        named.stream()
            .filter(test ->
                files.stream()
                    .filter(file -> file.endsWith("/" + test.group(1) + ".java"))
                    .noneMatch(
                        file -> isThere(Page.ROOT.resolve(file.substring(1)), test.group(2))))
            .map(MatchResult::group)
            .toList();
    assertThat(named).isNotEmpty();
    assertThat(missing).isEmpty();
  }

  private static boolean leadsSomewhere(Page page, String link) {
    var parts = link.split("#", 2);
    var from = Page.ROOT.resolve(page.file());
    var target = parts[0].isEmpty() ? from : from.resolveSibling(parts[0]).normalize();
    return Files.exists(target)
        && (parts.length == 1
            || Page.read(Page.ROOT.relativize(target).toString()).hasAnchor(parts[1]));
  }

  private static boolean isPath(String span) {
    // What begins with a dot is made by running.
    return PATH.matcher(span).matches()
        && !span.startsWith(".")
        && (FILE_ENDING.matcher(span).matches() || isBelowATopFolder(span));
  }

  private static boolean isBelowATopFolder(String span) {
    int slash = span.indexOf('/');
    return slash > 0 && Files.isDirectory(Page.ROOT.resolve(span.substring(0, slash)));
  }

  // A file may be named by the end of its path alone.
  private static boolean exists(String span, List<String> files) {
    return Files.exists(Page.ROOT.resolve(span))
        || files.stream().anyMatch(file -> file.endsWith("/" + span));
  }

  /// What `./wasl help` prints.
  private static String usage() throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "help")
            .redirectErrorStream(true)
            .start();
    var text = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(text).isZero();
    return text;
  }

  private static Set<String> all(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(found -> found.group(found.groupCount()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isThere(Path test, @Nullable String method) {
    try {
      return method == null || Files.readString(test).contains("void " + method + "(");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Every file of the project, built ones left out.
  private static List<String> files() throws IOException {
    var files = new ArrayList<String>();
    Files.walkFileTree(
        Page.ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            var name = folder.getFileName().toString();
            return name.equals("target") || name.startsWith(".")
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            files.add("/" + Page.ROOT.relativize(file));
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }

  private record Entry(String name, Node value) {}

  private static List<Entry> entries(String section) throws IOException {
    var template =
        new Compose(LoadSettings.builder().build())
            .composeString(Files.readString(Page.ROOT.resolve("template.yaml")))
            .orElseThrow();
    return entries(
        entries(template).stream()
            .filter(entry -> entry.name().equals(section))
            .findFirst()
            .orElseThrow()
            .value());
  }

  private static List<Entry> entries(Node node) {
    return node instanceof MappingNode mapping
        ? mapping.getValue().stream()
            .map(tuple -> new Entry(scalar(tuple.getKeyNode()), tuple.getValueNode()))
            .toList()
        : List.of();
  }

  private static String text(Node node, String name) {
    return entries(node).stream()
        .filter(entry -> entry.name().equals(name))
        .map(entry -> scalar(entry.value()))
        .findFirst()
        .orElse("");
  }

  private static String scalar(Node node) {
    return node instanceof ScalarNode scalar ? scalar.getValue() : "";
  }
}
