package wasl.web;

import java.util.ArrayList;
import java.util.List;

/// Gathers what is wrong with one request, in query and body, so that one answer names all of it.
final class Faults {
  // A body of a million unknown fields gets an answer of bounded size.
  private static final int MOST = 200;

  private final List<Problem.Fault> found = new ArrayList<>();

  void add(String pointer, String detail) {
    if (found.size() < MOST) {
      found.add(new Problem.Fault(pointer, detail));
    }
  }

  boolean any() {
    return !found.isEmpty();
  }

  Problem problem() {
    return Problem.invalid(found);
  }
}
