package wasl.local.demo;

import java.io.PrintStream;

/// Prints the demo's steps, and stops it where something is not as told.
final class Story {
  /// Something is not as told.
  static final class WentWrong extends RuntimeException {
    WentWrong(String what) {
      super(what);
    }
  }

  private final PrintStream out;
  private int steps;

  Story(PrintStream out) {
    this.out = out;
  }

  void title(String text) {
    out.println();
    out.println(text);
    out.println("─".repeat(text.length()));
  }

  void step(String text) {
    steps++;
    out.println();
    out.println(steps + ". " + text);
  }

  void say(String... lines) {
    for (var line : lines) {
      out.println("   " + line);
    }
  }

  /// Says it with a tick, if it holds.
  void check(boolean holds, String what) {
    require(holds, "this does not hold: " + what);
    out.println("   ✓ " + what);
  }

  void require(boolean holds, String otherwise) {
    if (!holds) {
      throw wrong(otherwise);
    }
  }

  WentWrong wrong(String what) {
    return new WentWrong(what);
  }
}
