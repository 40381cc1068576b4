package wasl.manifest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import wasl.manifest.Node.Digits;
import wasl.manifest.Node.Fields;
import wasl.manifest.Node.Flag;
import wasl.manifest.Node.Items;
import wasl.manifest.Node.Text;

/// What a node may look like: the one description from which both the check and the JSON Schema
/// come, so that they cannot disagree.
sealed interface Shape {

  /// Adds every fault of a node.
  void check(Node node, String pointer, Faults faults);

  /// The same in JSON Schema 2020-12.
  ///
  /// @param definitions where named shapes leave theirs
  Fields schema(Map<String, Node> definitions);

  /// What a node is called in a fault.
  String kind();

  /// A text.
  ///
  /// @param pattern which the whole of it matches; empty for any
  /// @param what the text is, for the fault
  record Words(String pattern, int longest, String what) implements Shape {
    @Override
    public void check(Node node, String pointer, Faults faults) {
      if (!(node instanceof Text(var value))) {
        faults.add(pointer, wrongKind(this, node));
      } else if (value.isEmpty() || (pattern.isEmpty() && value.isBlank())) {
        faults.add(pointer, "is empty");
      } else if (value.length() > longest) {
        faults.add(pointer, "is longer than " + longest + " characters");
      } else if (!pattern.isEmpty() && !Pattern.matches(pattern, value)) {
        faults.add(pointer, "must be " + what + ", is \"" + value + "\"");
      }
    }

    @Override
    public Fields schema(Map<String, Node> definitions) {
      var keys = new LinkedHashMap<String, Node>();
      keys.put("type", new Text("string"));
      keys.put("minLength", new Digits("1"));
      keys.put("maxLength", number(longest));
      if (!pattern.isEmpty()) {
        keys.put("pattern", new Text("^(?:" + pattern + ")$"));
      }
      return new Fields(keys);
    }

    @Override
    public String kind() {
      return "text";
    }
  }

  /// One of a few texts.
  record Choice(List<String> known) implements Shape {
    @Override
    public void check(Node node, String pointer, Faults faults) {
      if (!(node instanceof Text(var value))) {
        faults.add(pointer, wrongKind(this, node));
      } else if (!known.contains(value)) {
        faults.addUnknown(pointer, value, known);
      }
    }

    @Override
    public Fields schema(Map<String, Node> definitions) {
      return fields("enum", texts(known));
    }

    @Override
    public String kind() {
      return "text";
    }
  }

  /// A whole number.
  record Whole(int least, int most) implements Shape {
    @Override
    public void check(Node node, String pointer, Faults faults) {
      if (!(node instanceof Digits(var digits))) {
        faults.add(pointer, wrongKind(this, node));
        return;
      }
      boolean fits =
          digits.matches("-?[0-9]{1,9}")
              && Integer.parseInt(digits) >= least
              && Integer.parseInt(digits) <= most;
      if (!fits) {
        faults.add(pointer, "must be a whole number from " + least + " to " + most);
      }
    }

    @Override
    public Fields schema(Map<String, Node> definitions) {
      return fields("type", new Text("integer"), "minimum", number(least), "maximum", number(most));
    }

    @Override
    public String kind() {
      return "a whole number";
    }
  }

  /// True or false.
  record YesNo() implements Shape {
    @Override
    public void check(Node node, String pointer, Faults faults) {
      if (!(node instanceof Flag)) {
        faults.add(pointer, wrongKind(this, node));
      }
    }

    @Override
    public Fields schema(Map<String, Node> definitions) {
      return fields("type", new Text("boolean"));
    }

    @Override
    public String kind() {
      return "true or false";
    }
  }

  /// A list of one to `most` nodes of one shape.
  record ListOf(Shape item, int most) implements Shape {
    @Override
    public void check(Node node, String pointer, Faults faults) {
      if (!(node instanceof Items(var nodes))) {
        faults.add(pointer, wrongKind(this, node));
        return;
      }
      if (nodes.isEmpty()) {
        faults.add(pointer, "is empty");
      }
      if (nodes.size() > most) {
        faults.add(pointer, "has more than " + most + " items");
        return;
      }
      for (int i = 0; i < nodes.size(); i++) {
        item.check(nodes.get(i), Faults.child(pointer, i), faults);
      }
    }

