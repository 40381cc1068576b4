package wasl.road;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import wasl.local.intercept.AwsAnswer;
import wasl.local.intercept.AwsCall;
import wasl.local.intercept.Interceptor;

/// Lets services of AWS fail, as long as the test wants.
public final class Outages implements Interceptor {
  /// How a service fails.
  public enum Kind {
    /// Answers 500.
    DOWN,
    /// Answers that there is too much, as each service says it.
    THROTTLING,
    /// Ends the connection without an answer.
    SILENT
  }

  private final Map<String, Kind> failing = new ConcurrentHashMap<>();

  /// From now on.
  ///
  /// @param service as a credential scope calls it: `kms`
  public void begin(String service, Kind kind) {
    failing.put(service, kind);
  }

  public void end() {
    failing.clear();
  }

  @Override
  public AwsAnswer answer(AwsCall call, Next next) throws IOException {
    var kind = failing.get(call.service());
    if (kind == null) {
      return next.pass(call);
    }
    return switch (kind) {
      case DOWN -> AwsAnswer.fault(call, 500, "InternalFailure", "not now");
      case THROTTLING -> AwsAnswer.fault(call, 400, throttled(call.service()), "too much");
      case SILENT -> throw new IOException("no answer");
    };
  }

  private static String throttled(String service) {
    return service.equals("dynamodb")
        ? "ProvisionedThroughputExceededException"
        : "ThrottlingException";
  }
}
