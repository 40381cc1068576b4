package wasl.aws;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A DynamoDB item without the SDK: what each record's item class reads and writes, whichever
/// client carries it.
///
/// Values are `String`, `BigDecimal`, `Boolean`, `byte[]`, `List` of such and `Map` from text to
/// such. Times are numbers: milliseconds since 1970.
public record Item(Map<String, Object> values) {
  public Item {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  public static Builder with(String pk) {
    return new Builder().text("pk", pk);
  }

  public static Builder builder() {
    return new Builder();
  }

  public String pk() {
    return text("pk");
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  public String text(String name) {
    return (String) present(name);
  }

  public Optional<String> optionalText(String name) {
    return Optional.ofNullable((String) values.get(name));
  }

  public long number(String name) {
    return ((BigDecimal) present(name)).longValueExact();
  }

  public Optional<Long> optionalNumber(String name) {
    return Optional.ofNullable((BigDecimal) values.get(name)).map(BigDecimal::longValueExact);
  }

  public boolean flag(String name) {
    return (Boolean) present(name);
  }

  public byte[] bytes(String name) {
    return (byte[]) present(name);
  }

  public Optional<byte[]> optionalBytes(String name) {
    return Optional.ofNullable((byte[]) values.get(name));
  }

  public Instant time(String name) {
    return Instant.ofEpochMilli(number(name));
  }

  public Optional<Instant> optionalTime(String name) {
    return optionalNumber(name).map(Instant::ofEpochMilli);
  }

  /// A list of texts; empty where absent.
  @SuppressWarnings("unchecked")
  public List<String> texts(String name) {
    return values.containsKey(name) ? List.copyOf((List<String>) present(name)) : List.of();
  }

  /// A list of maps; empty where absent.
  @SuppressWarnings("unchecked")
  public List<Item> items(String name) {
    return values.containsKey(name) ? items((List<Map<String, Object>>) present(name)) : List.of();
  }

  /// A map of attributes; throws where it is absent.
  @SuppressWarnings("unchecked")
  public Item map(String name) {
    return new Item((Map<String, Object>) present(name));
  }

  /// A map of attributes; empty where absent.
  public Optional<Item> optionalMap(String name) {
    return has(name) ? Optional.of(map(name)) : Optional.empty();
  }

  private static List<Item> items(List<Map<String, Object>> maps) {
    var items = new ArrayList<Item>(maps.size());
    for (var map : maps) {
      items.add(new Item(map));
    }
    return items;
  }

  private Object present(String name) {
    var value = values.get(name);
    if (value == null) {
      throw new IllegalStateException(
          "item " + values.get("pk") + " has no attribute \"" + name + "\"");
    }
    return value;
  }

  /// Builds an item; what is absent is left out.
  public static final class Builder {
    private final Map<String, Object> values = new LinkedHashMap<>();

    public Builder text(String name, String value) {
      values.put(name, value);
      return this;
    }

    public Builder text(String name, Optional<String> value) {
      value.ifPresent(present -> values.put(name, present));
      return this;
    }

    public Builder number(String name, long value) {
      values.put(name, BigDecimal.valueOf(value));
      return this;
    }

    public Builder flag(String name, boolean value) {
      values.put(name, value);
      return this;
    }

    public Builder bytes(String name, byte[] value) {
      values.put(name, value);
      return this;
    }

    public Builder time(String name, Instant value) {
      return number(name, value.toEpochMilli());
    }

    public Builder time(String name, Optional<Instant> value) {
      value.ifPresent(present -> time(name, present));
      return this;
    }

    public Builder texts(String name, List<String> value) {
      values.put(name, List.copyOf(value));
      return this;
    }

    public Builder items(String name, List<Item> value) {
      values.put(name, value.stream().map(Item::values).toList());
      return this;
    }

    public Builder map(String name, Item value) {
      values.put(name, value.values());
      return this;
    }

    public Builder map(String name, Optional<Item> value) {
      value.ifPresent(present -> map(name, present));
      return this;
    }

    /// A value as an item has it.
    Builder value(String name, Object value) {
      values.put(name, value);
      return this;
    }

    public Item build() {
      return new Item(values);
    }
  }
}
