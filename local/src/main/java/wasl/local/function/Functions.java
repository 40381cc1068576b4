package wasl.local.function;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import wasl.local.host.Conversation;
import wasl.local.host.Invocation;
import wasl.local.host.InvocationResult;
import wasl.local.host.InvocationResult.Answered;
import wasl.local.host.InvocationResult.Failed;
import wasl.local.host.InvocationResult.Lost;
import wasl.local.host.InvocationResult.Throttled;
import wasl.local.host.InvocationResult.TimedOut;
import wasl.local.template.FunctionDefinition;

/// Invokes functions in the function host, and survives its death.
public final class Functions implements Invoker, AutoCloseable {
  // Starting an instance, and the host's own answer to a timeout, come on top of it.
  private static final Duration GRACE = Duration.ofSeconds(35);
  private static final long POLL_MILLIS = 10;

  private final Map<String, FunctionDefinition> definitions;
  private final HostProcess host;
  private final Consumer<String> log;

  private Functions(
      Map<String, FunctionDefinition> definitions, HostProcess host, Consumer<String> log) {
    this.definitions = definitions;
    this.host = host;
    this.log = log;
  }

  /// Starts the host; returns before it answers, since an invocation waits for it.
  ///
  /// @param log gets a line per invocation, and what functions print
  public static Functions start(HostProcess.Settings settings, Consumer<String> log) {
    Map<String, FunctionDefinition> byName =
        settings.functions().stream()
            .collect(Collectors.toUnmodifiableMap(FunctionDefinition::name, Function.identity()));
    return new Functions(byName, HostProcess.start(settings, log), log);
  }

  /// The process that runs the functions at this moment.
  public long hostPid() {
    return host.pid();
  }

  @Override
  public InvocationResult invoke(String function, byte[] event) {
    FunctionDefinition definition = definitions.get(function);
    if (definition == null) {
      throw new IllegalArgumentException("no function " + function + " in " + definitions.keySet());
    }
    Invocation invocation =
        new Invocation(
            function,
            UUID.randomUUID().toString(),
            definition.timeout().toMillis(),
            definition.memoryMegabytes(),
            event);
    long start = System.nanoTime();
    InvocationResult result = invoke(invocation, start + definition.timeout().toNanos());
    log.accept(line(function, (System.nanoTime() - start) / 1_000_000, result));
    return result;
  }

  @Override
  public void close() {
    host.close();
  }

  private InvocationResult invoke(Invocation invocation, long hostDeadline) {
    do {
      Path socket = host.socket();
      try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
        InvocationResult result = converse(channel, invocation);
        if (result != null) {
          return result;
        }
      } catch (IOException e) {
        // No host listens there yet, or not any more: the next one will.
      }
    } while (System.nanoTime() < hostDeadline && waitedForHost());
    return new Lost();
  }

  /// Null if the host ended before it had begun.
  private static @Nullable InvocationResult converse(SocketChannel channel, Invocation invocation)
      throws IOException {
    DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)));
    DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
    invocation.write(out);
    int begins;
    try {
      begins = in.readByte();
    } catch (EOFException e) {
      return null;
    }
    if (begins != Conversation.BEGINS) {
      throw new AssertionError("the host says first that an invocation begins");
    }
    // A host that hangs as a whole answers nothing, not even a timeout.
    CompletableFuture<Void> tooLate =
        CompletableFuture.runAsync(
            () -> closeQuietly(channel),
            CompletableFuture.delayedExecutor(
                invocation.timeoutMillis() + GRACE.toMillis(),
                TimeUnit.MILLISECONDS,
                Thread::startVirtualThread));
    try {
      return InvocationResult.read(in);
    } catch (IOException e) {
      return new Lost();
    } finally {
      tooLate.cancel(false);
    }
  }

  private static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new AssertionError("a channel closes once", e);
    }
  }

  private boolean waitedForHost() {
    try {
      Thread.sleep(POLL_MILLIS);
      return !host.isClosed();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  static String line(String function, long millis, InvocationResult result) {
    String outcome =
        switch (result) {
          case Answered(byte[] payload) -> "ok, " + payload.length + " bytes";
          case Failed(String errorType, String message) -> "failed: " + errorType;
          case TimedOut() -> "timed out";
          case Throttled() -> "throttled";
          case Lost() -> "lost: the function host ended";
        };
    return function + "  " + millis + " ms  " + outcome;
  }
}
