package wasl.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// One page of the documentation, taken apart as far as the tests of it need.
///
/// @param file below the project's root
/// @param blocks what stands between fences, in order
/// @param headings in order
/// @param prose all that stands neither in a fence nor in a comment
record Page(Path file, List<Block> blocks, List<Heading> headings, String prose) {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final Pattern HEADING = Pattern.compile("(#{1,6}) (.+)");
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  Page {
    blocks = List.copyOf(blocks);
    headings = List.copyOf(headings);
  }

  /// A fenced block.
  ///
  /// @param line where it begins
  /// @param language the first word after the fence
  /// @param mark the second: why it cannot be run here, or `output` for what the block before it
  ///   prints
  /// @param locally what is run before it, or in its place if it cannot run here, from a comment
  ///   before it that begins `<!-- locally`
  record Block(int line, String language, String mark, String text, Optional<String> locally) {}

  /// @param level 1 for the page's title
  /// @param anchor what a link to it ends with
  record Heading(int level, String text, String anchor) {}

  /// README.md, CONTRIBUTING.md and everything in `docs`, in the order in which a newcomer reads.
  static List<Page> all() {
    try (var docs = Files.list(ROOT.resolve("docs"))) {
      var first = Stream.of("README.md", "docs/deploy.md", "docs/local.md", "docs/operations.md");
      var rest =
          docs.map(file -> "docs/" + file.getFileName())
              .filter(name -> name.endsWith(".md"))
              .sorted();
      return Stream.of(first, rest, Stream.of("CONTRIBUTING.md"))
          .flatMap(names -> names)
          .distinct()
          .map(Page::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the documentation", e);
    }
  }

  static Page read(String name) {
    try {
      return new Reader(Path.of(name), Files.readAllLines(ROOT.resolve(name))).page();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name, e);
    }
  }

  /// The targets of its links that lead to a file of the project or to a place on the page.
  List<String> relativeLinks() {
    return LINK.matcher(prose)
        .results()
        .map(found -> found.group(1))
        .filter(target -> !target.contains("://") && !target.startsWith("mailto:"))
        .toList();
  }

  /// What stands between backticks.
  List<String> codeSpans() {
    return CODE.matcher(prose).results().map(found -> found.group(1)).toList();
  }

  /// Backticked text, and the commands of shell blocks, line by line with continuations joined.
  List<String> commands() {
    var shell =
        blocks.stream()
            .filter(block -> block.language().equals("sh"))
            .flatMap(block -> block.text().replace("\\\n", " ").lines());
    return Stream.concat(codeSpans().stream().map(span -> span.replace('\n', ' ')), shell).toList();
  }

  boolean hasAnchor(String anchor) {
    return headings.stream().anyMatch(heading -> heading.anchor().equals(anchor));
  }

  /// The headings one level below a heading, until the next one that is not below it.
  List<String> below(String title) {
    var found = new ArrayList<String>();
    int level = 0;
    for (var heading : headings) {
      if (level > 0 && heading.level() <= level) {
        level = 0;
      }
      if (level > 0 && heading.level() == level + 1) {
        found.add(heading.text());
      }
      if (heading.text().equals(title)) {
        level = heading.level();
      }
    }
    return found;
  }

  private static final class Reader {
    private final Path file;
    private final List<String> lines;
    private final List<Block> blocks = new ArrayList<>();
    private final List<Heading> headings = new ArrayList<>();
    private final HashMap<String, Integer> anchors = new HashMap<>();
    private final StringBuilder prose = new StringBuilder();
    private Optional<String> locally = Optional.empty();
    private int at;

    Reader(Path file, List<String> lines) {
      this.file = file;
      this.lines = lines;
    }

    Page page() {
      while (at < lines.size()) {
        var line = lines.get(at);
        if (line.strip().startsWith("```")) {
          block(line);
        } else if (line.startsWith("<!--")) {
          comment();
        } else {
          prose(line);
        }
      }
      return new Page(file, blocks, headings, prose.toString());
    }

    private void block(String fence) {
      int begin = at + 1;
      var info = fence.strip().substring(3).strip().split(" ", 2);
      var text = until("```");
      blocks.add(
          new Block(begin, info[0], info.length > 1 ? info[1] : "", text.stripIndent(), locally));
      locally = Optional.empty();
    }

    private void comment() {
      var head = lines.get(at);
      if (head.contains("-->")) {
        at++;
        return;
      }
      var text = until("-->");
      if (head.strip().equals("<!-- locally")) {
        locally = Optional.of(text);
      }
    }

    private String until(String end) {
      var text = new StringBuilder();
      for (at++; !lines.get(at).strip().equals(end); at++) {
        text.append(lines.get(at)).append('\n');
      }
      at++;
      return text.toString();
    }

    private void prose(String line) {
      var heading = HEADING.matcher(line);
      if (heading.matches()) {
        headings.add(heading(heading.toMatchResult()));
      }
      prose.append(line).append('\n');
      at++;
    }

    // As GitHub makes them.
    private Heading heading(MatchResult match) {
      var text = match.group(2).strip();
      var anchor =
          text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
      int before = anchors.merge(anchor, 1, Integer::sum) - 1;
      return new Heading(
          match.group(1).length(), text, before == 0 ? anchor : anchor + "-" + before);
    }
  }
}
