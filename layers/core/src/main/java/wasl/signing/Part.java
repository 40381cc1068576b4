package wasl.signing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import wasl.signing.Verdict.Reason;
import wasl.signing.Verdict.Refused;

/// One part of the message that a scheme signs; a message is a list of them, in order.
public sealed interface Part {
  /// The bytes of this part in a request.
  ///
  /// @param time the signed time's text as sent
  Piece in(RequestValues values, Optional<String> time);

  /// Whether a change of what stands at a place would change this part.
  boolean covers(Place place);

  /// The raw body.
  record Body() implements Part {
    @Override
    public Piece in(RequestValues values, Optional<String> time) {
      return new Piece.Bytes(values.request().body());
    }

    @Override
    public boolean covers(Place place) {
      return place instanceof Place.Json || place instanceof Place.Form;
    }
  }

  /// The time that the scheme signs, as sent.
  record Time() implements Part {
    @Override
    public Piece in(RequestValues values, Optional<String> time) {
      return time.isPresent()
          ? utf8(time.get())
          : new Refused(Reason.MISSING_TIMESTAMP, "the request carries no time");
    }

    @Override
    public boolean covers(Place place) {
      return false;
    }
  }

  /// The value at a place; absent or empty is refused.
  ///
  /// @param endsBefore the literal that follows it in the message, or empty: a value that holds it
  ///   could move the boundary between two parts, and one signature would stand for two messages
  record Value(Place place, String endsBefore) implements Part {
    @Override
    public Piece in(RequestValues values, Optional<String> time) {
      var value = values.one(place);
      if (value.isEmpty()) {
        return new Refused(Reason.MISSING_PART, "the request lacks a part that is signed");
      }
      return !endsBefore.isEmpty() && value.get().contains(endsBefore)
          ? new Refused(Reason.MALFORMED_PART, "a signed part holds what separates the parts")
          : utf8(value.get());
    }

    @Override
    public boolean covers(Place other) {
      return place.equals(other);
    }
  }

  /// The same text in each message.
  record Literal(String text) implements Part {
    @Override
    public Piece in(RequestValues values, Optional<String> time) {
      return utf8(text);
    }

    @Override
    public boolean covers(Place place) {
      return false;
    }
  }

  /// The URL that the provider was given, from our own record.
  record Url() implements Part {
    @Override
    public Piece in(RequestValues values, Optional<String> time) {
      return utf8(values.request().url());
    }

    @Override
    public boolean covers(Place place) {
      return place instanceof Place.Query;
    }
  }

  /// The HTTP method, in upper case.
  record Method() implements Part {
    @Override
    public Piece in(RequestValues values, Optional<String> time) {
      return utf8(values.request().method());
    }

    @Override
    public boolean covers(Place place) {
      return false;
    }
  }

  /// Where the secret itself stands inside a digest; see [Hash].
  record SecretItself() implements Part {
    @Override
    public Piece in(RequestValues values, Optional<String> time) {
      return new Piece.SecretHere();
    }

    @Override
    public boolean covers(Place place) {
      return false;
    }
  }

  /// The form in the body as names and values joined, names sorted, each name's values sorted and
  /// told once.
  record SortedForm() implements Part {
    @Override
    public Piece in(RequestValues values, Optional<String> time) {
      var text = new StringBuilder();
      for (var pair : new TreeMap<>(values.form()).entrySet()) {
        for (var value : new TreeSet<>(pair.getValue())) {
          text.append(pair.getKey()).append(value);
        }
      }
      return utf8(text.toString());
    }

    @Override
    public boolean covers(Place place) {
      return place instanceof Place.Form;
    }
  }

  /// Single fields in a fixed order; what is missing or null is empty, numbers stand as printed.
  ///
  /// @param fields each with the text that goes before its value, which may be empty
  record OrderedFields(List<NamedField> fields, String separator) implements Part {
    public OrderedFields {
      fields = List.copyOf(fields);
    }

