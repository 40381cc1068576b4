package wasl.outbound;

/// Hears of every attempt that was recorded: to log and to count it.
@FunctionalInterface
public interface AttemptListener {
  void attempted(Delivery after, Delivery.Attempt attempt);
}
