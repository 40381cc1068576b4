package wasl.road;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import wasl.local.intercept.AwsAnswer;
import wasl.local.intercept.AwsCall;
import wasl.local.intercept.Interceptor;

/// Carries out every write at its first try and answers 500, as a network does that breaks at the
/// worst moment; the SDK's second try finds what the first one left.
public final class LostAnswers implements Interceptor {
  private static final Set<String> WRITES =
      Set.of("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems");

  // The SDK sends one id with all tries of a call.
  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private volatile boolean stopped;

  @Override
  public AwsAnswer answer(AwsCall call, Next next) throws IOException {
    var answer = next.pass(call);
    Optional<String> id = call.header("amz-sdk-invocation-id");
    return !stopped && WRITES.contains(call.operation()) && id.isPresent() && seen.add(id.get())
        ? AwsAnswer.fault(call, 500, "InternalServerError", "the answer was lost")
        : answer;
  }

  /// Loses no more.
  public void stop() {
    stopped = true;
  }

  /// How many answers were lost.
  public int count() {
    return seen.size();
  }
}
