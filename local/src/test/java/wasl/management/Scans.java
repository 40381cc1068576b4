package wasl.management;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import wasl.aws.Log;
import wasl.function.duescan.Handler;
import wasl.function.duescan.Scanning;
import wasl.road.EmbeddedStack;

/// The scan that comes by every minute.
final class Scans {
  private Scans() {}

  /// Has it come by as often as it takes: of jobs it works on so many at a time, and those that
  /// other tests left are due before.
  static void forAll(EmbeddedStack stack, InstantSource clock) {
    for (int scan = 0; scan < 10; scan++) {
      once(stack, clock);
    }
  }

  /// Has it come by once, at this clock's time.
  static void once(EmbeddedStack stack, InstantSource clock) {
    var silent = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    var log = new Log("due-scan", silent, clock);
    var scanning = Scanning.on(stack.clients(), stack.environment("due-scan"), clock, log);
    var handler = new Handler(scanning, log);
    stack.invoke(handler, "due-scan", JsonNodeFactory.instance.objectNode());
  }
}