    @Override
    public Piece in(RequestValues values, Optional<String> time) {
      var paths = new ArrayList<JsonPath>();
      for (var field : fields) {
        if (field.place() instanceof Place.Json json) {
          paths.add(json.path());
        }
      }
      var found =
          paths.isEmpty() ? List.<Optional<String>>of() : values.jsonStrictly(paths).orElse(null);
      if (found == null) {
        return new Refused(
            Reason.UNPARSABLE_BODY, "the body is no single JSON value, or has a doubled key");
      }
      var text = new StringBuilder();
      int json = 0;
      for (int i = 0; i < fields.size(); i++) {
        var field = fields.get(i);
        text.append(i == 0 ? "" : separator).append(field.name());
        if (field.place() instanceof Place.Json) {
          text.append(found.get(json++).orElse(""));
          continue;
        }
        var all = values.all(field.place());
        if (all.size() > 1) {
          return new Refused(Reason.DOUBLED_HEADER, "a signed field was sent twice");
        }
        text.append(all.isEmpty() ? "" : all.getFirst());
      }
      return utf8(text.toString());
    }

    @Override
    public boolean covers(Place place) {
      for (var field : fields) {
        if (field.place().equals(place)) {
          return true;
        }
      }
      return false;
    }
  }

  /// A field that is signed, and the text before its value.
  record NamedField(String name, Place place) {}

  /// All fields of the query or of the form, sorted by name, but for those left out.
  ///
  /// @param query the query's if true, else the form's
  /// @param assign between name and value
  /// @param separator between fields
  record SortedFields(
      boolean query,
      List<String> excluded,
      boolean dropEmpty,
      boolean urlEncode,
      String assign,
      String separator,
      Repeated repeated)
      implements Part {
    public SortedFields {
      excluded = List.copyOf(excluded);
    }

    @Override
    public Piece in(RequestValues values, Optional<String> time) {
      var pairs = new TreeMap<String, String>();
      for (var pair : (query ? values.query() : values.form()).entrySet()) {
        if (excluded.contains(pair.getKey())) {
          continue;
        }
        if (pair.getValue().size() > 1 && repeated == Repeated.REFUSED) {
          return new Refused(Reason.MALFORMED_PART, "a signed field was sent twice");
        }
        add(pairs, pair);
      }
      var text = new StringBuilder();
      for (var pair : pairs.entrySet()) {
        text.append(text.isEmpty() ? "" : separator)
            .append(urlEncode ? encoded(pair.getKey()) : pair.getKey())
            .append(assign)
            .append(urlEncode ? encoded(pair.getValue()) : pair.getValue());
      }
      return utf8(text.toString());
    }

    private void add(Map<String, String> pairs, Map.Entry<String, List<String>> pair) {
      var value = String.join(",", pair.getValue());
      if (!dropEmpty || !value.isEmpty()) {
        pairs.put(pair.getKey(), value);
      }
    }

    private static String encoded(String text) {
      return java.net.URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public boolean covers(Place place) {
      return query
          ? place instanceof Place.Query parameter && !excluded.contains(parameter.name())
          : place instanceof Place.Form field && !excluded.contains(field.name());
    }
  }

  /// What becomes of a field that was sent more than once.
  enum Repeated {
    REFUSED,
    COMMA
  }

  /// Text as a piece of the message.
  static Piece.Bytes utf8(String text) {
    return new Piece.Bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /// The parts, each value told the literal that follows it.
  static List<Part> bounded(List<Part> parts) {
    var bounded = new ArrayList<Part>(parts.size());
    for (int i = 0; i < parts.size(); i++) {
      var next = i + 1 < parts.size() ? parts.get(i + 1) : null;
      bounded.add(
          parts.get(i) instanceof Value value && next instanceof Literal literal
              ? new Value(value.place(), literal.text())
              : parts.get(i));
    }
    return Collections.unmodifiableList(bounded);
  }
}
