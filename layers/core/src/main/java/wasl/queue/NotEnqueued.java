package wasl.queue;

/// A queue took some messages of a batch and refused others, for now.
public final class NotEnqueued extends RuntimeException {
  /// @param messages how many it refused
  /// @param why the queue's word for the first
  public NotEnqueued(int messages, String why) {
    super(messages + " messages not sent: " + why);
  }
}
