package wasl.manifest;

import java.util.List;

/// What reading a document gave: a valid value, or everything that is wrong with it.
public sealed interface Parsed<T> {
  record Valid<T>(T value) implements Parsed<T> {}

  /// @param faults at least one, in the order of their places
  record Faulty<T>(List<Fault> faults) implements Parsed<T> {
    public Faulty {
      faults = List.copyOf(faults);
    }
  }
}
