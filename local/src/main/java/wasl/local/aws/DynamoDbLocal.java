package wasl.local.aws;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import wasl.local.process.ChildJvm;
import wasl.local.process.LoopbackSockets;

/// AWS's own DynamoDB Local, kept alive as a process of its own.
///
/// Its licence forbids building it in, so it is started like any other program, under its own main
/// class. Whenever it dies it comes back on the same port with the same data; requests that arrive
/// meanwhile wait for it.
final class DynamoDbLocal implements Service, AutoCloseable {
  private static final String MAIN = "software.amazon.dynamodb.services.local.main.ServerRunner";
  private static final Duration TO_GET_READY = Duration.ofSeconds(30);

  // It works off whatever it is sent, also for callers that gave up long ago and have sent it again
  // since: with all of a backlog at once it does nothing else any more. So few requests are with
  // it, the others wait here, and no longer than a caller does.
  private static final int MOST_AT_ONCE = 32;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(3);

  // It refuses access keys with other characters than letters and digits; with -sharedDb it looks
  // at nothing else of a signature.
  private static final Map<String, String> ANY_CREDENTIALS =
      Map.of(
          "authorization",
          "AWS4-HMAC-SHA256 Credential=wasl/20200101/us-east-1/dynamodb/aws4_request,"
              + " SignedHeaders=host, Signature=0");

  private final ChildJvm.Command command;
  private final BackEnd backEnd;
  private final Consumer<String> progress;
  private final ReentrantLock starting = new ReentrantLock();
  private final Semaphore turns = new Semaphore(MOST_AT_ONCE, true);
  private volatile boolean closed;
  private volatile @Nullable ChildJvm child;
  private volatile boolean ready;

  private DynamoDbLocal(ChildJvm.Command command, BackEnd backEnd, Consumer<String> progress) {
    this.command = command;
    this.backEnd = backEnd;
    this.progress = progress;
  }

  /// Returns once it answers.
  ///
  /// @param data its folder; empty keeps everything in memory
  static DynamoDbLocal start(
      Path java, Path jars, Optional<Path> data, HttpClient client, Consumer<String> progress) {
    if (!Files.isDirectory(jars)) {
      throw new IllegalStateException(
          "DynamoDB Local is not in " + jars + "; mvn -pl local/dynamodb package brings it there");
    }
    int port = FreePort.find();
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("-port", Integer.toString(port), "-sharedDb", "-disableTelemetry"));
    data.ifPresentOrElse(
        folder -> arguments.addAll(List.of("-dbPath", folder.toString())),
        () -> arguments.add("-inMemory"));
    List<String> jvmArguments = new ArrayList<>(LoopbackSockets.JVM_ARGUMENTS);
    jvmArguments.addAll(
        List.of(
            "-Xmx96m",
            "-Xss512k",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:MaxMetaspaceSize=96m",
            "-XX:ReservedCodeCacheSize=32m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"));
    ChildJvm.Command command =
        new ChildJvm.Command(
            java,
            MAIN,
            List.of(jars.resolve("*").toString()),
            jvmArguments,
            arguments,
            Map.of("DDB_LOCAL_TELEMETRY", "0"));
    DynamoDbLocal started =
        new DynamoDbLocal(
            command, new BackEnd(client, URI.create("http://127.0.0.1:" + port)), progress);
    started.startChild();
    return started;
  }

  @Override
  public void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    awaitReady(Optional.empty());
    takeTurn();
    try {
      pass(exchange, body);
    } finally {
      turns.release();
    }
  }

  private void pass(HttpExchange exchange, byte[] body) throws IOException {
    Optional<ChildJvm> asked = Optional.ofNullable(child);
    try {
      backEnd.pass(exchange, body, ANY_CREDENTIALS);
    } catch (ConnectException e) {
      // It died and nobody has noticed yet; the request did not reach it, so it may be sent again.
      awaitReady(asked);
      backEnd.pass(exchange, body, ANY_CREDENTIALS);
    }
  }

  private void takeTurn() throws IOException {
    try {
      if (!turns.tryAcquire(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("DynamoDB Local is behind");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for DynamoDB Local", e);
    }
  }

  boolean isUp() {
    return ready;
  }

  @Override
  public void close() {
    closed = true;
    @Nullable ChildJvm running = child;
    if (running != null) {
      running.close();
    }
  }

  private void startChild() {
    starting.lock();
    try {
      if (closed) {
        return;
      }
      ChildJvm started = ChildJvm.start(command, this::log);
      child = started;
      if (closed) {
        started.close();
        return;
      }
      awaitAnswer(started);
      ready = true;
      var _ = started.onExit().thenAccept(this::startAgain);
    } finally {
      starting.unlock();
    }
  }

  private void startAgain(int exitCode) {
    ready = false;
    if (closed) {
      return;
    }
    progress.accept("DynamoDB Local ended with " + exitCode + "; starting it again");
    try {
      startChild();
    } catch (IllegalStateException e) {
      progress.accept("DynamoDB Local does not start any more: " + e.getMessage());
    }
  }

  /// @param dead the process that must have been replaced first
  private void awaitReady(Optional<ChildJvm> dead) throws IOException {
    long deadline = System.nanoTime() + TO_GET_READY.toNanos();
    while (!ready || dead.equals(Optional.ofNullable(child))) {
      if (closed || System.nanoTime() > deadline) {
        throw new IOException("DynamoDB Local is not up");
      }
      pause();
    }
  }

  private void awaitAnswer(ChildJvm started) {
    byte[] nothing = "{}".getBytes(StandardCharsets.UTF_8);
    long deadline = System.nanoTime() + TO_GET_READY.toNanos();
    while (System.nanoTime() < deadline) {
      try {
        if (backEnd.call("DynamoDB_20120810.ListTables", nothing, ANY_CREDENTIALS).statusCode()
            == 200) {
          return;
        }
      } catch (IOException e) {
        // Not listening yet.
      }
      if (!started.isAlive()) {
        throw new IllegalStateException("DynamoDB Local ended while starting; its log is above");
      }
      pause();
    }
    started.close();
    throw new IllegalStateException("DynamoDB Local did not answer within " + TO_GET_READY);
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while starting DynamoDB Local", e);
    }
  }

  /// What it says while it comes up is of no use, unless it does not come up.
  private void log(String line) {
    if (line.contains("ERROR") || line.contains("Exception") || line.contains("rror:")) {
      progress.accept("DynamoDB Local: " + line);
    }
  }
}
