package wasl.local.process;

import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Files;
import java.nio.file.Path;

/// Ends a child JVM when its parent is gone, however the parent ended.
///
/// It travels as a Java agent, so that the child's own main class stands on its command line. The
/// parent holds the other end of standard input and never writes: the read returns only when the
/// operating system has closed the parent's side, which it does after a SIGKILL too. Its jar holds
/// hardly anything else, hence no other class of ours, and no lambda.
public final class Lifeline extends Thread {
  private static final int SMALL_STACK = 128 * 1024;

  private Lifeline() {
    super(null, null, "wasl-lifeline", SMALL_STACK);
    setDaemon(true);
  }

  /// Called by the JVM before the child's own main method.
  ///
  /// @param jar this agent's own file, of no use once it is loaded
  public static void premain(String jar, Instrumentation instrumentation) throws IOException {
    // Loaded while the jar is there: the class that the JVM asks for by a system property.
    SelectorProvider.provider();
    Files.deleteIfExists(Path.of(jar));
    new Lifeline().start();
  }

  @Override
  public void run() {
    try {
      while (System.in.read() >= 0) {
        // The parent writes nothing; whatever came in by mistake means that it lives.
      }
    } catch (IOException e) {
      // A broken pipe is a parent that is gone.
    }
    Runtime.getRuntime().halt(0);
  }
}
