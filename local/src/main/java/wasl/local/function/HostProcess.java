package wasl.local.function;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import wasl.local.host.FunctionHost;
import wasl.local.process.ChildJvm;
import wasl.local.template.FunctionDefinition;

/// Keeps one function host running: whenever it ends, another one starts.
public final class HostProcess implements AutoCloseable {
  // Unix sockets have short paths: 104 bytes on macOS, 108 on Linux.
  private static final int LONGEST_SOCKET_PATH = 100;
  private static final Duration TOO_SHORT_A_LIFE = Duration.ofSeconds(2);
  private static final Duration A_MOMENT = Duration.ofMillis(50);

  /// @param folder where code is unpacked and sockets stand
  /// @param aws the endpoint that the functions' clients call
  /// @param extraJars what a machine needs besides the layer, such as another system's native
  ///   library
  public record Settings(
      List<FunctionDefinition> functions,
      Path folder,
      URI aws,
      String region,
      List<Path> extraJars) {
    public Settings {
      functions = List.copyOf(functions);
      extraJars = List.copyOf(extraJars);
    }
  }

  private final ChildJvm.Command template;
  private final Path sockets;
  private final Consumer<String> log;
  private final Object lock = new Object();
  private int generation;
  private volatile boolean closed;
  private volatile Path socket;
  private volatile ChildJvm child;

  private HostProcess(ChildJvm.Command template, Path sockets, Consumer<String> log) {
    this.template = template;
    this.sockets = sockets;
    this.log = log;
    this.socket = nextSocket();
    this.child = spawn(socket);
  }

  static HostProcess start(Settings settings, Consumer<String> log) {
    FunctionCode code = new FunctionCode(settings.folder().resolve("code"));
    Set<List<Path>> layerLists = new HashSet<>();
    List<String> arguments = new ArrayList<>();
    for (FunctionDefinition function : settings.functions()) {
      layerLists.add(function.layers());
      arguments.addAll(
          List.of(
              function.name(),
              function.handler(),
              Integer.toString(function.concurrency()),
              code.unpacked(function.code()).resolve("lib").toString()));
    }
    if (layerLists.size() != 1) {
      throw new IllegalArgumentException(
          "functions share one process locally, so they share their layers; found " + layerLists);
    }
    try {
      HostJar hostJar = HostJar.write(settings.folder());
      List<String> classPath = new ArrayList<>();
      classPath.add(hostJar.file().toString());
      for (Path layer : layerLists.iterator().next()) {
        classPath.add(code.unpacked(layer).resolve("java/lib") + "/*");
      }
      settings.extraJars().forEach(jar -> classPath.add(jar.toString()));
      ChildJvm.Command command =
          new ChildJvm.Command(
              Path.of(System.getProperty("java.home"), "bin", "java"),
              FunctionHost.class.getName(),
              classPath,
              jvmArguments(settings.functions()),
              arguments,
              environment(settings));
      return new HostProcess(command, socketFolder(settings.folder()), log);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare the function host", e);
    }
  }

  Path socket() {
    return socket;
  }

  long pid() {
    return child.pid();
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
    }
    child.close();
  }

  private ChildJvm spawn(Path at) {
    List<String> arguments = new ArrayList<>();
    arguments.add(at.toString());
    arguments.addAll(template.arguments());
    long started = System.nanoTime();
    ChildJvm made =
        ChildJvm.start(
            new ChildJvm.Command(
                template.java(),
                template.mainClass(),
                template.classPath(),
                template.jvmArguments(),
                arguments,
                template.environment()),
            log);
    var _ =
        made.onExit().thenAcceptAsync(code -> replace(code, started), Thread::startVirtualThread);
    return made;
  }

  private void replace(int code, long started) {
    try {
      // Ctrl-C reaches the child as well, a moment before our own shutdown begins. One that cannot
      // start must not be started all the time.
      boolean tooShort = System.nanoTime() - started < TOO_SHORT_A_LIFE.toNanos();
      Thread.sleep(tooShort ? TOO_SHORT_A_LIFE.dividedBy(2) : A_MOMENT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (closed) {
      return;
    }
    log.accept("the function host ended with " + code + "; starting another");
    synchronized (lock) {
      if (!closed) {
        Path next = nextSocket();
        child = spawn(next);
        socket = next;
      }
    }
  }

  // A socket that a dead host left behind cannot be bound again.
  private Path nextSocket() {
    try {
      Path next = sockets.resolve("host" + generation++ + ".sock");
      Files.deleteIfExists(next);
      return next;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove an old socket", e);
    }
  }

  private static Path socketFolder(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path absolute = folder.toAbsolutePath();
    int length = absolute.toString().getBytes(StandardCharsets.UTF_8).length;
    return length + "/host999.sock".length() < LONGEST_SOCKET_PATH
        ? absolute
        : Files.createTempDirectory("wasl");
  }

  private static List<String> jvmArguments(List<FunctionDefinition> functions) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-Xmx256m",
                "-Xss512k",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED"));
    functions.stream()
        .map(function -> function.environment().getOrDefault("JAVA_TOOL_OPTIONS", ""))
        .flatMap(options -> java.util.Arrays.stream(options.split(" ")))
        .filter(option -> !option.isEmpty() && !arguments.contains(option))
        .distinct()
        .forEach(arguments::add);
    return arguments;
  }

  private static Map<String, String> environment(Settings settings) {
    Map<String, String> environment = new HashMap<>(Environments.union(settings.functions()));
    // Given as arguments: the JVM announces this variable on every start.
    environment.remove("JAVA_TOOL_OPTIONS");
    environment.putAll(
        new TreeMap<>(
            Map.of(
                "AWS_ENDPOINT_URL", settings.aws().toString(),
                "AWS_REGION", settings.region(),
                "AWS_DEFAULT_REGION", settings.region(),
                "AWS_ACCESS_KEY_ID", "local",
                "AWS_SECRET_ACCESS_KEY", "local",
                "AWS_EC2_METADATA_DISABLED", "true",
                "LANG", "C.UTF-8")));
    return environment;
  }
}
