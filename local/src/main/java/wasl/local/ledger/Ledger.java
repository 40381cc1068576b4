package wasl.local.ledger;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;
import wasl.local.intercept.AwsAnswer;
import wasl.local.intercept.AwsCall;
import wasl.local.intercept.Interceptor;
import wasl.local.ledger.Tally.Entry;

/// Counts every call to AWS as AWS would bill it: by operation, table, queue, and size.
///
/// What is refused is counted where AWS bills it. Receives that bring nothing are not counted: how
/// often Lambda's pollers ask is Lambda's matter, and a cost of idling, not of work.
public final class Ledger implements Interceptor {
  private final Map<Entry, DoubleAdder> amounts = new ConcurrentHashMap<>();

  /// Adds to what was counted.
  public void count(Meter meter, String what, double amount) {
    amounts.computeIfAbsent(new Entry(meter, what), entry -> new DoubleAdder()).add(amount);
  }

  /// What was counted so far.
  public Tally tally() {
    var now = new HashMap<Entry, Double>();
    amounts.forEach((entry, amount) -> now.put(entry, amount.sum()));
    return new Tally(now);
  }

  @Override
  public AwsAnswer answer(AwsCall call, Next next) throws IOException {
    return switch (call.service()) {
      case "dynamodb" -> new DynamoDbCapacity(this).answer(call, next);
      case "sqs" -> {
        var answer = next.pass(call);
        new Messages(this).count(call, answer);
        yield answer;
      }
      case "events" -> {
        var answer = next.pass(call);
        new Messages(this).countEvents(call, answer);
        yield answer;
      }
      case "s3" -> {
        count(isWrite(call) ? Meter.S3_PUT : Meter.S3_GET, call.operation(), 1);
        yield next.pass(call);
      }
      case "kms" -> {
        count(Meter.KMS_REQUEST, call.operation(), 1);
        yield next.pass(call);
      }
      default -> next.pass(call);
    };
  }

  // Deleting is free; listing costs what putting costs.
  private static boolean isWrite(AwsCall call) {
    return switch (call.operation()) {
      case "GetObject", "HeadObject", "HeadBucket", "DeleteObject" -> false;
      default -> true;
    };
  }
}
