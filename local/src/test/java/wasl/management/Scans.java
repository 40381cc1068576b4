package wasl.management;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import wasl.aws.DynamoProjectJobs;
import wasl.aws.Log;
import wasl.function.duescan.Handler;
import wasl.function.duescan.Scanning;
import wasl.road.EmbeddedStack;

/// The scan that comes by every minute.
final class Scans {
  private Scans() {}

  /// Has it come by until no job of the project is due: of jobs it works on so many at a time, and
  /// those that other tests left are due before.
  static void forAll(EmbeddedStack stack, InstantSource clock, String project) {
    var jobs = new DynamoProjectJobs(stack.table("Connections"));
    int scans = 0;
    do {
      once(stack, clock);
      scans++;
    } while (scans < 10
        && jobs.due(clock.instant(), Integer.MAX_VALUE).stream()
            .anyMatch(job -> job.project().value().equals(project)));
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
