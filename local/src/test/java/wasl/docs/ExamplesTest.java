package wasl.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import wasl.docs.Page.Block;
import wasl.docs.Session.Ran;
import wasl.endtoend.UpProcess;

/// Runs the documentation's shell examples as its reader would: page by page, in one shell, against
/// one `./wasl up`.
///
/// An example that cannot run here says why after its fence (` ```sh aws `) and shows up as
/// skipped; one with a local equal has that in a comment before it.
class ExamplesTest {
  private static final Map<String, String> REASONS =
      Map.of(
          "aws", "needs an AWS account",
          "sam", "needs the SAM CLI",
          "docker", "needs Docker",
          "moto", "needs moto_server, which a test of its own starts",
          "stays", "runs until it is stopped",
          "slow", "takes minutes");

  private static final List<String> LANGUAGES = List.of("sh", "json", "yaml", "text");
  private static final Pattern NEEDS_AWS_CLI = Pattern.compile("\\b(aws|resource|redrive)\\b");
  private static final JsonMapper JSON = new JsonMapper();

  @Test
  void every_block_says_what_it_is_and_why_it_does_not_run() {
    for (var page : Page.all()) {
      for (var block : page.blocks()) {
        var place = place(page, block);
        assertThat(block.language()).as(place).isIn(LANGUAGES);
        if (block.language().equals("sh") && !block.mark().isEmpty()) {
          assertThat(REASONS).as(place).containsKey(block.mark());
        }
      }
    }
  }

  @TestFactory
  Stream<DynamicNode> each_example_runs(@TempDir Path folder)
      throws IOException, InterruptedException {
    var missing = Stream.of("bash", "curl", "jq", "openssl").filter(tool -> !has(tool)).toList();
    assumeTrue(missing.isEmpty(), "not installed: " + missing);
    boolean hasAwsCli = has("aws");
    var steps =
        Page.all().stream()
            .flatMap(page -> page.blocks().stream().map(block -> step(page, block, hasAwsCli)))
            .toList();
    var runs = ran(folder, steps);
    var nodes = new ArrayList<DynamicNode>();
    for (var page : Page.all()) {
      var tests =
          steps.stream()
              .filter(step -> step.page().equals(page) && step.block().language().equals("sh"))
              .map(step ->
                  dynamicTest(
                      place(page, step.block()),
                      () -> check(step, Optional.ofNullable(runs.get(steps.indexOf(step))))))
              .toList();
      nodes.add(dynamicContainer(page.file().toString(), tests));
    }
    return nodes.stream();
  }

  /// @param script what is run; empty where nothing is
  /// @param skipped why the example itself is not
  private record Step(Page page, Block block, String script, Optional<String> skipped) {}

  private static Step step(Page page, Block block, boolean hasAwsCli) {
    if (!block.language().equals("sh")) {
      return new Step(page, block, "", Optional.of("is no command"));
    }
    var reason = Optional.ofNullable(REASONS.get(block.mark()));
    var script = block.locally().orElse("") + (reason.isEmpty() ? block.text() : "");
    if (!hasAwsCli && NEEDS_AWS_CLI.matcher(script).find()) {
      return new Step(page, block, "", Optional.of("needs the AWS CLI"));
    }
    return new Step(page, block, script, reason);
  }

  private static Map<Integer, Ran> ran(Path folder, List<Step> steps)
      throws IOException, InterruptedException {
    var receiver = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    receiver.start();
    try (var _ = UpProcess.start(folder)) {
      var url = "http://127.0.0.1:" + receiver.getAddress().getPort() + "/";
      return Session.in(folder, Map.of("receiver", url))
          .run(steps.stream().map(Step::script).toList());
    } finally {
      receiver.stop(0);
    }
  }

  private static void check(Step step, Optional<Ran> ran) throws IOException {
    if (!step.script().isEmpty()) {
      assertThat(ran).as("an example before it failed").isPresent();
      var done = ran.orElseThrow();
      assertThat(done.failed()).as("%s%n%s", done.output(), done.errors()).isFalse();
      var shown = output(step);
      if (shown.isPresent()) {
        var actual = JSON.readTree(done.output());
        assertThat(hasShape(shown.get(), actual))
            .as("the page shows %s, and it was %s", shown.get(), actual)
            .isTrue();
      }
    }
    assumeTrue(step.skipped().isEmpty(), () -> step.skipped().orElse(""));
  }

  /// What the page shows right after the example.
  private static Optional<JsonNode> output(Step step) throws IOException {
    var blocks = step.page().blocks();
    int next = blocks.indexOf(step.block()) + 1;
    return next < blocks.size() && blocks.get(next).mark().equals("output")
        ? Optional.of(JSON.readTree(blocks.get(next).text()))
        : Optional.empty();
  }

  private static boolean hasShape(JsonNode shown, JsonNode actual) {
    if (shown.isObject() && actual.isObject()) {
      var names = new HashSet<String>();
      shown.fieldNames().forEachRemaining(names::add);
      return names.size() == actual.size()
          && names.stream()
              .allMatch(name -> actual.has(name) && hasShape(shown.path(name), actual.path(name)));
    }
    if (shown.isArray() && actual.isArray()) {
      return !actual.isEmpty()
          && Stream.iterate(0, at -> at < actual.size(), at -> at + 1)
              .allMatch(at -> hasShape(shown.path(0), actual.path(at)));
    }
    return actual.isNull() || shown.getNodeType() == actual.getNodeType();
  }

  private static String place(Page page, Block block) {
    var first = block.text().lines().findFirst().orElse("");
    return page.file() + ":" + block.line() + " " + first;
  }

  private static boolean has(String tool) {
    try {
      return new ProcessBuilder(tool, tool.equals("openssl") ? "version" : "--version")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException notThere) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
