package wasl.manifest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wasl.signing.JsonPath;

/// A document as a neutral tree, whether it was YAML, JSON or a compiled manifest: one reading code
/// serves all three.
public sealed interface Node {
  /// Deeper than any manifest, and too shallow to exhaust a stack.
  int DEEPEST = 32;

  /// @param value as written
  record Text(String value) implements Node {}

  /// @param text as written
  record Digits(String text) implements Node {}

  record Flag(boolean value) implements Node {}

  record Items(List<Node> nodes) implements Node {
    public Items {
      nodes = List.copyOf(nodes);
    }
  }

  enum Nothing implements Node {
    NOTHING
  }

  /// An object, its keys in the order written.
  record Fields(Map<String, Node> nodes) implements Node {
    public Fields {
      nodes = Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
    }

    public boolean has(String key) {
      return nodes.containsKey(key);
    }

    Optional<Node> node(String key) {
      return Optional.ofNullable(nodes.get(key));
    }

    /// The text at a key; empty where there is none.
    public Optional<String> text(String key) {
      return nodes.get(key) instanceof Text text ? Optional.of(text.value()) : Optional.empty();
    }

    public String text(String key, String otherwise) {
      return nodes.get(key) instanceof Text text ? text.value() : otherwise;
    }

    public int number(String key, int otherwise) {
      return nodes.get(key) instanceof Digits number ? Integer.parseInt(number.text()) : otherwise;
    }

    public boolean flag(String key, boolean otherwise) {
      return nodes.get(key) instanceof Flag flag ? flag.value() : otherwise;
    }

    /// The object at a key; an empty one where there is none.
    public Fields fields(String key) {
      return nodes.get(key) instanceof Fields fields ? fields : new Fields(Map.of());
    }

    /// The list at a key, or the single node there as a list of one.
    public List<Node> list(String key) {
      var node = nodes.get(key);
      if (node == null) {
        return List.of();
      }
      return node instanceof Items items ? items.nodes() : List.of(node);
    }

    /// The texts in the list at a key.
    public List<String> texts(String key) {
      var texts = new ArrayList<String>();
      for (var node : list(key)) {
        if (node instanceof Text text) {
          texts.add(text.value());
        }
      }
      return texts;
    }
  }

  /// What stands at a path: a scalar as text; empty where there is none, or something else.
  default Optional<String> at(JsonPath path) {
    return switch (node(path)) {
      case Text(var value) -> Optional.of(value);
      case Digits(var text) -> Optional.of(text);
      case Flag(var value) -> Optional.of(Boolean.toString(value));
      case Items _, Fields _, Nothing _ -> Optional.empty();
    };
  }

  /// The texts in the list that stands at a path; empty where there is no list.
  default List<String> textsAt(JsonPath path) {
    return node(path) instanceof Items items ? new Fields(Map.of("", items)).texts("") : List.of();
  }

  private Node node(JsonPath path) {
    Node node = this;
    for (var step : path.steps()) {
      node = node.child(step);
    }
    return node;
  }

  private Node child(String step) {
    Node found = null;
    if (this instanceof Fields(var nodes)) {
      found = nodes.get(step);
    } else if (this instanceof Items(var nodes) && step.charAt(0) == '[') {
      int index = Integer.parseInt(step, 1, step.length() - 1, 10);
      found = index < nodes.size() ? nodes.get(index) : null;
    }
    return found == null ? Nothing.NOTHING : found;
  }

  /// Reads JSON with the streaming parser alone.
  ///
  /// @throws IOException if it is not one JSON value, has a doubled key or is too deep
  static Node json(byte[] json) throws IOException {
    try (var parser = Json.FACTORY.createParser(json)) {
      if (parser.nextToken() == null) {
        throw new IOException("empty");
      }
      var node = Json.read(parser);
      if (parser.nextToken() != null) {
        throw new IOException("more than one JSON value");
      }
      return node;
    }
  }

  /// This tree as JSON, indented; the same tree gives the same text.
  default String toJson() {
    var text = new StringWriter();
    try (var generator = Json.FACTORY.createGenerator(text)) {
      generator.setPrettyPrinter(Json.printer());
      Json.write(this, generator);
    } catch (IOException e) {
      throw new AssertionError("a string takes everything", e);
    }
    return text.append('\n').toString();
  }

  /// The JSON side of it.
  final class Json {
    private static final JsonFactory FACTORY =
        JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
            .build();

    private Json() {}

    private static DefaultPrettyPrinter printer() {
      var lines = new DefaultIndenter("  ", "\n");
      var printer =
          new DefaultPrettyPrinter(
              Separators.createDefaultInstance()
                  .withObjectFieldValueSpacing(Separators.Spacing.AFTER));
      printer.indentObjectsWith(lines);
      printer.indentArraysWith(DefaultPrettyPrinter.FixedSpaceIndenter.instance);
      return printer;
    }

    private static Node read(JsonParser parser) throws IOException {
      var token = parser.currentToken();
      if (token == JsonToken.START_OBJECT) {
        var nodes = new LinkedHashMap<String, Node>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          var name = parser.currentName();
          parser.nextToken();
          nodes.put(name, read(parser));
        }
        return new Fields(nodes);
      }
      if (token == JsonToken.START_ARRAY) {
        var nodes = new ArrayList<Node>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          nodes.add(read(parser));
        }
        return new Items(nodes);
      }
      if (token == JsonToken.VALUE_STRING) {
        return new Text(parser.getText());
      }
      if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
        return new Flag(token == JsonToken.VALUE_TRUE);
      }
      if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
        return new Digits(parser.getText());
      }
      if (token == JsonToken.VALUE_NULL) {
        return Nothing.NOTHING;
      }
      throw new IOException("cut off");
    }

    private static void write(Node node, JsonGenerator generator) throws IOException {
      switch (node) {
        case Text(var value) -> generator.writeString(value);
        case Digits(var text) -> generator.writeNumber(text);
        case Flag(var value) -> generator.writeBoolean(value);
        case Nothing _ -> generator.writeNull();
        case Items(var nodes) -> {
          generator.writeStartArray();
          for (var item : nodes) {
            write(item, generator);
          }
          generator.writeEndArray();
        }
        case Fields(var nodes) -> {
          generator.writeStartObject();
          for (var field : nodes.entrySet()) {
            generator.writeFieldName(field.getKey());
            write(field.getValue(), generator);
          }
          generator.writeEndObject();
        }
      }
    }
  }
}