    @Override
    public Fields schema(Map<String, Node> definitions) {
      return fields(
          "type",
          new Text("array"),
          "items",
          item.schema(definitions),
          "minItems",
          number(1),
          "maxItems",
          number(most));
    }

    @Override
    public String kind() {
      return "a list";
    }
  }

  /// One node, or a list of several of its shape.
  record OneOrMore(Shape item, int most) implements Shape {
    @Override
    public void check(Node node, String pointer, Faults faults) {
      if (node instanceof Items) {
        new ListOf(item, most).check(node, pointer, faults);
      } else {
        item.check(node, pointer, faults);
      }
    }

    @Override
    public Fields schema(Map<String, Node> definitions) {
      return fields(
          "anyOf",
          new Items(List.of(item.schema(definitions), new ListOf(item, most).schema(definitions))));
    }

    @Override
    public String kind() {
      return item.kind() + " or a list";
    }
  }

  /// An object with keys of the writer's own.
  record MapOf(Words key, Shape value, int most) implements Shape {
    @Override
    public void check(Node node, String pointer, Faults faults) {
      if (!(node instanceof Fields(var nodes))) {
        faults.add(pointer, wrongKind(this, node));
        return;
      }
      if (nodes.size() > most) {
        faults.add(pointer, "has more than " + most + " keys");
        return;
      }
      nodes.forEach((name, child) -> {
        key.check(new Text(name), Faults.child(pointer, name), faults);
        value.check(child, Faults.child(pointer, name), faults);
      });
    }

    @Override
    public Fields schema(Map<String, Node> definitions) {
      return fields(
          "type",
          new Text("object"),
          "propertyNames",
          key.schema(definitions),
          "additionalProperties",
          value.schema(definitions),
          "maxProperties",
          number(most));
    }

    @Override
    public String kind() {
      return "an object";
    }
  }

  /// A shape that stands in several places: told once in the JSON Schema.
  record Named(String name, Shape shape) implements Shape {
    @Override
    public void check(Node node, String pointer, Faults faults) {
      shape.check(node, pointer, faults);
    }

    @Override
    public Fields schema(Map<String, Node> definitions) {
      if (!definitions.containsKey(name)) {
        definitions.put(name, Node.Nothing.NOTHING);
        definitions.put(name, shape.schema(definitions));
      }
      return fields("$ref", new Text("#/$defs/" + name));
    }

    @Override
    public String kind() {
      return shape.kind();
    }
  }

  /// A text of a few known ones, or an object.
  record WordOr(Choice word, Keys object) implements Shape {
    @Override
    public void check(Node node, String pointer, Faults faults) {
      (node instanceof Text ? word : object).check(node, pointer, faults);
    }

    @Override
    public Fields schema(Map<String, Node> definitions) {
      return fields(
          "anyOf", new Items(List.of(word.schema(definitions), object.schema(definitions))));
    }

    @Override
    public String kind() {
      return "text or an object";
    }
  }

  /// A key of an object.
  ///
  /// @param says what it means, shown by editors
  record Member(String name, boolean required, Shape shape, String says) {
    static Member needed(String name, Shape shape, String says) {
      return new Member(name, true, shape, says);
    }

    static Member may(String name, Shape shape, String says) {
      return new Member(name, false, shape, says);
    }
  }

  /// An object with known keys; any other is a fault.
  ///
  /// @param exactlyOne keys of which one, and only one, stands there; empty for no such rule
  record Keys(List<Member> keys, List<String> exactlyOne) implements Shape {
    Keys(List<Member> keys) {
      this(keys, List.of());
    }

    Keys plus(List<Member> more) {
      var all = new ArrayList<>(keys);
      all.addAll(more);
      return new Keys(List.copyOf(all), exactlyOne);
    }

    @Override
    public void check(Node node, String pointer, Faults faults) {
      if (!(node instanceof Fields fields)) {
        faults.add(pointer, wrongKind(this, node));
        return;
      }
      var known = new LinkedHashMap<String, Member>();
      keys.forEach(key -> known.put(key.name(), key));
      fields
          .nodes()
          .forEach((name, child) -> {
            var key = known.get(name);
            if (key == null) {
              faults.addUnknown(Faults.child(pointer, name), name, known.keySet());
            } else {
              key.shape().check(child, Faults.child(pointer, name), faults);
            }
          });
      for (var key : keys) {
        if (key.required() && !fields.has(key.name())) {
          faults.add(Faults.child(pointer, key.name()), "is missing");
        }
      }
      if (!exactlyOne.isEmpty() && exactlyOne.stream().filter(fields::has).count() != 1) {
        faults.add(pointer, "needs exactly one of " + String.join(", ", exactlyOne));
      }
    }

