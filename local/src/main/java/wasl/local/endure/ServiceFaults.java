package wasl.local.endure;

import wasl.local.intercept.AwsAnswer;
import wasl.local.intercept.AwsCall;

/// How each service says that it is throttled, or has failed: its own code and status, since
/// clients decide by them what to try again.
///
/// From the "Common Errors" of each service's API reference.
final class ServiceFaults {
  private ServiceFaults() {}

  static AwsAnswer throttled(AwsCall call) {
    String code =
        switch (call.service()) {
          case "dynamodb" ->
              isOfStreams(call) ? "ThrottlingException" : "ProvisionedThroughputExceededException";
          case "sqs" -> "RequestThrottled";
          case "s3" -> "SlowDown";
          default -> "ThrottlingException";
        };
    return AwsAnswer.fault(call, call.service().equals("s3") ? 503 : 400, code, "Rate exceeded");
  }

  // They share DynamoDB's scope, not its errors.
  private static boolean isOfStreams(AwsCall call) {
    return call.header("x-amz-target").filter(t -> t.startsWith("DynamoDBStreams_")).isPresent();
  }

  static AwsAnswer failed(AwsCall call) {
    String code =
        switch (call.service()) {
          case "dynamodb" -> "InternalServerError";
          case "kms" -> "KMSInternalException";
          case "s3" -> "InternalError";
          case "events" -> "InternalException";
          default -> "InternalFailure";
        };
    return AwsAnswer.fault(call, 500, code, "An internal error occurred");
  }
}
