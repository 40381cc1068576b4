package wasl.local.ledger;

import java.util.function.ToIntFunction;
import wasl.local.function.Invoker;
import wasl.local.host.InvocationResult;

/// Counts invocations, and what they last as Lambda bills it: by memory, each begun millisecond
/// whole.
///
/// The time is this machine's, from the call to its answer, with the way between runner and host.
public final class MeteredInvoker implements Invoker {
  private final Ledger ledger;
  private final Invoker functions;
  private final ToIntFunction<String> memoryMegabytes;

  /// @param memoryMegabytes of a function by its name
  public MeteredInvoker(Ledger ledger, Invoker functions, ToIntFunction<String> memoryMegabytes) {
    this.ledger = ledger;
    this.functions = functions;
    this.memoryMegabytes = memoryMegabytes;
  }

  @Override
  public InvocationResult invoke(String function, byte[] event) {
    long start = System.nanoTime();
    var result = functions.invoke(function, event);
    long nanos = System.nanoTime() - start;
    ledger.count(Meter.LAMBDA_REQUEST, function, 1);
    ledger.count(
        Meter.LAMBDA_GB_SECOND,
        function,
        gigabyteSeconds(memoryMegabytes.applyAsInt(function), nanos));
    return result;
  }

  static double gigabyteSeconds(int megabytes, long nanos) {
    return megabytes / 1024.0 * Math.ceilDiv(nanos, 1_000_000L) / 1000.0;
  }
}
