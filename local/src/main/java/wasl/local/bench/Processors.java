package wasl.local.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Gives the measured processes a processor of their own, as Lambda gives one to 1769 MB.
final class Processors {
  private Processors() {}

  /// Keeps this process off processor 0, and answers what to put before a command to keep it on it;
  /// says so, and answers nothing, where this system cannot do that.
  static List<String> pinChildrenApartFromThis(PrintStream out) throws IOException {
    int processors = Runtime.getRuntime().availableProcessors();
    if (processors < 2) {
      out.println("NOT PINNED: one processor only, shared with the stand-in of AWS");
      return List.of();
    }
    long self = ProcessHandle.current().pid();
    if (!succeeds("taskset", "-a", "-c", "-p", "1-" + (processors - 1), Long.toString(self))) {
      out.println("NOT PINNED: no taskset here; the figures have all processors in them");
      return List.of();
    }
    return List.of("taskset", "-c", "0");
  }

  private static boolean succeeds(String... command) throws IOException {
    try {
      var process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (IOException absent) {
      return false;
    }
  }
}
