package wasl.change;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import wasl.local.intercept.AwsAnswer;
import wasl.local.intercept.AwsCall;
import wasl.local.intercept.Interceptor;

/// Breaks writes at random: some are not carried out, at their first try or at all; of some the
/// answer is lost.
final class Fates implements Interceptor {
  private static final Set<String> WRITES =
      Set.of("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "PutEvents", "PutObject");

  private enum Fate {
    WELL,
    FAILS_ONCE,
    FAILS,
    ANSWER_LOST_ONCE,
    ANSWER_LOST
  }

  private final Random random;

  // In 1,000; and only half as often for all tries of a call.
  private volatile int failing;
  private volatile int losing;

  // The SDK sends one id with all tries of a call.
  private final Map<String, Fate> fates = new ConcurrentHashMap<>();
  private final Set<String> tried = ConcurrentHashMap.newKeySet();
  private final AtomicInteger struck = new AtomicInteger();

  Fates(long seed) {
    random = new Random(seed);
  }

  /// From now on.
  ///
  /// @param failingOf1000 writes that are not carried out
  /// @param losingOf1000 writes whose answer is lost
  void decide(int failingOf1000, int losingOf1000) {
    failing = failingOf1000;
    losing = losingOf1000;
  }

  /// How many calls were struck.
  int count() {
    return struck.get();
  }

  @Override
  public AwsAnswer answer(AwsCall call, Next next) throws IOException {
    Optional<String> id = call.header("amz-sdk-invocation-id");
    if (id.isEmpty() || !WRITES.contains(call.operation())) {
      return next.pass(call);
    }
    var fate = fates.computeIfAbsent(id.get(), first -> fate());
    boolean isFirst = tried.add(id.get());
    return switch (fate) {
      case WELL -> next.pass(call);
      case FAILS_ONCE -> isFirst ? failed(call) : next.pass(call);
      case FAILS -> failedForGood(call);
      case ANSWER_LOST_ONCE -> isFirst ? lost(call, next) : next.pass(call);
      case ANSWER_LOST -> lost(call, next);
    };
  }

  private Fate fate() {
    int drawn;
    synchronized (random) {
      drawn = random.nextInt(1000);
    }
    if (drawn < failing) {
      return drawn < failing / 2 ? Fate.FAILS : Fate.FAILS_ONCE;
    }
    if (drawn < failing + losing) {
      return drawn < failing + losing / 2 ? Fate.ANSWER_LOST : Fate.ANSWER_LOST_ONCE;
    }
    return Fate.WELL;
  }

  private AwsAnswer failed(AwsCall call) {
    struck.incrementAndGet();
    return AwsAnswer.fault(call, 500, "InternalServerError", "not carried out");
  }

  private AwsAnswer failedForGood(AwsCall call) {
    struck.incrementAndGet();
    // As bad as 500, but for the SDK, which does not try it again and waits for nothing.
    return AwsAnswer.fault(call, 501, "InternalServerError", "not carried out");
  }

  private AwsAnswer lost(AwsCall call, Next next) throws IOException {
    next.pass(call);
    struck.incrementAndGet();
    return AwsAnswer.fault(call, 500, "InternalServerError", "the answer was lost");
  }
}
