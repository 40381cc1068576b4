package wasl.web;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import wasl.page.PageRequest;

/// The query parameters of a request; gathers what is wrong with them.
///
/// Ask for each, then refuse if [#isFaulty()].
public final class Query {
  private final Map<String, List<String>> values;
  private final Faults faults;

  private Query(Map<String, List<String>> values, Faults faults) {
    this.values = values;
    this.faults = faults;
  }

  /// @param raw undecoded, without the question mark
  /// @param known the names that the route takes; others are faults
  static Result<Query> read(String raw, List<String> known, Faults faults) {
    var values = new LinkedHashMap<String, List<String>>();
    for (var pair : raw.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      try {
        values
            .computeIfAbsent(
                decoded(equals < 0 ? pair : pair.substring(0, equals)), name -> new ArrayList<>())
            .add(equals < 0 ? "" : decoded(pair.substring(equals + 1)));
      } catch (IllegalArgumentException notEncoded) {
        return Result.failed(Problem.malformed("the query is not percent-encoded"));
      }
    }
    for (var name : values.keySet()) {
      if (!known.contains(name)) {
        faults.add(pointer(name), "is not a parameter of this request");
      }
    }
    return Result.ok(new Query(values, faults));
  }

  /// A parameter that may stand once.
  public Optional<String> text(String name) {
    var given = values.getOrDefault(name, List.of());
    if (given.size() > 1) {
      fault(name, "must stand once");
    }
    return given.stream().findFirst();
  }

  /// A parameter that must stand once.
  public String required(String name, Text rule) {
    var given = text(name);
    if (given.isEmpty()) {
      fault(name, "is missing");
      return "";
    }
    rule.fault(given.get()).ifPresent(detail -> fault(name, detail));
    return given.get();
  }

  /// A parameter that may stand several times.
  public List<String> texts(String name) {
    return List.copyOf(values.getOrDefault(name, List.of()));
  }

  /// A parameter that is one of a few words.
  ///
  /// @param of finds the value of a word
  /// @param words for the fault
  public <T> Optional<T> oneOf(
      String name, Function<String, Optional<T>> of, Stream<String> words) {
    return text(name)
        .flatMap(given -> {
          var found = of.apply(given);
          if (found.isEmpty()) {
            fault(name, "must be one of " + words.collect(Collectors.joining(", ")));
          }
          return found;
        });
  }

  public Optional<Instant> time(String name) {
    // "+" of an offset arrives as a space where the caller forgot to encode it.
    return text(name)
        .flatMap(given -> {
          var found = Times.read(given.replace(' ', '+'));
          if (found.isEmpty()) {
            fault(name, Times.EXPECTATION);
          }
          return found;
        });
  }

  /// `limit` and `cursor`.
  public PageRequest page() {
    return new PageRequest(limit(), cursor());
  }

  /// `limit`: 1 to 100, 20 where absent.
  public int limit() {
    return text("limit")
        .map(given -> {
          int limit = given.matches("\\d{1,3}") ? Integer.parseInt(given) : 0;
          if (limit >= 1 && limit <= PageRequest.MOST) {
            return limit;
          }
          fault("limit", "must be a whole number from 1 to " + PageRequest.MOST);
          return PageRequest.USUAL;
        })
        .orElse(PageRequest.USUAL);
  }

  /// The text that stands for a position as `cursor`.
  public static String cursor(String position) {
    return Cursor.of(position);
  }

  /// `cursor`: the position that it stands for.
  public Optional<String> cursor() {
    return text("cursor")
        .flatMap(given -> {
          var position = Cursor.position(given);
          if (position.isEmpty()) {
            faultyCursor();
          }
          return position;
        });
  }

  void faultyCursor() {
    fault("cursor", "must be the nextCursor of an earlier answer");
  }

  /// Says that a parameter is wrong.
  public void fault(String name, String detail) {
    faults.add(pointer(name), detail);
  }

  public boolean isFaulty() {
    return faults.any();
  }

  /// The refusal that names every fault.
  public <T> Result<T> refused() {
    return Result.failed(faults.problem());
  }

  private static String pointer(String name) {
    return "#query/" + name;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
