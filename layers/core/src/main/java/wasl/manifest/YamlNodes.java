package wasl.manifest;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import wasl.manifest.Parsed.Faulty;
import wasl.manifest.Parsed.Valid;

/// Turns YAML 1.2 into a neutral tree; at build time and in tests only.
final class YamlNodes {
  private YamlNodes() {}

  static Parsed<Node> parse(String yaml, int longest) {
    if (yaml.length() > longest) {
      return fault("is longer than " + longest + " characters");
    }
    var settings =
        LoadSettings.builder()
            .setAllowDuplicateKeys(false)
            .setAllowRecursiveKeys(false)
            .setMaxAliasesForCollections(0)
            .setCodePointLimit(longest)
            .build();
    try {
      return new Valid<>(node(new Load(settings).loadFromString(yaml), 0));
    } catch (MarkedYamlEngineException malformed) {
      var line = malformed.getProblemMark().map(mark -> "line " + (mark.getLine() + 1) + ": ");
      return fault(line.orElse("") + malformed.getProblem());
    } catch (YamlEngineException | IllegalArgumentException malformed) {
      return fault(String.valueOf(malformed.getMessage()));
    }
  }

  private static Parsed<Node> fault(String detail) {
    return new Faulty<>(List.of(new Fault("", "is no YAML: " + detail)));
  }

  private static Node node(@Nullable Object value, int depth) {
    if (depth > Node.DEEPEST) {
      throw new IllegalArgumentException("too deep");
    }
    return switch (value) {
      case null -> Node.Nothing.NOTHING;
      case Boolean flag -> new Node.Flag(flag);
      case Integer number -> new Node.Digits(number.toString());
      case Long number -> new Node.Digits(number.toString());
      case BigInteger number -> new Node.Digits(number.toString());
      case Double number -> new Node.Digits(number.toString());
      case List<?> items -> {
        var nodes = new ArrayList<Node>();
        for (var item : items) {
          nodes.add(node(item, depth + 1));
        }
        yield new Node.Items(nodes);
      }
      case Map<?, ?> map -> {
        var nodes = new LinkedHashMap<String, Node>();
        for (var entry : map.entrySet()) {
          nodes.put(String.valueOf(entry.getKey()), node(entry.getValue(), depth + 1));
        }
        yield new Node.Fields(nodes);
      }
      default -> new Node.Text(value.toString());
    };
  }
}
