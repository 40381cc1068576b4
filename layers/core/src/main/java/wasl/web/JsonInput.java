package wasl.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A JSON object of the input; gathers what is wrong with it, each with its JSON pointer.
///
/// Ask for each field, then refuse if [#isFaulty()]; fields that nobody asked for are faults too.
/// What a required getter answers for a field that is wrong means nothing.
public final class JsonInput {
  // Numbers are kept as they were sent, to the last zero.
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final ObjectNode fields;
  private final String pointer;
  private final String source;
  private final Faults faults;
  private final Set<String> asked = new LinkedHashSet<>();
  private final List<JsonInput> inner = new ArrayList<>();

  private JsonInput(ObjectNode fields, String pointer, String source, Faults faults) {
    this.fields = fields;
    this.pointer = pointer;
    this.source = source;
    this.faults = faults;
  }

  /// Reads a text that is no request's body.
  public static Result<JsonInput> read(byte[] json) {
    return read(json, new Faults());
  }

  /// Reads a body; fails as 400 where it is no JSON in UTF-8, or names a field twice.
  static Result<JsonInput> read(byte[] body, Faults faults) {
    if (body.length == 0) {
      return Result.failed(Problem.malformed("the body is empty; a JSON object is expected"));
    }
    try {
      var source = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      var root = JSON.readTree(source);
      if (root instanceof ObjectNode object) {
        return Result.ok(new JsonInput(object, "", source, faults));
      }
      if (root == null || root.isMissingNode()) {
        return Result.failed(Problem.malformed("the body is empty; a JSON object is expected"));
      }
      faults.add("", "must be an object");
      return Result.failed(faults.problem());
    } catch (CharacterCodingException notUtf8) {
      return Result.failed(Problem.malformed("the body is not UTF-8"));
    } catch (JsonProcessingException wrong) {
      return Result.failed(Problem.malformed(place(wrong)));
    }
  }

  /// The empty object, for a request whose body may be left out.
  static JsonInput empty(Faults faults) {
    return new JsonInput(JsonNodeFactory.instance.objectNode(), "", "{}", faults);
  }

  /// Whether the field is there, `null` or not.
  public boolean has(String name) {
    return fields.has(name);
  }

  /// A field that must be there.
  public String text(String name, Text rule) {
    return required(name, optionalText(name, rule)).orElse("");
  }

  /// A field that may be absent or `null`.
  public Optional<String> optionalText(String name, Text rule) {
    return asked(name).flatMap(node -> textOf(node, pointer(name), rule));
  }

  /// A field that a record has already.
  public Change<String> changedText(String name, Text rule) {
    return change(name, () -> optionalText(name, rule));
  }

  /// A list of texts, each once; absent and `null` are the empty list.
  public List<String> texts(String name, int most, Text rule) {
    return optionalTexts(name, most, rule).orElse(List.of());
  }

  /// A list of texts, each once.
  public Optional<List<String>> optionalTexts(String name, int most, Text rule) {
    return asked(name)
        .flatMap(node -> {
          if (!node.isArray()) {
            return wrong(name, "must be a list of texts");
          }
          if (node.size() > most) {
            return wrong(name, "must not have more than " + most + " entries");
          }
          var out = new LinkedHashSet<String>();
          for (int at = 0; at < node.size(); at++) {
            var place = pointer(name) + "/" + at;
            textOf(node.get(at), place, rule)
                .ifPresent(text -> {
                  if (!out.add(text)) {
                    faults.add(place, "stands twice");
                  }
                });
          }
          return Optional.of(List.copyOf(out));
        });
  }

  /// A word out of a few.
  ///
  /// @param of finds the value of a word
  /// @param words for the fault
  public <T> Optional<T> oneOf(
      String name, Function<String, Optional<T>> of, Stream<String> words) {
    return optionalText(name, Text.of(200))
        .flatMap(given -> {
          var found = of.apply(given);
          return found.isPresent()
              ? found
              : wrong(name, "must be one of " + words.collect(Collectors.joining(", ")));
        });
  }

  public Optional<Boolean> flag(String name) {
    return asked(name)
        .flatMap(node ->
            node.isBoolean()
                ? Optional.of(node.booleanValue())
                : wrong(name, "must be true or false"));
  }

  public Optional<Long> wholeNumber(String name, long least, long most) {
    return asked(name)
        .flatMap(node ->
            node.isIntegralNumber()
                    && node.canConvertToLong()
                    && node.longValue() >= least
                    && node.longValue() <= most
                ? Optional.of(node.longValue())
                : wrong(name, "must be a whole number from " + least + " to " + most));
  }

  public Optional<Instant> time(String name) {
    return asked(name)
        .flatMap(node -> {
          var found = node.isTextual() ? Times.read(node.textValue()) : Optional.<Instant>empty();
          return found.isPresent() ? found : wrong(name, Times.EXPECTATION);
        });
  }

