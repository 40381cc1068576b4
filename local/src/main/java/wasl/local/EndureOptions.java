package wasl.local;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What `./wasl endure` was told.
sealed interface EndureOptions {
  /// @param time for how long webhooks are sent
  /// @param percent of all calls to AWS that are broken
  /// @param rate webhooks a second
  record Faults(Duration time, double percent, double rate, long seed) implements EndureOptions {}

  /// @param rate webhooks a second
  record Kills(int webhooks, double rate) implements EndureOptions {}

  /// @throws Options.BadUsage naming every fault
  static EndureOptions parse(List<String> arguments) {
    String what = arguments.isEmpty() ? "" : arguments.getFirst();
    List<String> rest = arguments.isEmpty() ? List.of() : arguments.subList(1, arguments.size());
    return switch (what) {
      case "faults" -> {
        Map<String, Double> numbers =
            numbers(
                rest, Map.of("--minutes", 30.0, "--percent", 5.0, "--rate", 5.0, "--seed", 1.0));
        yield new Faults(
            Duration.ofMillis(Math.round(of(numbers, "--minutes") * 60_000)),
            Math.min(100, of(numbers, "--percent")),
            of(numbers, "--rate"),
            Math.round(of(numbers, "--seed")));
      }
      case "kills" -> {
        Map<String, Double> numbers = numbers(rest, Map.of("--webhooks", 500.0, "--rate", 10.0));
        yield new Kills((int) Math.round(of(numbers, "--webhooks")), of(numbers, "--rate"));
      }
      default -> throw new Options.BadUsage(List.of("endure takes: faults, kills"));
    };
  }

  private static double of(Map<String, Double> numbers, String option) {
    return numbers.getOrDefault(option, 0.0);
  }

  private static Map<String, Double> numbers(List<String> arguments, Map<String, Double> defaults) {
    Map<String, Double> numbers = new TreeMap<>(defaults);
    List<String> faults = new ArrayList<>();
    Deque<String> rest = new ArrayDeque<>(arguments);
    while (!rest.isEmpty()) {
      String option = rest.pop();
      if (!defaults.containsKey(option)) {
        faults.add("unknown option " + option);
      } else if (rest.isEmpty()) {
        faults.add(option + " needs a number");
      } else {
        numbers.put(option, positive(option, rest.pop(), faults));
      }
    }
    if (!faults.isEmpty()) {
      throw new Options.BadUsage(faults);
    }
    return numbers;
  }

  private static double positive(String option, String value, List<String> faults) {
    try {
      double number = Double.parseDouble(value);
      if (number > 0 && number < 1_000_000) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, with what is too small.
    }
    faults.add(option + " needs a number above 0, not \"" + value + "\"");
    return 1;
  }
}
