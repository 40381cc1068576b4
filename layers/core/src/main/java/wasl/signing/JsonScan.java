package wasl.signing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds a few scalars in a JSON body without building the document.
///
/// On the path that a provider waits for: the streaming parser only, since loading databind costs
/// more than everything else there.
final class JsonScan {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final JsonFactory STRICT =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final List<JsonPath> paths;
  private final @Nullable String[] found;
  private final ArrayList<String> at = new ArrayList<>();
  private int missing;

  private JsonScan(List<JsonPath> paths) {
    this.paths = paths;
    this.found = new @Nullable String[paths.size()];
    this.missing = paths.size();
  }

  /// The scalars at `paths`, numbers exactly as printed; null where there is none, or an object, an
  /// array or a JSON null. Where the body is no JSON, what stood before the fault.
  static @Nullable String[] find(byte[] body, List<JsonPath> paths) {
    var scan = new JsonScan(paths);
    try (var parser = FACTORY.createParser(body)) {
      if (scan.missing > 0 && parser.nextToken() != null) {
        scan.value(parser, true);
      }
    } catch (IOException noJson) {
      return scan.found;
    }
    return scan.found;
  }

  /// The same for a scheme that signs single fields: the whole body must be one JSON value without
  /// a doubled key, or the value that was signed and the value that is used can differ.
  ///
  /// @throws IOException if it is not
  static @Nullable String[] findStrictly(byte[] body, List<JsonPath> paths) throws IOException {
    var scan = new JsonScan(paths);
    try (var parser = STRICT.createParser(body)) {
      if (parser.nextToken() == null) {
        throw new IOException("empty");
      }
      scan.value(parser, false);
      if (parser.nextToken() != null) {
        throw new IOException("more than one value");
      }
    }
    return scan.found;
  }

  /// Leaves the parser on the last token of the value that it stands on. Deep values cost stack, so
  /// only those on a path are entered, and paths are short.
  private void value(JsonParser parser, boolean stopEarly) throws IOException {
    var token = parser.currentToken();
    if (token == JsonToken.START_OBJECT && leadsOn()) {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        at.add(parser.currentName());
        parser.nextToken();
        value(parser, stopEarly);
        at.removeLast();
        if (stopEarly && missing == 0) {
          return;
        }
      }
    } else if (token == JsonToken.START_ARRAY && leadsOn()) {
      for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
        if (parser.currentToken() == null) {
          throw new IOException("cut off");
        }
        at.add("[".concat(Integer.toString(i)).concat("]"));
        value(parser, stopEarly);
        at.removeLast();
        if (stopEarly && missing == 0) {
          return;
        }
      }
    } else if (token.isStructStart()) {
      parser.skipChildren();
    } else if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
      keep(parser);
    }
  }

  private boolean leadsOn() {
    for (var path : paths) {
      var steps = path.steps();
      if (steps.size() > at.size() && steps.subList(0, at.size()).equals(at)) {
        return true;
      }
    }
    return false;
  }

  private void keep(JsonParser parser) throws IOException {
    for (int i = 0; i < found.length; i++) {
      if (found[i] == null && paths.get(i).steps().equals(at)) {
        found[i] = parser.getText();
        missing--;
      }
    }
  }
}
