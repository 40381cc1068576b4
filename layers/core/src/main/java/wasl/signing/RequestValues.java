package wasl.signing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import wasl.web.HttpRequest;

/// Reads single values out of a request, wherever a manifest says they stand. Never throws,
/// whatever the body.
public final class RequestValues {
  private final HttpRequest request;
  private @Nullable Map<String, List<String>> query;
  private @Nullable Map<String, List<String>> form;

  public RequestValues(HttpRequest request) {
    this.request = request;
  }

  HttpRequest request() {
    return request;
  }

  /// All values at a place: none, one, or several where a parameter is repeated.
  public List<String> all(Place place) {
    if (place instanceof Place.Header header) {
      return listOf(request.headers().get(header.name()));
    }
    if (place instanceof Place.Query parameter) {
      return query().getOrDefault(parameter.name(), List.of());
    }
    if (place instanceof Place.Form field) {
      return form().getOrDefault(field.name(), List.of());
    }
    if (place instanceof Place.Json json) {
      return listOf(json(List.of(json.path())).getFirst());
    }
    return List.of(((Place.Literal) place).text());
  }

  private static List<String> listOf(Optional<String> value) {
    return value.isPresent() ? List.of(value.get()) : List.of();
  }

  /// The value at a place if there is exactly one and it is not empty.
  public Optional<String> one(Place place) {
    var values = all(place);
    return values.size() == 1 && !values.getFirst().isEmpty()
        ? Optional.of(values.getFirst())
        : Optional.empty();
  }

  /// The scalars of a JSON body in one pass over it; empty where there is none.
  public List<Optional<String>> json(List<JsonPath> paths) {
    var found = JsonScan.find(request.body(), paths);
    var values = new ArrayList<Optional<String>>(found.length);
    for (var value : found) {
      values.add(Optional.ofNullable(value));
    }
    return values;
  }

  /// As [#json], from a body that must be one JSON value without doubled keys; empty if it is not.
  Optional<List<Optional<String>>> jsonStrictly(List<JsonPath> paths) {
    try {
      var values = new ArrayList<Optional<String>>(paths.size());
      for (var value : JsonScan.findStrictly(request.body(), paths)) {
        values.add(Optional.ofNullable(value));
      }
      return Optional.of(values);
    } catch (IOException noJson) {
      return Optional.empty();
    }
  }

  Map<String, List<String>> query() {
    if (query == null) {
      query = pairs(request.rawQuery().getBytes(StandardCharsets.UTF_8));
    }
    return query;
  }

  Map<String, List<String>> form() {
    if (form == null) {
      form = pairs(request.body());
    }
    return form;
  }

  /// The pairs of a query or of an `application/x-www-form-urlencoded` body, by name, in the order
  /// sent. A percent sign that escapes nothing stands for itself.
  public static Map<String, List<String>> pairs(byte[] encoded) {
    var pairs = new LinkedHashMap<String, List<String>>();
    int start = 0;
    while (start <= encoded.length) {
      int end = start;
      int equals = -1;
      while (end < encoded.length && encoded[end] != '&') {
        if (encoded[end] == '=' && equals < 0) {
          equals = end;
        }
        end++;
      }
      if (end > start) {
        var name = decoded(encoded, start, equals < 0 ? end : equals);
        var value = equals < 0 ? "" : decoded(encoded, equals + 1, end);
        var values = pairs.get(name);
        if (values == null) {
          values = new ArrayList<>(1);
          pairs.put(name, values);
        }
        values.add(value);
      }
      start = end + 1;
    }
    return pairs;
  }

  private static String decoded(byte[] encoded, int start, int end) {
    var bytes = new byte[end - start];
    int length = 0;
    for (int i = start; i < end; i++) {
      int high = encoded[i] == '%' && i + 2 < end ? Character.digit(encoded[i + 1], 16) : -1;
      int low = high >= 0 ? Character.digit(encoded[i + 2], 16) : -1;
      if (low >= 0) {
        bytes[length++] = (byte) (high << 4 | low);
        i += 2;
      } else {
        bytes[length++] = encoded[i] == '+' ? (byte) ' ' : encoded[i];
      }
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
