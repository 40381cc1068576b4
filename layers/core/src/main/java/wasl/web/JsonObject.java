package wasl.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import wasl.page.Page;

/// Builds a JSON object of an answer.
///
/// `put` writes `null` for what is absent, `maybe` leaves the field out.
public final class JsonObject {
  private static final JsonMapper JSON = new JsonMapper();

  private final ObjectNode fields = JsonNodeFactory.instance.objectNode();

  /// `{"items": […], "nextCursor": …}`; `nextCursor` is `null` at the end.
  public static <T> JsonObject page(Page<T> page, Function<T, JsonObject> each) {
    return new JsonObject()
        .putAll("items", page.items().stream().map(each).toList())
        .put("nextCursor", page.next().map(Cursor::of));
  }

  public JsonObject put(String name, String value) {
    fields.put(name, value);
    return this;
  }

  public JsonObject put(String name, Optional<String> value) {
    fields.put(name, value.orElse(null));
    return this;
  }

  public JsonObject put(String name, long value) {
    fields.put(name, value);
    return this;
  }

  public JsonObject put(String name, boolean value) {
    fields.put(name, value);
    return this;
  }

  public JsonObject put(String name, JsonObject value) {
    fields.set(name, value.fields);
    return this;
  }

  public JsonObject put(String name, JsonNode value) {
    fields.set(name, value);
    return this;
  }

  /// In UTC with milliseconds.
  public JsonObject put(String name, Instant value) {
    return put(name, Times.write(value));
  }

  public JsonObject putTime(String name, Optional<Instant> value) {
    return put(name, value.map(Times::write));
  }

  public JsonObject put(String name, List<String> values) {
    var list = fields.putArray(name);
    values.forEach(list::add);
    return this;
  }

  public JsonObject put(String name, Map<String, String> values) {
    var object = fields.putObject(name);
    values.forEach(object::put);
    return this;
  }

  public JsonObject putAll(String name, List<JsonObject> values) {
    ArrayNode list = fields.putArray(name);
    values.forEach(value -> list.add(value.fields));
    return this;
  }

  /// A JSON value that is passed on as it is.
  public JsonObject putExact(String name, byte[] json) {
    fields.putRawValue(name, new RawValue(new String(json, StandardCharsets.UTF_8)));
    return this;
  }

  public JsonObject maybe(String name, Optional<String> value) {
    value.ifPresent(present -> put(name, present));
    return this;
  }

  public JsonObject maybeTime(String name, Optional<Instant> value) {
    value.ifPresent(present -> put(name, present));
    return this;
  }

  public JsonObject maybeNumber(String name, Optional<Long> value) {
    value.ifPresent(present -> put(name, present));
    return this;
  }

  /// A JSON value in text; `null` where it is absent.
  public JsonObject putJson(String name, Optional<String> json) {
    return json.map(text -> putExact(name, text.getBytes(StandardCharsets.UTF_8)))
        .orElseGet(() -> put(name, Optional.empty()));
  }

  public JsonObject maybeExact(String name, Optional<byte[]> json) {
    json.ifPresent(present -> putExact(name, present));
    return this;
  }

  public byte[] bytes() {
    try {
      return JSON.writeValueAsBytes(fields);
    } catch (JsonProcessingException e) {
      throw new AssertionError("a tree of text and numbers is always written", e);
    }
  }

  public Response response(int status) {
    return Response.json(status, bytes());
  }

  /// The answer of a route that succeeded.
  public Result<Response> ok(int status) {
    return Result.ok(response(status));
  }
}
