package wasl.outbound;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import wasl.event.EventId;
import wasl.id.Ids;

/// Names a delivery: one event, one outbound webhook, one run.
public record DeliveryId(String value) {
  public static final String PREFIX = "dlv_";

  public DeliveryId {
    Ids.check(PREFIX, value);
  }

  /// The id that this event's delivery has whoever makes it, and however often.
  ///
  /// @param timestamp the event's
  public static DeliveryId of(
      EventId event, Instant timestamp, OutboundWebhookId webhook, int run) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      for (var part : new String[] {event.value(), webhook.value(), Integer.toString(run)}) {
        var bytes = part.getBytes(StandardCharsets.UTF_8);
        // The length before each part, so that no two tuples give the same bytes.
        digest.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
        digest.update(bytes);
      }
      return new DeliveryId(Ids.of(PREFIX, timestamp, Arrays.copyOf(digest.digest(), 16)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
