package wasl.aws;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Reads a function's environment variables once, at init, and reports every missing or wrong one
/// in one message.
///
/// Ask for each variable, then call [#done()]; a bad deploy so fails at init, with all that is
/// wrong with it.
public final class Settings {
  private final Map<String, String> environment;
  private final List<String> faults = new ArrayList<>();

  public Settings(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /// A variable that must be there and not be empty.
  ///
  /// @param example what a right value looks like, for the message
  public String text(String name, String example) {
    var value = environment.getOrDefault(name, "");
    if (value.isBlank()) {
      faults.add(name + " is missing (example: " + example + ")");
    }
    return value;
  }

  /// A variable that may be absent or empty.
  public String optional(String name) {
    return environment.getOrDefault(name, "");
  }

  public long number(String name, long example, long least, long most) {
    return parsed(
        name,
        Long.toString(example),
        example,
        text -> {
          long value = Long.parseLong(text.strip());
          if (value < least || value > most) {
            throw new IllegalArgumentException("not from " + least + " to " + most);
          }
          return value;
        });
  }

  /// A comma-separated list of whole seconds.
  public List<Duration> seconds(String name, String example) {
    return parsed(
        name,
        example,
        List.of(),
        text -> {
          var out = new ArrayList<Duration>();
          for (var part : text.split(",", -1)) {
            out.add(Duration.ofSeconds(Long.parseUnsignedLong(part.strip())));
          }
          return out;
        });
  }

  /// Throws with all that is wrong, if anything is.
  public void done() {
    if (!faults.isEmpty()) {
      throw new IllegalStateException("wrong environment: " + String.join("; ", faults));
    }
  }

  private <T> T parsed(String name, String example, T otherwise, Function<String, T> parse) {
    var text = text(name, example);
    if (text.isBlank()) {
      return otherwise;
    }
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException wrong) {
      faults.add(name + " is \"" + text + "\" (example: " + example + ")");
      return otherwise;
    }
  }
}