  /// An object whose fields are asked for in turn.
  public Optional<JsonInput> object(String name) {
    return asked(name)
        .flatMap(node -> {
          if (!(node instanceof ObjectNode object)) {
            return wrong(name, "must be an object");
          }
          var input = new JsonInput(object, pointer(name), source, faults);
          inner.add(input);
          return Optional.of(input);
        });
  }

  /// An object that must be there.
  public JsonInput requiredObject(String name) {
    return required(name, object(name)).orElseGet(() -> empty(new Faults()));
  }

  /// Any JSON value, for those who read it by rules of their own; `null` counts as absent.
  public Optional<JsonNode> json(String name) {
    return asked(name);
  }

  /// A field of the outermost object exactly as it was sent, to the last blank; `null` is a value.
  public Optional<byte[]> exactJson(String name) {
    asked.add(name);
    if (!fields.has(name)) {
      return Optional.empty();
    }
    try (var parser = JSON.createParser(source)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = parser.currentName().equals(name);
        parser.nextToken();
        int start = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        parser.finishToken();
        if (wanted) {
          int end = (int) parser.currentLocation().getCharOffset();
          return Optional.of(source.substring(start, end).getBytes(StandardCharsets.UTF_8));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("this text was parsed before", e);
    }
    throw new AssertionError("a field of the object is not in its text");
  }

  /// Says that a field is wrong.
  public void fault(String name, String detail) {
    faults.add(pointer(name), detail);
  }

  /// Says that a place deeper in a field is wrong.
  ///
  /// @param below a JSON pointer within the field
  public void fault(String name, String below, String detail) {
    faults.add(pointer(name) + below, detail);
  }

  /// Says that something outside the body is wrong.
  ///
  /// @param place such as `#path/integration`
  public void faultAt(String place, String detail) {
    faults.add(place, detail);
  }

  /// Says that a field is missing.
  public void missing(String name) {
    fault(name, "is missing");
  }

  /// Fields that nobody asks for are no faults of this object: without knowing what it should be
  /// like, nothing can be said of them.
  public void ignoreRest() {
    fields.fieldNames().forEachRemaining(asked::add);
  }

  /// Whether anything is wrong, here or in the query. Call it on the outermost object, when every
  /// field was asked for.
  public boolean isFaulty() {
    nameUnknown();
    return faults.any();
  }

  /// The refusal that names every fault.
  public <T> Result<T> refused() {
    return Result.failed(faults.problem());
  }

  /// What is wrong, in one line for a log or a terminal.
  public String faultsAsText() {
    return faults.problem().errors().stream()
        .map(fault -> fault.pointer() + " " + fault.detail())
        .collect(Collectors.joining("; "));
  }

  private void nameUnknown() {
    fields
        .fieldNames()
        .forEachRemaining(name -> {
          if (asked.add(name)) {
            fault(name, "is not a known field");
          }
        });
    inner.forEach(JsonInput::nameUnknown);
  }

  private Optional<JsonNode> asked(String name) {
    asked.add(name);
    return Optional.ofNullable(fields.get(name)).filter(node -> !node.isNull());
  }

  /// Says that the field is missing, if it is; otherwise passes on what was found.
  public <T> Optional<T> required(String name, Optional<T> found) {
    if (found.isEmpty() && (!fields.has(name) || fields.get(name).isNull())) {
      missing(name);
    }
    return found;
  }

  private <T> Change<T> change(String name, java.util.function.Supplier<Optional<T>> read) {
    asked.add(name);
    if (!fields.has(name)) {
      return new Change.Keep<>();
    }
    if (fields.get(name).isNull()) {
      return new Change.Clear<>();
    }
    return read.get().<Change<T>>map(Change.Set::new).orElseGet(Change.Keep::new);
  }

  private Optional<String> textOf(JsonNode node, String place, Text rule) {
    if (!node.isTextual()) {
      faults.add(place, "must be text");
      return Optional.empty();
    }
    var fault = rule.fault(node.textValue());
    fault.ifPresent(detail -> faults.add(place, detail));
    return fault.isPresent() ? Optional.empty() : Optional.of(node.textValue());
  }

  private <T> Optional<T> wrong(String name, String detail) {
    fault(name, detail);
    return Optional.empty();
  }

  private String pointer(String name) {
    return pointer + "/" + escaped(name);
  }

  // RFC 6901, section 3.
  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  // Never the parser's own message: it quotes the input, which may hold a secret.
  private static String place(JsonProcessingException wrong) {
    var location = wrong.getLocation();
    return location == null
        ? "the body is not JSON"
        : "the body is not JSON: line "
            + location.getLineNr()
            + ", column "
            + location.getColumnNr();
  }
}
