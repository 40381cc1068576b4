package wasl.queue;

/// A message as a queue hands it to its worker.
///
/// @param id the queue's message id: the same for each receive, another for each send
/// @param receiveCount 1 at the first receive
public record QueueMessage(String id, String body, int receiveCount) {
  /// After so many receives a message that fails goes to the dead-letter queue: every queue's
  /// maxReceiveCount.
  public static final int LAST_RECEIVE = 5;

  /// Whether the dead-letter queue is next if this receive fails.
  public boolean isLastReceive() {
    return receiveCount >= LAST_RECEIVE;
  }
}