    @Override
    public Fields schema(Map<String, Node> definitions) {
      var properties = new LinkedHashMap<String, Node>();
      var required = new ArrayList<String>();
      for (var key : keys) {
        var schema = new LinkedHashMap<String, Node>();
        schema.put("description", new Text(key.says()));
        schema.putAll(key.shape().schema(definitions).nodes());
        properties.put(key.name(), new Fields(schema));
        if (key.required()) {
          required.add(key.name());
        }
      }
      var all = new LinkedHashMap<String, Node>();
      all.put("type", new Text("object"));
      all.put("properties", new Fields(properties));
      if (!required.isEmpty()) {
        all.put("required", texts(required));
      }
      if (!exactlyOne.isEmpty()) {
        all.put(
            "oneOf",
            new Items(
                exactlyOne.stream()
                    .<Node>map(name -> fields("required", texts(List.of(name))))
                    .toList()));
      }
      all.put("additionalProperties", new Flag(false));
      return new Fields(all);
    }

    @Override
    public String kind() {
      return "an object";
    }
  }

  /// An object whose keys depend on the text at one of them.
  ///
  /// @param otherwise the case where that key is absent; empty if it is required
  record Cases(String by, String says, String otherwise, Map<String, Keys> cases) implements Shape {
    @Override
    public void check(Node node, String pointer, Faults faults) {
      if (!(node instanceof Fields fields)) {
        faults.add(pointer, wrongKind(this, node));
        return;
      }
      var chosen = fields.node(by);
      if (chosen.isEmpty() && otherwise.isEmpty()) {
        faults.add(
            Faults.child(pointer, by), "is missing; known: " + String.join(", ", cases.keySet()));
        return;
      }
      var which = new Choice(List.copyOf(cases.keySet()));
      if (chosen.isPresent()) {
        which.check(chosen.get(), Faults.child(pointer, by), faults);
      }
      var keys = cases.get(fields.text(by, otherwise));
      if (keys != null) {
        keys.plus(List.of(Member.may(by, which, says))).check(node, pointer, faults);
      }
    }

    @Override
    public Fields schema(Map<String, Node> definitions) {
      var which = new Choice(List.copyOf(cases.keySet()));
      var branches = new ArrayList<Node>();
      cases.forEach((name, keys) ->
          branches.add(
              fields(
                  "if",
                  name.equals(otherwise)
                      ? fields("properties", is(name))
                      : fields("properties", is(name), "required", texts(List.of(by))),
                  "then",
                  keys.plus(List.of(Member.may(by, which, says))).schema(definitions))));
      var all = new LinkedHashMap<String, Node>();
      all.put("type", new Text("object"));
      all.put("properties", fields(by, which.schema(definitions)));
      if (otherwise.isEmpty()) {
        all.put("required", texts(List.of(by)));
      }
      all.put("allOf", new Items(branches));
      return new Fields(all);
    }

    private Fields is(String name) {
      return fields(by, fields("const", new Text(name)));
    }

    @Override
    public String kind() {
      return "an object";
    }
  }

  private static String wrongKind(Shape wanted, Node given) {
    var is =
        switch (given) {
          case Text _ -> "text";
          case Digits _ -> "a number";
          case Flag _ -> "true or false";
          case Items _ -> "a list";
          case Fields _ -> "an object";
          case Node.Nothing _ -> "empty";
        };
    return "must be " + wanted.kind() + ", is " + is;
  }

  private static Digits number(int number) {
    return new Digits(Integer.toString(number));
  }

  private static Items texts(List<String> texts) {
    return new Items(texts.stream().<Node>map(Text::new).toList());
  }

  private static Fields fields(Object... keysAndNodes) {
    var nodes = new LinkedHashMap<String, Node>();
    for (int i = 0; i < keysAndNodes.length; i += 2) {
      nodes.put((String) keysAndNodes[i], (Node) keysAndNodes[i + 1]);
    }
    return new Fields(nodes);
  }
}
