package wasl.management;

import java.io.IOException;
import java.util.function.Predicate;
import wasl.local.intercept.AwsAnswer;
import wasl.local.intercept.AwsCall;
import wasl.local.intercept.Interceptor;

/// A process that dies at one of its calls: from then on nothing of what it does reaches AWS.
final class Dying implements Interceptor {
  private final Predicate<AwsCall> last;
  private final boolean isCarriedOut;
  private volatile boolean dead;

  private Dying(Predicate<AwsCall> last, boolean isCarriedOut) {
    this.last = last;
    this.isCarriedOut = isCarriedOut;
  }

  /// Dies before the first such call.
  static Dying before(Predicate<AwsCall> call) {
    return new Dying(call, false);
  }

  /// Dies when the first such call was carried out.
  static Dying after(Predicate<AwsCall> call) {
    return new Dying(call, true);
  }

  boolean isDead() {
    return dead;
  }

  @Override
  public AwsAnswer answer(AwsCall call, Next next) throws IOException {
    if (!dead && !last.test(call)) {
      return next.pass(call);
    }
    if (!dead && isCarriedOut) {
      dead = true;
      return next.pass(call);
    }
    dead = true;
    // To the SDK it is as if nobody were there, but for its tries, which would take their time.
    return AwsAnswer.fault(call, 501, "InternalServerError", "nobody is there any more");
  }
}
