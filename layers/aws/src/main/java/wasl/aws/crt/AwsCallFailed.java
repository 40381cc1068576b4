package wasl.aws.crt;

import org.jspecify.annotations.Nullable;

/// A call to AWS did not succeed. Says which call and how it failed; quotes nothing of what was
/// sent or answered but AWS's own error code.
public abstract sealed class AwsCallFailed extends RuntimeException {
  private AwsCallFailed(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /// Whether the same call may succeed a moment later.
  public abstract boolean isTransient();

  /// No answer: the connection failed or the time was up.
  public static final class Unreachable extends AwsCallFailed {
    Unreachable(String call, String why, @Nullable Throwable cause) {
      super(call + ": " + why, cause);
    }

    @Override
    public boolean isTransient() {
      return true;
    }
  }

  /// AWS answered with an error.
  public static final class Refused extends AwsCallFailed {
    private final int status;
    private final String code;

    Refused(String call, int status, String code) {
      super(call + ": " + status + " " + code, null);
      this.status = status;
      this.code = code;
    }

    public int status() {
      return status;
    }

    /// The error's name without its namespace: `ResourceNotFoundException`.
    public String code() {
      return code;
    }

    @Override
    public boolean isTransient() {
      return status >= 500
          || status == 429
          || code.startsWith("Throttling")
          || code.startsWith("RequestThrottled")
          || code.equals("ProvisionedThroughputExceededException")
          || code.equals("RequestLimitExceeded");
    }
  }
}
