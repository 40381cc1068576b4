package wasl.aws;

import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import wasl.queue.NotEnqueued;

/// Tells an AWS that is down, slow or throttling from a fault of this code: after the first the
/// same request may succeed in a while, after the second it will not.
///
/// A class of its own, so that an edge loads the SDK's exceptions only when one was thrown.
final class Outage {
  // Why DynamoDB gave a transaction up, where that passes.
  private static final Set<String> PASSING =
      Set.of("TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded");

  private Outage() {}

  static boolean is(RuntimeException thrown) {
    return switch (thrown) {
      case TransactionCanceledException canceled ->
          canceled.cancellationReasons().stream()
              .anyMatch(reason -> PASSING.contains(Optional.ofNullable(reason.code()).orElse("")));
      case SdkServiceException answered ->
          answered.statusCode() >= 500 || answered.isThrottlingException();
      // No answer at all, or none in time.
      case SdkClientException unanswered -> true;
      case NotEnqueued refused -> true;
      default -> false;
    };
  }
}
