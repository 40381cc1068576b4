package wasl.management;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import wasl.aws.Log;
import wasl.function.outbounddelivery.Delivering;
import wasl.function.outbounddelivery.Handler;
import wasl.road.EmbeddedStack;

/// The worker of the delivery queue.
final class Deliveries {
  private Deliveries() {}

  /// Has it take what is visible on its queue.
  static void work(EmbeddedStack stack, InstantSource clock) {
    var silent = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    stack.driveAll(
        "outbound-delivery",
        new Handler(
            Delivering.on(
                stack.clients(),
                stack.environment("outbound-delivery"),
                clock,
                new SecureRandom(),
                new Log("outbound-delivery", silent, clock))));
  }
}
