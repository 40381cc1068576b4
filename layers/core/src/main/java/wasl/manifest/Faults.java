package wasl.manifest;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Gathers everything that is wrong with one document, each with its place.
final class Faults {
  private final List<Fault> found = new ArrayList<>();

  void add(String pointer, String detail) {
    found.add(new Fault(pointer, detail));
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  List<Fault> all() {
    return found.stream().sorted(Fault.ORDER).toList();
  }

  /// Says that a text is none of those known, and which one it is close to.
  void addUnknown(String pointer, String given, Collection<String> known) {
    var close = closest(given, known);
    add(
        pointer,
        "unknown \"%s\"; %s"
            .formatted(
                shortened(given),
                close.isPresent()
                    ? "did you mean \"" + close.get() + "\"?"
                    : "known: " + String.join(", ", known)));
  }

  static String child(String pointer, String key) {
    return pointer + "/" + key.replace("~", "~0").replace("/", "~1");
  }

  static String child(String pointer, int index) {
    return pointer + "/" + index;
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }

  private static Optional<String> closest(String given, Collection<String> known) {
    if (given.length() > 60) {
      return Optional.empty();
    }
    String best = null;
    int least = Math.max(2, given.length() / 3) + 1;
    for (var candidate : known) {
      int distance = distance(given, candidate);
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return best == null ? beginning(given, known) : Optional.of(best);
  }

  /// `hmac-sha256` was meant as `hmac`.
  private static Optional<String> beginning(String given, Collection<String> known) {
    return known.stream()
        .filter(candidate -> candidate.length() > 2 && given.startsWith(candidate))
        .findFirst();
  }

  /// Edits between two texts (Levenshtein), two neighbors swapped counting as one.
  private static int distance(String a, String b) {
    var cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      cost[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      cost[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        cost[i][j] =
            Math.min(Math.min(cost[i - 1][j], cost[i][j - 1]) + 1, cost[i - 1][j - 1] + change);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
