package wasl.local.demo;

import java.io.PrintStream;
import wasl.local.Runner;

/// Shows a newcomer what Wasl does, on a stack of its own.
public final class Demo {
  private Demo() {}

  /// @return the exit code of `./wasl demo`
  public static int run(Runner runner, PrintStream out) {
    out.println("Wasl runs at " + runner.api() + ".");
    return 0;
  }
}
