package wasl.inbound;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import wasl.signing.RequestValues;

/// Turns a webhook's body into the `data` of its event.
///
/// JSON stays as sent, byte for byte; a form becomes an object of arrays; other text `{"text"}`;
/// bytes `{"base64"}`.
public final class EventData {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  /// Nested deeper, or with longer numbers, JSON is kept as text, and so is JSON with half of a
  /// surrogate pair in it: whoever parses the envelope may have limits of that size or take only
  /// text that UTF-8 can say, and must not choke on what a provider sent.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(200).build())
          .build();

  /// What a value that is not sound should be like.
  public static final String SOUND =
      "must not be nested deeper than 200, have longer numbers than 1000 digits or half of a"
          + " surrogate pair";

  private EventData() {}

  /// @param mediaTypeHeader the value of `content-type`, parameters included; empty for none
  /// @return one JSON value in UTF-8
  public static byte[] of(String mediaTypeHeader, byte[] body) {
    var mediaType = mediaType(mediaTypeHeader);
    if (mediaType.equals("application/x-www-form-urlencoded")) {
      return form(RequestValues.pairs(body));
    }
    var bytes = withoutMark(body);
    var text = utf8(bytes);
    if (text.isEmpty()) {
      return written(generator -> {
        generator.writeFieldName("base64");
        generator.writeBinary(body);
      });
    }
    if (isJson(text.get()) && (!isProse(mediaType) || isStructure(text.get()))) {
      return bytes;
    }
    return written(generator -> generator.writeStringField("text", text.get().toString()));
  }

  /// Whether a JSON value travels as it is: what a user publishes is refused rather than changed.
  ///
  /// @param json one JSON value in UTF-8
  public static boolean isSound(byte[] json) {
    return utf8(json).filter(EventData::isJson).isPresent();
  }

  private static String mediaType(String header) {
    int end = header.indexOf(';');
    return (end < 0 ? header : header.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }

  /// Text that a person wrote may happen to be a number or a quoted word.
  private static boolean isProse(String mediaType) {
    return mediaType.startsWith("text/") && !mediaType.equals("text/json");
  }

  private static boolean isStructure(CharBuffer text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '{' || c == '[') {
        return true;
      }
      if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
        return false;
      }
    }
    return false;
  }

  private static byte[] withoutMark(byte[] body) {
    boolean marked = body.length >= 3 && Arrays.equals(body, 0, 3, BYTE_ORDER_MARK, 0, 3);
    return marked ? Arrays.copyOfRange(body, 3, body.length) : body;
  }

  private static Optional<CharBuffer> utf8(byte[] bytes) {
    try {
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)));
    } catch (CharacterCodingException notText) {
      return Optional.empty();
    }
  }

  // Characters, not bytes: from bytes the parser would guess at UTF-16 and UTF-32 as well.
  private static boolean isJson(CharBuffer text) {
    try (var parser = FACTORY.createParser(text.array(), text.arrayOffset(), text.remaining())) {
      if (parser.nextToken() == null) {
        return false;
      }
      int depth = 0;
      do {
        var token = parser.currentToken();
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        // Asked for its text, the parser checks a number's length too.
        if (!token.isStructStart() && !token.isStructEnd() && isHalved(parser.getText())) {
          return false;
        }
      } while (depth > 0 && parser.nextToken() != null);
      return parser.nextToken() == null;
    } catch (IOException notJson) {
      return false;
    }
  }

  // Escaped (`\ud800`) it is good JSON (RFC 8259, section 8.2), and no text.
  private static boolean isHalved(String text) {
    return !StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private static byte[] form(Map<String, List<String>> pairs) {
    return written(generator -> {
      for (var pair : pairs.entrySet()) {
        generator.writeArrayFieldStart(pair.getKey());
        for (var value : pair.getValue()) {
          generator.writeString(value);
        }
        generator.writeEndArray();
      }
    });
  }

  private interface Content {
    void write(JsonGenerator generator) throws IOException;
  }

  private static byte[] written(Content content) {
    var out = new ByteArrayOutputStream();
    try (var generator = FACTORY.createGenerator(out, JsonEncoding.UTF8)) {
      generator.writeStartObject();
      content.write(generator);
      generator.writeEndObject();
    } catch (IOException e) {
      throw new AssertionError("memory takes everything", e);
    }
    return out.toByteArray();
  }
}
