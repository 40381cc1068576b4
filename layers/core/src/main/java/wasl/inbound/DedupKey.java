package wasl.inbound;

import java.time.Duration;
import wasl.signing.Digests;

/// What makes two requests the same event, and for how long.
///
/// @param text the same for copies, different for anything else; kinds never collide. Others feed
///   its UTF-8 bytes into a digest together with project, environment and owner
public record DedupKey(String text, Duration window) {
  /// The least that ids are remembered.
  public static final Duration SHORTEST = Duration.ofHours(24);

  /// How long a body with a signed time, but without an id, counts as the same.
  public static final Duration BODY_AND_TIME = Duration.ofMinutes(5);

  /// An id that the signature covers counts alone.
  ///
  /// @param retries how long the provider tries again
  static DedupKey ofSignedId(String id, Duration retries) {
    return new DedupKey("id:".concat(id), atLeastADay(retries));
  }

  /// An id that anyone may change counts together with the body, which nobody can.
  static DedupKey ofUnsignedId(String id, byte[] body, Duration retries) {
    // The hash has a fixed length and goes first, so that no id can reach into it.
    return new DedupKey(
        "id+body:".concat(Digests.sha256Hex(body)).concat(":").concat(id), atLeastADay(retries));
  }

  /// No id: the same body signed at the same time.
  static DedupKey ofSignedTime(long epochMilli, byte[] body) {
    return new DedupKey(
        "body+time:".concat(Digests.sha256Hex(body)).concat(":").concat(Long.toString(epochMilli)),
        BODY_AND_TIME);
  }

  /// Neither id nor signed time: only redeliveries of one queue message are the same.
  ///
  /// @param requestId which the receipt put into the message
  public static DedupKey ofRequest(String requestId) {
    return new DedupKey("request:".concat(requestId), SHORTEST);
  }

  private static Duration atLeastADay(Duration retries) {
    return retries.compareTo(SHORTEST) > 0 ? retries : SHORTEST;
  }
}
