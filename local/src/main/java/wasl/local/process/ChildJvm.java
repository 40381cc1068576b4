package wasl.local.process;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/// Runs a main class in a JVM of its own, which dies with this one.
///
/// The child gets exactly the environment that it is given, nothing of the runner's. Its standard
/// input belongs to its {@link Lifeline}; its output, both streams, goes to the log by lines.
public final class ChildJvm implements AutoCloseable {
  private static final Duration TO_END_BY_ITSELF = Duration.ofSeconds(3);
  private static final Duration BETWEEN_PIECES = Duration.ofMillis(200);
  private static final Duration A_MOMENT = Duration.ofMillis(5);

  private static final List<String> IN_THE_JAR =
      List.of(
          Lifeline.class.getName(),
          LoopbackSockets.class.getName(),
          LoopbackSockets.class.getName() + "$OnLoopback");

  /// What to run.
  ///
  /// @param java the `java` executable
  /// @param classPath jars, folders, or `folder/*`
  /// @param jvmArguments what stands before the main class, such as `-Xmx96m`
  /// @param environment the whole environment of the child
  /// @param folder where the child works; empty: where this process does
  public record Command(
      Path java,
      String mainClass,
      List<String> classPath,
      List<String> jvmArguments,
      List<String> arguments,
      Map<String, String> environment,
      Optional<Path> folder) {
    public Command {
      classPath = List.copyOf(classPath);
      jvmArguments = List.copyOf(jvmArguments);
      arguments = List.copyOf(arguments);
      environment = Map.copyOf(environment);
    }

    public Command(
        Path java,
        String mainClass,
        List<String> classPath,
        List<String> jvmArguments,
        List<String> arguments,
        Map<String, String> environment) {
      this(java, mainClass, classPath, jvmArguments, arguments, environment, Optional.empty());
    }
  }

  private final Process process;
  private final CompletableFuture<Integer> exit;

  private ChildJvm(Process process, Consumer<String> log) {
    this.process = process;
    Thread pump =
        Thread.ofVirtual()
            .name("log of " + process.pid())
            .start(() -> pump(process.getInputStream(), log));
    this.exit =
        process
            .onExit()
            .thenApplyAsync(
                ended -> {
                  awaitEnd(pump);
                  return ended.exitValue();
                },
                Thread::startVirtualThread);
  }

  /// Starts the child; returns once its process exists.
  ///
  /// @param log gets every line that the child prints; a line without an end is handed over once
  ///   nothing has followed for 200 ms, since some loggers write none
  public static ChildJvm start(Command command, Consumer<String> log) {
    List<String> line = new ArrayList<>();
    line.add(command.java().toString());
    Path lifeline = lifelineJar();
    line.add("-javaagent:" + lifeline + "=" + lifeline);
    line.addAll(command.jvmArguments());
    line.add("-cp");
    line.add(String.join(File.pathSeparator, command.classPath()));
    line.add(command.mainClass());
    line.addAll(command.arguments());
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    command.folder().ifPresent(folder -> builder.directory(folder.toFile()));
    builder.environment().clear();
    builder.environment().putAll(command.environment());
    try {
      return new ChildJvm(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException("could not start " + command.mainClass(), e);
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /// The exit code, once the process has ended and its last line is in the log.
  public CompletableFuture<Integer> onExit() {
    return exit.copy();
  }

  /// Ends the process at once, without its shutdown hooks.
  public void kill() {
    process.destroyForcibly();
  }

  /// Asks the process to end, and kills it if it has not done so after 3 seconds.
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(TO_END_BY_ITSELF.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitEnd(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pump(InputStream output, Consumer<String> log) {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    byte[] chunk = new byte[8192];
    try (output) {
      for (int length = output.read(chunk); length >= 0; length = output.read(chunk)) {
        for (int i = 0; i < length; i++) {
          if (chunk[i] == '\n') {
            handOver(line, log);
          } else {
            line.write(chunk[i]);
          }
        }
        if (line.size() > 0 && !isFollowed(output)) {
          handOver(line, log);
        }
      }
    } catch (IOException e) {
      log.accept("its log broke off: " + e.getMessage());
    }
    if (line.size() > 0) {
      handOver(line, log);
    }
  }

  // A long line comes in pieces, and on a busy machine with a while between them.
  private static boolean isFollowed(InputStream output) throws IOException {
    long end = System.nanoTime() + BETWEEN_PIECES.toNanos();
    while (output.available() == 0) {
      if (System.nanoTime() > end) {
        return false;
      }
      LockSupport.parkNanos(A_MOMENT.toNanos());
    }
    return true;
  }

  private static void handOver(ByteArrayOutputStream line, Consumer<String> log) {
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    log.accept(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
  }

  /// A jar is the only form in which a JVM takes an agent, so one is written from our own classes.
  /// The child removes it: after a SIGKILL nobody else would.
  private static Path lifelineJar() {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Premain-Class", Lifeline.class.getName());
    try {
      Path jar = Files.createTempFile("wasl-lifeline", ".jar");
      try (OutputStream file = Files.newOutputStream(jar);
          JarOutputStream out = new JarOutputStream(file, manifest)) {
        for (String name : IN_THE_JAR) {
          String entry = name.replace('.', '/') + ".class";
          try (InputStream bytes = Lifeline.class.getResourceAsStream("/" + entry)) {
            if (bytes == null) {
              throw new AssertionError("a loaded class has its class file: " + entry);
            }
            out.putNextEntry(new JarEntry(entry));
            bytes.transferTo(out);
          }
        }
      }
      return jar;
    } catch (IOException e) {
      throw new UncheckedIOException("could not write the lifeline's jar", e);
    }
  }
}
