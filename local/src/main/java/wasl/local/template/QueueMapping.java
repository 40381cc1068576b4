package wasl.local.template;

import java.time.Duration;

/// A queue whose messages go to a function.
///
/// @param batchingWindow how long a batch that is not full may wait for more messages
/// @param partialFailures whether the function's answer names the messages that failed
/// @param concurrency batches at one time
public record QueueMapping(
    String function,
    String queueUrl,
    String queueArn,
    int batchSize,
    Duration batchingWindow,
    boolean partialFailures,
    int concurrency) {

  /// The same with fewer batches at one time.
  public QueueMapping atMost(int batches) {
    return new QueueMapping(
        function,
        queueUrl,
        queueArn,
        batchSize,
        batchingWindow,
        partialFailures,
        Math.min(concurrency, batches));
  }
}
