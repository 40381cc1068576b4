package wasl.local.ledger;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;

/// Amounts at one moment, or between two: how much of each meter, and for what.
public record Tally(Map<Entry, Double> amounts) {
  /// One line of it.
  ///
  /// @param what the operation and what it was done to, such as `PutItem Events`
  public record Entry(Meter meter, String what) implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      int byMeter = meter.compareTo(other.meter);
      return byMeter != 0 ? byMeter : what.compareTo(other.what);
    }
  }

  public static final Tally NOTHING = new Tally(Map.of());

  public Tally {
    var sorted = new TreeMap<Entry, Double>();
    amounts.forEach((entry, amount) -> {
      if (amount != 0) {
        sorted.put(entry, amount);
      }
    });
    amounts = java.util.Collections.unmodifiableSortedMap(sorted);
  }

  /// All of a meter.
  public double amount(Meter meter) {
    return amounts.entrySet().stream()
        .filter(each -> each.getKey().meter() == meter)
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  /// What was counted since another tally was taken.
  public Tally since(Tally earlier) {
    return plus(earlier.mapped(amount -> -amount));
  }

  public Tally plus(Tally other) {
    var sum = new TreeMap<>(amounts);
    other.amounts.forEach((entry, amount) -> sum.merge(entry, amount, Double::sum));
    return new Tally(sum);
  }

  public Tally plus(Meter meter, String what, double amount) {
    return plus(new Tally(Map.of(new Entry(meter, what), amount)));
  }

  /// For each of so many.
  public Tally per(double many) {
    return mapped(amount -> amount / many);
  }

  public Tally times(double many) {
    return mapped(amount -> amount * many);
  }

  private Tally mapped(DoubleUnaryOperator change) {
    var changed = new TreeMap<Entry, Double>();
    amounts.forEach((entry, amount) -> changed.put(entry, change.applyAsDouble(amount)));
    return new Tally(changed);
  }
}
