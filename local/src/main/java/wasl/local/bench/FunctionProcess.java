package wasl.local.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import wasl.local.runtime.RuntimeClient;

/// One function in a fresh JVM under the official runtime client, with the managed runtime's flags.
final class FunctionProcess implements AutoCloseable {
  static final int MEMORY_MEGABYTES = 1769;
  private static final double TICKS_PER_MILLI = 0.1;

  /// How to start it.
  ///
  /// @param pin what stands before `java`, to keep the process on one processor; may be empty
  /// @param task the function's folder, with the layer's jars after its own
  record Command(
      List<String> pin,
      Path java,
      RuntimeClient runtime,
      Path task,
      String handler,
      Map<String, String> environment) {}

  private final Process process;
  private final long startedAt;

  private FunctionProcess(Process process, long startedAt) {
    this.process = process;
    this.startedAt = startedAt;
  }

  static FunctionProcess start(Command command, Path log) throws IOException {
    var line = new ArrayList<>(command.pin());
    line.add(command.java().toString());
    line.addAll(command.runtime().jvmArguments(MEMORY_MEGABYTES));
    line.add("-cp");
    line.add(String.join(":", command.runtime().jars().stream().map(Path::toString).toList()));
    line.add(RuntimeClient.MAIN_CLASS);
    line.add(command.handler());
    var builder =
        new ProcessBuilder(line)
            .directory(command.task().toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.to(log.toFile()));
    builder.environment().clear();
    builder.environment().putAll(command.environment());
    long now = System.nanoTime();
    return new FunctionProcess(builder.start(), now);
  }

  long startedAt() {
    return startedAt;
  }

  /// User and system time so far, in milliseconds; 0 where this system does not tell.
  long cpuMillis() {
    try {
      var stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
      // The second field is a name in parentheses that may hold anything.
      var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return (long) ((Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_MILLI);
    } catch (IOException e) {
      return 0;
    }
  }

  /// The most memory that it had at once, in kilobytes; 0 where this system does not tell.
  long peakKilobytes() {
    try {
      for (var line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replace("VmHWM:", "").replace("kB", "").strip());
        }
      }
      return 0;
    } catch (IOException e) {
      return 0;
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
